/**
 * Restriction lists: may this client do this? Data in, verdict out; every verdict names the rule that gave
 * it.
 *
 * A run over the lists can pause (`sleep`) and be taken up again: where it stands is plain data, the
 * cursor. Rules that must ask somebody find their place in the same way. SMTPD_ACCESS_README · postconf(5)
 * smtpd_recipient_restrictions · Postfix: src/smtpd/smtpd_check.c
 */
import { listOf, type Settings } from '../config/settings.ts';
import { judgeRule } from './restriction-rules.ts';
import type { Client, Party } from './types.ts';
import { unlisted } from './unlisted.ts';

/** Everything a rule may look at. */
export interface Matter {
  readonly settings: Settings;
  readonly client: Client;
  /** '' before HELO. */
  readonly helo: string;
  readonly sender: Party | undefined;
  readonly recipient: Party | undefined;
}

/** Which rule of which list decided, and by which entry of which table. */
export interface Because {
  readonly rule: string;
  readonly parameter: string;
  readonly table?: string;
  readonly key?: string;
}

/**
 * What a rule wants said. `trouble`: our own mistake or a table that failed, which warn_if_reject does not
 * soften.
 */
export interface Draft {
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
  readonly trouble?: boolean;
  readonly table?: string;
  readonly key?: string;
  /** For the log. */
  readonly warning?: string;
}

export interface Refusal extends Draft {
  readonly because: Because;
}

/** One rule's answer. postconf(5) smtpd_recipient_restrictions · access(5) */
export type RuleAnswer =
  | { readonly type: 'dunno' }
  | { readonly type: 'ok'; readonly table?: string; readonly key?: string }
  | { readonly type: 'reject' | 'deferIfPermit' | 'deferIfReject'; readonly draft: Draft }
  | { readonly type: 'pause'; readonly afterMs: number };

/** What is being refused, for texts: `<name>: what rejected: …`. */
export interface Place {
  readonly what: string;
  readonly name: string;
}

/**
 * One step of a plan: a list, the moment when DEFER_IF_PERMIT becomes the answer, or "is there such a
 * user".
 */
export type PlanStep =
  | ({ readonly type: 'list'; readonly parameter: string; readonly fresh: boolean } & Place)
  | { readonly type: 'settle' }
  | { readonly type: 'unlisted'; readonly who: 'sender' | 'recipient' };

/** Where a run stands. */
export interface Cursor {
  readonly plan: readonly PlanStep[];
  readonly step: number;
  /** Next item of the list of that step. */
  readonly item: number;
  readonly warnOnly: boolean;
  readonly deferIfPermit: Refusal | undefined;
  readonly deferIfReject: Refusal | undefined;
  /** The rule that ended the last list with OK. */
  readonly permitted: Because | undefined;
  /** reject_unlisted_… was a rule of a list: once is enough. */
  readonly checked: readonly ('sender' | 'recipient')[];
}

/** For the log, in order: something odd, or a refusal that warn_if_reject turned into a warning. */
export type Remark =
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'rejectWarning'; readonly refusal: Refusal };

export type Judgement =
  | { readonly type: 'accepted'; readonly cursor: Cursor; readonly remarks: readonly Remark[] }
  | { readonly type: 'refused'; readonly refusal: Refusal; readonly remarks: readonly Remark[] }
  | {
      readonly type: 'pause';
      readonly afterMs: number;
      readonly cursor: Cursor;
      readonly remarks: readonly Remark[];
    };

/** The beginning of a run. @param deferIfPermit remembered at an earlier stage */
export function startCursor(plan: readonly PlanStep[], deferIfPermit?: Refusal): Cursor {
  return {
    ...{ plan, step: 0, item: 0, warnOnly: false, deferIfPermit, deferIfReject: undefined },
    ...{ permitted: undefined, checked: [] },
  };
}

/** A run while it goes, with a cursor of its own. Lives for one call only. */
interface Run {
  readonly cursor: Cursor;
  readonly remarks: Remark[];
}

type Halt =
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'pause'; readonly afterMs: number };

/** Goes on until somebody decides, or until time must pass. */
export function judge(matter: Matter, start: Cursor): Judgement {
  const run: Run = { cursor: { ...start }, remarks: [] };
  for (let step = nextStep(run); step !== undefined; step = nextStep(run)) {
    const halt = takeStep(matter, run, step);
    if (halt?.type === 'refused') return { ...halt, remarks: run.remarks };
    if (halt !== undefined) return { ...halt, cursor: run.cursor, remarks: run.remarks };
  }
  return { type: 'accepted', cursor: run.cursor, remarks: run.remarks };
}

function nextStep({ cursor }: Run): PlanStep | undefined {
  return cursor.plan[cursor.step];
}

function move(run: Run, change: Partial<Cursor>): void {
  Object.assign(run.cursor, change);
}

function endStep(run: Run): void {
  move(run, { step: run.cursor.step + 1, item: 0, warnOnly: false });
}

function takeStep(matter: Matter, run: Run, step: PlanStep): Halt | undefined {
  if (step.type === 'list') return takeItem(matter, run, step);
  endStep(run);
  if (step.type === 'settle') {
    const { deferIfPermit } = run.cursor;
    return deferIfPermit === undefined ? undefined : { type: 'refused', refusal: deferIfPermit };
  }
  if (run.cursor.checked.includes(step.who)) return undefined;
  const rule = `reject_unlisted_${step.who}`;
  return obey(run, unlisted(matter, step.who), { rule, parameter: `smtpd_${rule}` });
}

/** One item of a list. */
function takeItem(matter: Matter, run: Run, step: PlanStep & { type: 'list' }): Halt | undefined {
  if (step.fresh && run.cursor.item === 0) move(run, { deferIfReject: undefined });
  const items = listOf(matter.settings, step.parameter);
  const { item } = run.cursor;
  const name = items[item];
  if (name === undefined) {
    endStep(run);
    return undefined;
  }
  const rule = name.toLowerCase();
  if (rule === 'warn_if_reject') {
    move(run, { item: item + 1, warnOnly: true });
    return undefined;
  }
  const { answer, taken } = judgeRule(matter, rule, items[item + 1], step);
  warnOfTheRest(run, name, items[item + 1]);
  noteCheck(run, rule);
  const halt = obey(run, answer, { rule, parameter: step.parameter });
  move(run, { warnOnly: false });
  const { deferIfPermit, deferIfReject } = run.cursor;
  if (answer.type === 'ok' || (deferIfPermit !== undefined && deferIfReject !== undefined)) endStep(run);
  else move(run, { item: item + 1 + taken });
  return halt;
}

/** `permit` and its kin decide always, so what stands behind them is a mistake. */
function warnOfTheRest(run: Run, name: string, next: string | undefined): void {
  const rule = name.toLowerCase();
  const decides = rule === 'permit' || ((rule === 'reject' || rule === 'defer') && !run.cursor.warnOnly);
  if (next === undefined || !decides) return;
  run.remarks.push({ type: 'warning', text: `restriction \`${next}' after \`${rule}' is ignored` });
}

/** A check that only warned does not count: the implicit one at the end still refuses. */
function noteCheck(run: Run, rule: string): void {
  const who = rule === 'reject_unlisted_sender' ? 'sender' : 'recipient';
  if (rule !== `reject_unlisted_${who}` && rule !== 'check_recipient_maps') return;
  if (!run.cursor.warnOnly) move(run, { checked: [...run.cursor.checked, who] });
}

/** The algebra of results. postconf(5) defer_if_permit, defer_if_reject, warn_if_reject */
function obey(run: Run, answer: RuleAnswer, because: Because): Halt | undefined {
  switch (answer.type) {
    case 'dunno':
      return undefined;
    case 'ok':
      move(run, { permitted: { ...because, ...tableOf(answer) } });
      return undefined;
    case 'pause':
      return answer;
    case 'deferIfReject':
      if (run.cursor.deferIfReject === undefined)
        move(run, { deferIfReject: refusalOf(answer.draft, because) });
      return undefined;
    case 'deferIfPermit':
      if (run.cursor.warnOnly) return refuse(run, refusalOf(answer.draft, because));
      if (run.cursor.deferIfPermit === undefined)
        move(run, { deferIfPermit: refusalOf(answer.draft, because) });
      return undefined;
    case 'reject':
      return refuse(run, refusalOf(answer.draft, because));
    default:
      return answer satisfies never;
  }
}

function refuse(run: Run, refusal: Refusal): Halt | undefined {
  if (refusal.warning !== undefined) run.remarks.push({ type: 'warning', text: refusal.warning });
  if (run.cursor.warnOnly && refusal.trouble !== true) {
    run.remarks.push({ type: 'rejectWarning', refusal });
    return undefined;
  }
  const earlier = run.cursor.deferIfReject;
  return { type: 'refused', refusal: earlier !== undefined && refusal.code >= 500 ? earlier : refusal };
}

function refusalOf(draft: Draft, because: Because): Refusal {
  return { ...draft, because: { ...because, ...tableOf(draft) } };
}

function tableOf({ table, key }: { readonly table?: string; readonly key?: string }): Partial<Because> {
  return { ...(table === undefined ? {} : { table }), ...(key === undefined ? {} : { key }) };
}
