/**
 * causes - which rule of which list, and which entry of which table, a restriction's answer comes from.
 *
 * SMTPD_ACCESS_README · for the trace: kernel/trace.ts
 */
import type { Because } from '../mail/because.ts';
import { impliedCheck } from './access.ts';
import type { Draft, Frame, Refusal, RuleAnswer } from './verdict.ts';

type Hit = Pick<Draft, 'table' | 'key' | 'maps'>;

/** The item of a list that is being read. @param name as it is written there */
export function causeOf(frame: Frame, name: string): Because {
  const { parameter, classes, item } = frame;
  const rule = name.includes(':') ? (impliedCheck(parameter) ?? name) : name.toLowerCase();
  const of = classes === undefined ? {} : { classes };
  return { ...hitOf(frame), ...of, rule, parameter, position: item + 1 };
}

/** The same with the entry that a rule has found. */
export function withHit(because: Because, hit: Hit): Because {
  return { ...because, ...hitOf(hit) };
}

/** A refusal, and what it comes from. */
export function refusalOf(draft: Draft, because: Because): Refusal {
  return { ...draft, because: withHit(because, draft) };
}

/** A list in the place of a rule. Where it came from is told with whatever its rules say. */
export function frameOf({ type: _type, ...list }: RuleAnswer & { type: 'list' }, within: Frame): Frame {
  const { parameter, classes = [] } = within;
  const { className } = list;
  const reached = className === undefined ? classes : [...classes, className];
  const of = reached.length === 0 ? {} : { classes: reached };
  return { ...hitOf(within), ...list, ...of, parameter, item: 0 };
}

/** What an earlier stage of the session remembers. */
export function rememberedAt(refusal: Refusal, stage: string): Refusal {
  const { because } = refusal;
  return because.stage === undefined ? { ...refusal, because: { ...because, stage } } : refusal;
}

function hitOf({ table, key, maps }: Hit): Partial<Because> {
  return {
    ...(table === undefined ? {} : { table }),
    ...(key === undefined ? {} : { key }),
    ...(maps === undefined ? {} : { maps }),
  };
}
