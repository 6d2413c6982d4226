/**
 * Restriction lists: may this client do this? Data in, verdict out; every verdict names the rule that gave
 * it.
 *
 * A run over the lists can pause (`sleep`) and be taken up again: where it stands is plain data, the
 * cursor. A rule that must ask somebody stops it in the same way, and is judged again with the answer.
 *
 * SMTPD_ACCESS_README · postconf(5) smtpd_recipient_restrictions · Postfix: src/smtpd/smtpd_check.c
 */
import { listOf } from '../config/settings.ts';
import type { Because } from '../mail/because.ts';
import { causeOf, frameOf, refusalOf, withHit } from './causes.ts';
import { NO_ORDERS, type Orders, withOrder } from './orders.ts';
import { judgeRule } from './restriction-rules.ts';
import { unlisted } from './unlisted.ts';
import type {
  Ask,
  Cursor,
  Draft,
  Frame,
  Judgement,
  Matter,
  PlanStep,
  Refusal,
  Remark,
  Verdict,
} from './verdict.ts';

/**
 * The beginning of a run.
 *
 * @param deferIfPermit remembered at an earlier stage
 * @param orders what is to become of the message so far
 */
export function startCursor(
  plan: readonly PlanStep[],
  deferIfPermit?: Refusal,
  orders: Orders = NO_ORDERS,
): Cursor {
  return {
    ...{ plan, orders, step: 0, frames: [], warnDepth: 0, deferIfPermit, deferIfReject: undefined },
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
  | { readonly type: 'pause'; readonly afterMs: number; readonly slept?: string }
  | Ask;

/** Goes on until somebody decides, until time must pass, or until somebody must be asked. */
export function judge(matter: Matter, start: Cursor): Judgement {
  const run: Run = { cursor: { ...start }, remarks: [] };
  for (let step = nextStep(run); step !== undefined; step = nextStep(run)) {
    const halt = takeStep(matter, run, step);
    if (halt?.type === 'refused') return { ...halt, orders: run.cursor.orders, remarks: run.remarks };
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
  move(run, { step: run.cursor.step + 1, frames: [], warnDepth: 0 });
}

function takeStep(matter: Matter, run: Run, step: PlanStep): Halt | undefined {
  if (run.cursor.orders.discard && step.type !== 'settle') {
    endStep(run);
    return undefined;
  }
  if (step.type === 'list') {
    if (run.cursor.frames.length === 0) beginList(matter, run, step);
    return takeItem(matter, run);
  }
  endStep(run);
  if (step.type === 'settle') {
    const { deferIfPermit } = run.cursor;
    return deferIfPermit === undefined ? undefined : { type: 'refused', refusal: deferIfPermit };
  }
  if (run.cursor.checked.includes(step.who)) return undefined;
  const rule = `reject_unlisted_${step.who}`;
  return obey(run, unlisted(matter, step.who), { rule, parameter: `smtpd_${rule}` });
}

function beginList(matter: Matter, run: Run, step: PlanStep & { type: 'list' }): void {
  const { parameter, what, name } = step;
  const items = listOf(matter.settings, parameter);
  move(run, { frames: [{ parameter, what, name, items, item: 0 }] });
  if (step.fresh) move(run, { deferIfReject: undefined });
}

/** The innermost list goes on behind so many items. */
function advance(run: Run, count: number): void {
  const { frames } = run.cursor;
  const last = frames.at(-1);
  if (last !== undefined) move(run, { frames: frames.with(-1, { ...last, item: last.item + count }) });
}

/** A rule, or a list in the place of one, is done: warn_if_reject before it has had its effect. */
function endWarning(run: Run): void {
  if (run.cursor.warnDepth >= run.cursor.frames.length) move(run, { warnDepth: 0 });
}

/** The innermost list is over, and decided nothing. */
function leaveList(run: Run): void {
  move(run, { frames: run.cursor.frames.slice(0, -1) });
  if (run.cursor.frames.length === 0) endStep(run);
  else endWarning(run);
}

/** Somebody said OK: all lists of this step are over, up to one whose OK counts for nothing. */
function leaveWithOk(run: Run): void {
  const { frames } = run.cursor;
  const doubted = frames.findLastIndex(({ okIsDunno }) => okIsDunno === true);
  if (doubted < 0) return endStep(run);
  move(run, { frames: frames.slice(0, doubted), permitted: undefined });
  endWarning(run);
}

/** One item of the innermost list. */
function takeItem(matter: Matter, run: Run): Halt | undefined {
  const frame = run.cursor.frames.at(-1);
  const name = frame?.items[frame.item];
  if (frame === undefined || name === undefined) {
    leaveList(run);
    return undefined;
  }
  const rule = name.toLowerCase();
  if (rule === 'warn_if_reject') {
    advance(run, 1);
    if (run.cursor.warnDepth === 0) move(run, { warnDepth: run.cursor.frames.length });
    return undefined;
  }
  const next = frame.items[frame.item + 1];
  const list = run.cursor.frames[0]?.parameter ?? '';
  const standing = { what: frame.what, name: frame.name, list, depth: run.cursor.frames.length };
  const { answer, taken } = judgeRule(matter, name, next, standing);
  if (answer.type === 'ask') return answer;
  if (answer.type === 'poll') return { type: 'pause', afterMs: answer.afterMs, slept: answer.key };
  warnOfAge(run, rule, frame);
  warnOfTheRest(run, name, next, frame);
  noteCheck(run, rule);
  advance(run, 1 + taken);
  if (answer.type === 'list') {
    move(run, { frames: [...run.cursor.frames, frameOf(answer, frame)] });
    return undefined;
  }
  const isSilent = answer.type === 'dunno' && answer.remark === undefined;
  const halt = isSilent ? undefined : obey(run, answer, causeOf(frame, name));
  endWarning(run);
  const { deferIfPermit, deferIfReject } = run.cursor;
  if (deferIfPermit !== undefined && deferIfReject !== undefined) endStep(run);
  else if (answer.type === 'ok') leaveWithOk(run);
  return halt;
}

/** Restrictions that Postfix would rather forget. */
const OUTDATED: ReadonlyMap<string, string> = new Map([
  [
    'permit_naked_ip_address',
    'restriction permit_naked_ip_address is deprecated. Use permit_mynetworks or permit_sasl_authenticated instead',
  ],
  [
    'check_relay_domains',
    'support for restriction "check_relay_domains" will be removed from Postfix; use ' +
      '"reject_unauth_destination" instead',
  ],
]);

/** Differs: said each time; Postfix says it of check_relay_domains once in the life of a process. */
function warnOfAge(run: Run, rule: string, frame: Frame): void {
  const text = OUTDATED.get(rule);
  if (text !== undefined) run.remarks.push({ type: 'warning', text, because: causeOf(frame, rule) });
}

/** `permit` and its kin decide always, so what stands behind them is a mistake. */
function warnOfTheRest(run: Run, name: string, next: string | undefined, frame: Frame): void {
  const rule = name.toLowerCase();
  const decides =
    rule === 'permit' || ((rule === 'reject' || rule === 'defer') && run.cursor.warnDepth === 0);
  if (next === undefined || !decides) return;
  const text = `restriction \`${next}' after \`${rule}' is ignored`;
  run.remarks.push({ type: 'warning', text, because: causeOf(frame, name) });
}

/**
 * A check that only warned does not count: the implicit one at the end still refuses. Differs: where
 * reject_unlisted_sender is not in the list of senders, Postfix asks for the first recipient only; here for
 * each.
 */
function noteCheck(run: Run, rule: string): void {
  const who = rule === 'reject_unlisted_sender' ? 'sender' : 'recipient';
  if (rule !== `reject_unlisted_${who}` && rule !== 'check_recipient_maps') return;
  if (run.cursor.warnDepth === 0) move(run, { checked: [...run.cursor.checked, who] });
}

/** The algebra of results. postconf(5) defer_if_permit, defer_if_reject, warn_if_reject */
function obey(run: Run, answer: Verdict, because: Because): Halt | undefined {
  switch (answer.type) {
    case 'dunno':
      if (answer.remark !== undefined)
        run.remarks.push({ ...answer.remark, because: withHit(because, answer) });
      return undefined;
    case 'order':
      obeyOrder(run, answer, because);
      return undefined;
    case 'ok':
      move(run, { permitted: withHit(because, answer) });
      return undefined;
    case 'pause':
      return answer;
    case 'deferIfReject':
      for (const text of answer.draft.warnings ?? []) run.remarks.push({ type: 'warning', text, because });
      noteMapped(run, answer.draft, because);
      if (run.cursor.deferIfReject === undefined)
        move(run, { deferIfReject: refusalOf(answer.draft, because) });
      return undefined;
    case 'deferIfPermit':
      if (run.cursor.warnDepth > 0) return refuse(run, refusalOf(answer.draft, because));
      noteMapped(run, answer.draft, because);
      if (run.cursor.deferIfPermit === undefined)
        move(run, { deferIfPermit: refusalOf(answer.draft, because) });
      return undefined;
    case 'reject':
      return refuse(run, refusalOf(answer.draft, because));
    default:
      return answer satisfies never;
  }
}

/** A message is held once, however many entries want it. */
function obeyOrder(run: Run, answer: Verdict & { type: 'order' }, because: Because): void {
  const { order, remark } = answer;
  if (order.type === 'hold' && run.cursor.orders.hold) return;
  if (remark !== undefined) run.remarks.push({ ...remark, because: withHit(because, answer) });
  move(run, { orders: withOrder(run.cursor.orders, order) });
}

function noteMapped(run: Run, { mapped }: Draft, because: Because): void {
  if (mapped !== undefined) run.remarks.push({ type: 'info', text: mapped, because });
}

function refuse(run: Run, refusal: Refusal): Halt | undefined {
  const { because } = refusal;
  for (const text of refusal.warnings ?? []) run.remarks.push({ type: 'warning', text, because });
  noteMapped(run, refusal, because);
  if (run.cursor.warnDepth > 0 && refusal.trouble !== true) {
    run.remarks.push({ type: 'rejectWarning', refusal });
    return undefined;
  }
  const earlier = run.cursor.deferIfReject;
  return { type: 'refused', refusal: earlier !== undefined && refusal.code >= 500 ? earlier : refusal };
}
