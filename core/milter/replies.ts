/**
 * What a milter answers, and what follows from it: for the client, for the message, for what it is told next.
 *
 * libmilter: mfdef.h SMFIR_ · Postfix: src/milter/milter8.c milter8_event
 */
import type { EnvelopeEdit, MilterVerdict } from '../kernel/milter.ts';
import { numberAt, type Packet, textsIn } from './codec.ts';
import { headerOf, type Letter, withChange, withHeader, withHeaderAt } from './letter.ts';
import { type Agreement, STEPS } from './negotiation.ts';
import type { Command, Filter, Task } from './types.ts';

/** What a packet means. `odd`: it has no business here. */
export type Reply =
  /** The milter is content with this command. */
  | { readonly type: 'next' }
  /** It wants no more of these. */
  | { readonly type: 'skip' }
  /** Nothing more of this message, or of this session, concerns it. */
  | { readonly type: 'pass' }
  /** A verdict; `lasts`: for the rest of the session. */
  | { readonly type: 'verdict'; readonly verdict: MilterVerdict; readonly lasts: boolean }
  /** It still works. */
  | { readonly type: 'working' }
  | { readonly type: 'edit'; readonly changes: Partial<Task> }
  | { readonly type: 'odd' };

const ODD: Reply = { type: 'odd' };

export const REJECTED: MilterVerdict = { type: 'reply', text: '550 5.7.1 Command rejected' };
export const TRY_LATER: MilterVerdict = {
  ...{ type: 'reply', text: '451 4.7.1 Service unavailable - try again later' },
};

/** A code of three digits that means no, whatever else is said; `%%` stands for one of them. */
function codeVerdict(data: Packet['data']): MilterVerdict | undefined {
  const [text = ''] = textsIn(data) ?? [];
  const lines = text.replace(/%%/g, '%').split('\r\n');
  if (!lines.every((line) => /^[45]\d\d(?:[ -]|$)/.test(line))) return undefined;
  return { type: 'reply', text: lines.map((line) => line.replace(/[^\t\x20-\x7e]/g, '?')).join('\r\n') };
}

/**
 * Reads an answer.
 *
 * @param command what it answers
 */
export function replyTo(filter: Filter, task: Task, command: Command, packet: Packet): Reply {
  const { stage } = command;
  const lasts = stage === 'connect' || stage === 'helo';
  switch (packet.type) {
    case 'c':
      return { type: 'next' };
    case 'a':
      return { type: 'pass' };
    case 'r':
      return { type: 'verdict', verdict: REJECTED, lasts };
    case 't':
      return { type: 'verdict', verdict: TRY_LATER, lasts };
    case 'd':
      return lasts ? ODD : { type: 'verdict', verdict: { type: 'discard' }, lasts };
    case '4':
      return { type: 'verdict', verdict: { type: 'shutdown' }, lasts: true };
    case 'y': {
      const verdict = codeVerdict(packet.data);
      return verdict === undefined ? ODD : { type: 'verdict', verdict, lasts };
    }
    case 's':
      return { type: 'skip' };
    case 'p':
      return { type: 'working' };
    default:
      return command.letter === 'E' && task.letter !== undefined
        ? changeOf(filter.agreement, task, task.letter, packet)
        : ODD;
  }
}

/** The changes there are; as Postfix, nobody looks whether the milter has asked for the right. SMFIR_ */
const CHANGES = 'hib+2-mqe';

/** A change of the message, at its end. */
function changeOf(agreement: Agreement, task: Task, letter: Letter, { type, data }: Packet): Reply {
  if (!CHANGES.includes(type)) return ODD;
  const leftBytes = task.leftBytes - data.length;
  if (leftBytes < 0) return { type: 'edit', changes: { leftBytes } };
  const edited = (changes: Partial<Task>): Reply => ({ type: 'edit', changes: { ...changes, leftBytes } });
  if (type === 'b') return edited({ bodyParts: [...(task.bodyParts ?? []), data], isChanged: true });
  if (type === 'h' || type === 'i' || type === 'm') {
    const changed = headerChange(agreement, letter, type, data);
    return changed === undefined ? ODD : edited({ letter: changed, isChanged: true });
  }
  const [first] = textsIn(data) ?? [];
  if (first === undefined) return ODD;
  if (type === 'q') return edited({ quarantine: first });
  const kinds: Readonly<Record<string, EnvelopeEdit['type']>> = { '+': 'add', '2': 'add', '-': 'delete' };
  return edited({ edits: [...task.edits, { type: kinds[type] ?? 'sender', address: first }] });
}

function headerChange({ steps }: Agreement, letter: Letter, type: 'h' | 'i' | 'm', data: Packet['data']) {
  const index = type === 'h' ? 0 : numberAt(data, 0);
  const [name = '', value] = textsIn(data, type === 'h' ? 0 : 4) ?? [];
  if (index === undefined || value === undefined || !/^[!-9;-~]+$/.test(name)) return undefined;
  const header = headerOf(name, (steps & STEPS.leadingSpace) === 0 ? ` ${value}` : value);
  if (type === 'h') return withHeader(letter, header);
  if (type === 'i') return withHeaderAt(letter, index, header);
  return withChange(letter, index, name, value === '' ? undefined : header);
}
