/**
 * Which notes are questions, and who still waits for an answer: those are told when the process that owes it
 * dies. master(8)
 */
import type { Effect } from './effects.ts';
import type { NoteArrived, WorldEvent } from './events.ts';
import type { Note } from './notes.ts';

/** The note that settles a question. `cleanup.opened` does not: whoever opened waits for the verdict. */
const ANSWERS: Partial<Record<string, Note['type']>> = {
  'cleanup.open': 'cleanup.done',
  'rewrite.rewrite': 'rewrite.rewritten',
  'rewrite.resolve': 'rewrite.resolved',
  'dns.query': 'dns.answer',
  'policy.ask': 'policy.answer',
  'milter.open': 'milter.answer',
  'milter.tell': 'milter.answer',
  'milter.message': 'milter.done',
  'verify.query': 'verify.answer',
  'anvil.count': 'anvil.counted',
  'deliver.request': 'deliver.done',
  'bounce.append': 'bounce.appended',
  'bounce.flush': 'bounce.flushed',
};

const NONE: readonly NoteArrived[] = [];

/** The event as a question, or undefined when nobody waits for an answer to it. */
export function questionOf(event: WorldEvent): NoteArrived | undefined {
  return ANSWERS[event.type] === undefined ? undefined : (event as NoteArrived);
}

/** The questions that are still open after these effects. The same array when nothing was answered. */
export function unanswered(open: readonly NoteArrived[], effects: readonly Effect[]): readonly NoteArrived[] {
  if (open.length === 0) return open;
  let left = open;
  for (const effect of effects) {
    if (effect.type !== 'send') continue;
    const kept = left.filter((question) => !settles(effect.to, effect.note, question));
    if (kept.length < left.length) left = kept.length === 0 ? NONE : kept;
  }
  return left;
}

function settles(to: string, note: Note, question: NoteArrived): boolean {
  if (to !== question.from || note.type !== ANSWERS[question.type]) return false;
  return tokenOf(note) === tokenOf(question);
}

function tokenOf(note: Note): string | undefined {
  return 'token' in note ? note.token : undefined;
}
