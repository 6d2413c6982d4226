/**
 * A message as milters see and change it: headers one by one, and a body.
 *
 * libmilter: smfi_addheader, smfi_chgheader, smfi_insheader, smfi_replacebody · Postfix:
 * src/cleanup/cleanup_milter.c
 */
import { endHeaders, scanHeaders, startHeaders } from '../mail/headers.ts';
import { concatBytes, EMPTY_BYTES, latin1ToBytes } from '../wire/bytes.ts';

/** Headers as they stand, without their last LF; the body begins with the blank line, if there is one. */
export interface Letter {
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

const LF = 10;
const CR = 13;

/** Reads a message with LF line ends. */
export function readLetter(text: Uint8Array): Letter {
  const scanned = scanHeaders(startHeaders(Number.MAX_SAFE_INTEGER), text);
  const all = scanned.body === undefined ? [scanned, endHeaders(scanned.state)] : [scanned];
  const headers = all.flatMap((part) => part.headers.map((header) => header.text));
  return { headers, body: all.at(-1)?.body ?? EMPTY_BYTES };
}

/** The message again. */
export function letterBytes({ headers, body }: Letter): Uint8Array {
  return concatBytes([latin1ToBytes(headers.map((line) => `${line}\n`).join('')), body]);
}

/** The body without the blank line, with CR LF line ends. Linear. */
export function bodyOnWire({ body }: Letter): Uint8Array {
  const from = body[0] === LF ? 1 : 0;
  let lines = 0;
  for (let at = body.indexOf(LF, from); at >= 0; at = body.indexOf(LF, at + 1)) lines += 1;
  const out = new Uint8Array(body.length - from + lines);
  let to = 0;
  for (let at = from; at < body.length; at += 1) {
    if (body[at] === LF) out[to++] = CR;
    out[to++] = body[at] as number;
  }
  return out;
}

/** A body that a milter has sent. Linear. */
export function withBody(letter: Letter, parts: readonly Uint8Array[]): Letter {
  const wire = concatBytes(parts);
  const out = new Uint8Array(wire.length + 2);
  out[0] = LF;
  let to = 1;
  for (let at = 0; at < wire.length; at += 1)
    if (wire[at] !== CR || wire[at + 1] !== LF) out[to++] = wire[at] as number;
  if (out[to - 1] !== LF) out[to++] = LF;
  return { ...letter, body: out.slice(0, to) };
}

/** The name of a header, lower case. */
function nameOf(header: string): string {
  return header.slice(0, header.indexOf(':')).trimEnd().toLowerCase();
}

/** A header of these words; a line that goes on begins with white space, whatever the milter says. */
export function headerOf(name: string, value: string): string {
  return `${name}:${value}`.replace(/\r?\n(?![ \t])/g, '\n\t').replace(/\r\n/g, '\n');
}

/** One more at the end. smfi_addheader */
export function withHeader(letter: Letter, header: string): Letter {
  return { ...letter, headers: [...letter.headers, header] };
}

/** One more in front of that many, our own Received: counted. smfi_insheader */
export function withHeaderAt(letter: Letter, index: number, header: string): Letter {
  return { ...letter, headers: letter.headers.toSpliced(index, 0, header) };
}

/**
 * The header of this name with that number, from 1, our own Received: not counted, becomes another;
 * undefined: it goes. One that is not there is added. smfi_chgheader
 */
export function withChange(letter: Letter, index: number, name: string, header: string | undefined): Letter {
  let left = Math.max(1, index);
  const wanted = name.toLowerCase();
  const found = letter.headers.findIndex((one, at) => at > 0 && nameOf(one) === wanted && --left === 0);
  if (found < 0) return header === undefined ? letter : withHeader(letter, header);
  return {
    ...letter,
    headers: letter.headers.toSpliced(found, 1, ...(header === undefined ? [] : [header])),
  };
}
