/**
 * why - reads off a trace event why each of its log lines, replies and decisions came about.
 *
 * Whoever shows or checks a trace calls this; no daemon does. A cause that depends on tables or figures is
 * carried by the effect (mail/because.ts); one that the words of a line give away is in why-forms.ts.
 */
import type { Because } from '../mail/because.ts';
import type { PlainThing, TraceEvent } from './trace.ts';
import { formOf, noteCause } from './why-forms.ts';

/** One thing that was said or decided, with its reasons. */
export interface Why {
  readonly type: 'log' | 'reply' | 'decision';
  /** The line, the first line of the reply, or what was decided. */
  readonly text: string;
  /** Configuration that led to it, in the order in which it was obeyed. */
  readonly causes: readonly Because[];
  /** Class of plain facts that it belongs to, when no configuration led to it. why-forms.ts */
  readonly fact?: string;
  /** Where the rules are written that the daemon followed in this step: `RFC 5321 §4.1.1.4`. */
  readonly references: readonly string[];
  /** Number of the trace event that led to it; 0 = the outside world. */
  readonly ledBy: number;
  readonly queueId?: string;
  /** Until when mail waits, ms since the epoch. */
  readonly until?: number;
}

type Told = Pick<Why, 'type' | 'text' | 'causes' | 'fact' | 'until' | 'queueId'>;

function textIn(thing: PlainThing, field: string): string {
  const value = thing[field];
  return typeof value === 'string' ? value : '';
}

/** The reasons an effect or note carries itself. */
function carried({ because }: PlainThing): readonly Because[] {
  if (because === undefined || because === null) return [];
  return (Array.isArray(because) ? because : [because]) as unknown as readonly Because[];
}

function ofLog(effect: PlainThing): Told {
  const text = textIn(effect, 'text');
  const causes = carried(effect);
  if (causes.length > 0) return { type: 'log', text, causes };
  const form = formOf(text);
  if (form === undefined) return { type: 'log', text, causes };
  return typeof form.why === 'string'
    ? { type: 'log', text, causes, fact: form.why }
    : { type: 'log', text, causes: [form.why] };
}

function ofExplain(effect: PlainThing): Told {
  const becomes = effect.becomes as readonly string[] | undefined;
  const text =
    becomes === undefined ? textIn(effect, 'what') : `${textIn(effect, 'what')} → ${becomes.join(', ')}`;
  const queueId = textIn(effect, 'queueId');
  return {
    ...{ type: 'decision', text, causes: carried(effect) },
    ...(typeof effect.until === 'number' ? { until: effect.until } : {}),
    ...(queueId === '' ? {} : { queueId }),
  };
}

/** Notes that carry a decision, in a word. */
function decisionIn(note: PlainThing): string | undefined {
  switch (note.type) {
    case 'rewrite.resolved':
      return typeof note.failed === 'string'
        ? `${textIn(note, 'recipient')}: ${note.failed}`
        : `${textIn(note, 'recipient')} → ${textIn(note, 'transport')}:${textIn(note, 'nexthop')}`;
    case 'bounce.flush':
      return `notice: ${textIn(note, 'kind')}`;
    case 'cleanup.done':
      return note.status === 'ok' ? undefined : `cleanup: ${textIn(note, 'status')}`;
    case 'flush.add':
      return `${textIn(note, 'queueId')} → flush: ${textIn(note, 'site')}`;
    default:
      return undefined;
  }
}

function ofNote(note: PlainThing): Told | undefined {
  const text = decisionIn(note);
  if (text === undefined) return undefined;
  const own = carried(note);
  const fixed = noteCause(note.type, textIn(note, 'kind') || textIn(note, 'status'));
  return { type: 'decision', text, causes: own.length > 0 || fixed === undefined ? own : [fixed] };
}

function toldBy(effect: PlainThing): Told | undefined {
  switch (effect.type) {
    case 'log':
      return ofLog(effect);
    case 'net.write':
      return { type: 'reply', text: textIn(effect, 'text').split('\r\n')[0] ?? '', causes: carried(effect) };
    case 'explain':
      return ofExplain(effect);
    case 'send':
      return ofNote(effect.note as PlainThing);
    default:
      return undefined;
  }
}

/** Why all of it: one entry for each log line, reply and decision of the event, in their order. */
export function whysOf(event: TraceEvent): readonly Why[] {
  const references = [...new Set(event.rows.flatMap(({ description }) => description ?? []))];
  const facts = { references, ledBy: event.cause };
  return event.effects.flatMap((effect): readonly Why[] => {
    const told = toldBy(effect);
    if (told === undefined) return [];
    return [{ ...(event.queueId === undefined ? {} : { queueId: event.queueId }), ...facts, ...told }];
  });
}

/** Has neither configuration, nor a rule, nor a class of facts: somebody forgot to say why. */
export function isUnexplained({ type, causes, fact, references }: Why): boolean {
  if (causes.length > 0 || fact !== undefined) return false;
  return type !== 'reply' || references.length === 0;
}
