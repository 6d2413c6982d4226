/**
 * Domain names as they stand in DNS messages: labels, and pointers to labels that were written before.
 *
 * RFC 1035 §3.1, §4.1.4 · a byte that is no letter of a name is written `\ddd`, a dot inside a label `\.`
 * (RFC 1035 §5.1)
 */

/** Where a name ends, and what it is: labels with dots between them, '' for the root. */
export interface ReadName {
  readonly name: string;
  readonly end: number;
}

const MAX_NAME = 255;

function labelText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x2e || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte > 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${String(byte).padStart(3, '0')}`;
  }
  return text;
}

/** Reads the name at `start`; undefined when it is cut, too long, or its pointers do not lead backwards. */
export function readName(bytes: Uint8Array, start: number): ReadName | undefined {
  const labels: string[] = [];
  let [at, end, room, limit] = [start, -1, MAX_NAME - 1, start];
  for (;;) {
    const length = bytes[at];
    if (length === undefined) return undefined;
    if (length === 0) return { name: labels.join('.'), end: end < 0 ? at + 1 : end };
    if (length >= 0xc0) {
      const low = bytes[at + 1];
      if (low === undefined) return undefined;
      if (end < 0) end = at + 2;
      at = ((length & 0x3f) << 8) | low;
      // Every pointer leads before all that was read so far: so there is no loop.
      if (at >= limit) return undefined;
      limit = at;
      continue;
    }
    room -= length + 1;
    if (length > 63 || room < 0 || at + 1 + length > bytes.length) return undefined;
    labels.push(labelText(bytes, at + 1, at + 1 + length));
    at += 1 + length;
  }
}

/** The bytes of each label; undefined when a label is empty or too long, or an escape is wrong. */
export function labelsOf(name: string): readonly (readonly number[])[] | undefined {
  if (name === '') return [];
  const labels: number[][] = [[]];
  for (let at = 0; at < name.length; at += 1) {
    const char = name.charAt(at);
    let code = char.charCodeAt(0);
    if (char === '.') {
      labels.push([]);
      continue;
    }
    if (char === '\\') {
      const digits = /^\d{3}/.exec(name.slice(at + 1, at + 4))?.[0];
      code = digits === undefined ? name.charCodeAt(at + 1) : Number(digits);
      at += digits === undefined ? 1 : 3;
    }
    // NaN: nothing stands behind the last backslash.
    if (!(code <= 255)) return undefined;
    labels.at(-1)?.push(code);
  }
  const size = labels.reduce((sum, label) => sum + label.length + 1, 1);
  const fits = size <= MAX_NAME && labels.every((label) => label.length > 0 && label.length <= 63);
  return fits ? labels : undefined;
}

/** Writes a name without pointers; undefined when it is none. */
export function nameBytes(name: string): readonly number[] | undefined {
  const labels = labelsOf(name);
  return labels === undefined ? undefined : [...labels.flatMap((label) => [label.length, ...label]), 0];
}

/** Names are compared without regard to case. RFC 4343 */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
