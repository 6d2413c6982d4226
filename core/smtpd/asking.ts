/**
 * A rule that must ask another service: the question goes out, and its answer is kept until the stage is
 * judged.
 *
 * SMTPD_ACCESS_README · postconf(5) ipc_timeout
 */
import { type Settings, timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Note } from '../kernel/notes.ts';
import type { Args, Decision } from './say.ts';
import type { Known } from './types.ts';
import type { Answer, Question } from './verdict.ts';

/** Nobody was asked. */
export const NOTHING_KNOWN: Known = { answers: new Map() };

/** Nobody has said anything. */
export const UNANSWERED: Answer = { type: 'unanswered' };

/** With one answer more. */
export function withAnswer({ answers }: Known, key: string, answer: Answer): Known {
  return { answers: new Map(answers).set(key, answer) };
}

const TIMER = 'answer';

/** The note, and the time that its answer may take. */
export function questionEffects(
  settings: Settings,
  { to, note, timeoutMs }: Question,
): readonly [Effect, Effect] {
  const afterMs = timeoutMs ?? timeMsOf(settings, 'ipc_timeout');
  return [
    { type: 'send', to, note },
    { type: 'timer.set', timer: TIMER, afterMs },
  ];
}

export function findingIsQuestion({ context }: Args): boolean {
  return context.finding.type === 'ask';
}

/** This is the answer, or there will be none: who was asked died, or was silent for too long. */
export function answersQuestion({ context, event }: Args): boolean {
  const { finding } = context;
  if (finding.type !== 'ask') return false;
  if (event.type === 'timer.fired') return event.timer === TIMER;
  const note = event.type === 'master.childDied' ? event.request : event;
  return note !== undefined && 'token' in note && note.token === finding.question.key;
}

/** Notes the answer for the rule that is judged again. */
export function keepAnswer({ context, event }: Args): Decision {
  const { finding, known } = context;
  assert(finding.type === 'ask', 'something was asked');
  const silent = event.type === 'timer.fired' || event.type === 'master.childDied';
  const answer = silent ? UNANSWERED : (event as Note);
  return {
    context: { known: withAnswer(known, finding.question.key, answer) },
    effects: [{ type: 'timer.clear', timer: TIMER }],
  };
}
