/**
 * What a mail server and a milter agree on before anything else: version, changes that the milter may make,
 * steps that it does without, macros that it wants.
 *
 * libmilter: mfdef.h · Postfix: src/milter/milter8.c · postconf(5) milter_protocol
 */
import type { MacroLists, MilterStage } from '../kernel/milter.ts';
import { encodeNumbers, numberAt, type Packet, textsIn } from './codec.ts';

/** What a milter may leave out: commands, and answers to them. SMFIP_ */
export const STEPS = {
  ...{ noConnect: 0x1, noHelo: 0x2, noMail: 0x4, noRcpt: 0x8, noBody: 0x10, noHeaders: 0x20, noEoh: 0x40 },
  ...{ silentHeader: 0x80, noUnknown: 0x100, noData: 0x200, skip: 0x400, rejectedRcpt: 0x800 },
  ...{ silentConnect: 0x1000, silentHelo: 0x2000, silentMail: 0x4000, silentRcpt: 0x8000 },
  ...{ silentData: 0x10000, silentUnknown: 0x20000, silentEoh: 0x40000, silentBody: 0x80000 },
  leadingSpace: 0x100000,
} as const;

/** The changes there are: SMFIF_. The last is the right to ask for macros. */
const ACTIONS = 0x1ff;
const SET_MACROS = 0x100;

/** Which steps each version of the protocol knows. */
const KNOWN_STEPS: ReadonlyMap<number, number> = new Map([
  [2, 0x7f],
  [3, 0x17f],
  [4, 0x37f],
  [6, 0x1fffff],
]);

/** Stages in the numbers of the protocol. SMFIM_ */
const STAGES: readonly (readonly MilterStage[])[] = [
  ...([['connect'], ['helo'], ['mail'], ['rcpt'], ['data'], ['body'], ['header']] as const),
];

/** What both agreed on. */
export interface Agreement {
  readonly version: number;
  readonly actions: number;
  readonly steps: number;
  /** Macros that the milter wants, where they are not the usual ones. */
  readonly lists: Partial<MacroLists>;
}

/** Before it was asked. */
export const NO_AGREEMENT: Agreement = { version: 0, actions: 0, steps: 0, lists: {} };

/** What is offered to a milter; as Postfix, all changes there are, whatever the version. */
export function offer(version: number): Uint8Array {
  return encodeNumbers([version, ACTIONS, KNOWN_STEPS.get(version) ?? 0x7f]);
}

/** What the milter made of it; a text says what is wrong. */
export function agreed(asked: number, { type, data }: Packet): Agreement | string {
  const version = numberAt(data, 0);
  const actions = numberAt(data, 4);
  const steps = numberAt(data, 8);
  if (type !== 'O' || version === undefined || actions === undefined || steps === undefined)
    return 'unexpected reply in initial handshake';
  if (version > asked) return `Milter protocol version ${version} is not supported`;
  const lists = (actions & SET_MACROS) !== 0 && data.length > 12 ? listsIn(data) : {};
  if (lists === undefined) return 'malformed symbol list in initial handshake';
  const missing = (version < 3 ? STEPS.noUnknown : 0) | (version < 4 ? STEPS.noData : 0);
  return { version, actions, steps: (steps & (KNOWN_STEPS.get(asked) ?? 0x7f)) | missing, lists };
}

/** Numbers of stages, each with the names of macros. */
function listsIn(data: Uint8Array): Partial<MacroLists> | undefined {
  const lists: Partial<Record<MilterStage, readonly string[]>> = {};
  for (let at = 12; at < data.length; ) {
    const stage = numberAt(data, at);
    const end = stage === undefined ? -1 : data.indexOf(0, at + 4);
    const names = end < 0 ? undefined : textsIn(data.subarray(at + 4, end + 1));
    if (names === undefined || stage === undefined) return undefined;
    for (const name of STAGES[stage] ?? []) lists[name] = macroNames(names[0] ?? '');
    at = end + 1;
  }
  return lists;
}

/** Names of macros as they are kept: longer than a letter, they stand in braces. */
export function macroNames(text: string): readonly string[] {
  return text
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .map((name) => (name.length === 1 || name.startsWith('{') ? name : `{${name}}`));
}
