/** What milters are told, as packets. libmilter: mfdef.h SMFIC_ · Postfix: src/milter/milter8.c */
import type { MilterClient, MilterHappening } from '../kernel/milter.ts';
import { concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { encodeTexts } from './codec.ts';
import { bodyOnWire, type Letter } from './letter.ts';
import { type Agreement, STEPS } from './negotiation.ts';
import type { Command } from './types.ts';

/** A body comes in pieces of so many bytes. MILTER_CHUNK_SIZE */
const CHUNK_BYTES = 65_535;

/** Its name, the kind of its address, port and address. */
function connectData({ name, address, port }: MilterClient): Uint8Array {
  if (address === 'unknown') return concatBytes([encodeTexts([name]), latin1ToBytes('U')]);
  const kind = address.includes(':') ? '6' : '4';
  const head = latin1ToBytes(`${kind}${String.fromCharCode(port >>> 8, port & 255)}`);
  return concatBytes([encodeTexts([name]), head, encodeTexts([address])]);
}

/** What happened. */
export function commandFor(happening: MilterHappening): Command {
  const { stage } = happening;
  switch (stage) {
    case 'connect':
      return {
        ...{ letter: 'C', data: connectData(happening.client), stage, name: 'SMFIC_CONNECT' },
        ...{ unwanted: STEPS.noConnect, silent: STEPS.silentConnect },
      };
    case 'helo':
      return {
        ...{ letter: 'H', data: encodeTexts([happening.name]), stage, name: 'SMFIC_HELO' },
        ...{ unwanted: STEPS.noHelo, silent: STEPS.silentHelo },
      };
    case 'mail':
      return {
        ...{ letter: 'M', data: encodeTexts(happening.words), stage, name: 'SMFIC_MAIL' },
        ...{ unwanted: STEPS.noMail, silent: STEPS.silentMail },
      };
    case 'rcpt':
      return {
        ...{ letter: 'R', data: encodeTexts(happening.words), stage, name: 'SMFIC_RCPT' },
        ...{ unwanted: STEPS.noRcpt, silent: STEPS.silentRcpt },
      };
    case 'data':
      return {
        ...{ letter: 'T', data: new Uint8Array(0), stage, name: 'SMFIC_DATA' },
        ...{ unwanted: STEPS.noData, silent: STEPS.silentData },
      };
    case 'unknown':
      return {
        ...{ letter: 'U', data: encodeTexts([happening.line]), stage, name: 'SMFIC_UNKNOWN' },
        ...{ unwanted: STEPS.noUnknown, silent: STEPS.silentUnknown },
      };
    default:
      return happening satisfies never;
  }
}

function headerCommand(header: string, { steps }: Agreement): Command {
  const colon = header.indexOf(':');
  const said = header.slice(colon + 1);
  // As sendmail does it: the first space is not told.
  const value = (steps & STEPS.leadingSpace) === 0 && said.startsWith(' ') ? said.slice(1) : said;
  return {
    ...{ letter: 'L', data: encodeTexts([header.slice(0, colon).trimEnd(), value]) },
    ...{ stage: 'header', name: 'SMFIC_HEADER', unwanted: STEPS.noHeaders, silent: STEPS.silentHeader },
  };
}

/** A message, without its first header: that is our own Received:. */
export function commandsFor(letter: Letter, agreement: Agreement): readonly Command[] {
  const none = new Uint8Array(0);
  const wire = (agreement.steps & STEPS.noBody) === 0 ? bodyOnWire(letter) : none;
  const commands = letter.headers.slice(1).map((header) => headerCommand(header, agreement));
  commands.push({
    ...{ letter: 'N', data: none, stage: 'header', name: 'SMFIC_EOH' },
    ...{ unwanted: STEPS.noEoh, silent: STEPS.silentEoh },
  });
  for (let at = 0; at < wire.length; at += CHUNK_BYTES)
    commands.push({
      ...{ letter: 'B', data: wire.subarray(at, at + CHUNK_BYTES), stage: 'body', name: 'SMFIC_BODY' },
      ...{ unwanted: STEPS.noBody, silent: STEPS.silentBody },
    });
  commands.push({ letter: 'E', data: none, stage: 'body', name: 'SMFIC_BODYEOB', unwanted: 0, silent: 0 });
  return commands;
}
