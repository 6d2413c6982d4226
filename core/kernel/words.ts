/**
 * One sentence per transition, for people: templates by row, filled from the trace event. No logic but
 * lookup.
 *
 * Each daemon has words.en.ts and words.fr.ts beside its chart; test/tidy/words.test.ts demands every row
 * in both.
 */
import type { Row } from './process.ts';
import type { Plain, PlainThing, TraceEvent } from './trace.ts';

/**
 * Keys: `EVENT guard`, or `state EVENT guard` where states differ; `else` stands for "no guard", `start`
 * for the birth of the process. `{field}` takes a field of the event (or of a note that is sent), `{reply}`
 * the first reply.
 */
export type Words = Readonly<Record<string, string>>;

/** The keys to try for a row, most specific first. */
export function wordKeys(row: Row): readonly [string, string] {
  const rest = `${row.event} ${row.guard ?? 'else'}`;
  return [`${row.state} ${rest}`, rest];
}

/** The template of a row, or undefined when the catalogue lacks it. */
export function templateOf(words: Words, row: Row): string | undefined {
  const [specific, general] = wordKeys(row);
  return words[specific] ?? words[general];
}

/** The sentence for a trace event; undefined when no row was taken (nothing happened worth a word). */
export function sentenceOf(words: Words, event: TraceEvent): string | undefined {
  if (event.event.type === 'process.started') return fill(words.start, event);
  const sentences = event.rows.map((row) => fill(templateOf(words, row), event));
  const known = sentences.filter((sentence) => sentence !== undefined);
  return known.length === 0 ? undefined : known.join(' ');
}

function fill(template: string | undefined, event: TraceEvent): string | undefined {
  return template?.replace(/\{([a-zA-Z.]+)\}/g, (_whole, name: string) => factOf(event, name));
}

function factOf(event: TraceEvent, name: string): string {
  if (name === 'reply') return replyOf(event.effects);
  const path = name.split('.');
  const things: readonly (PlainThing | Plain | undefined)[] = [
    event.event,
    ...event.effects.map((effect) => effect.note),
    ...event.effects,
    event as unknown as PlainThing,
  ];
  for (const thing of things) {
    const value = fieldOf(thing, path);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    if (Array.isArray(value)) return value.filter((item) => typeof item !== 'object').join(', ');
  }
  return '';
}

function fieldOf(thing: PlainThing | Plain | undefined, path: readonly string[]): Plain | undefined {
  let value: unknown = thing;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value as Plain | undefined;
}

function replyOf(effects: readonly PlainThing[]): string {
  const write = effects.find(({ type }) => type === 'net.write');
  return typeof write?.text === 'string' ? (write.text.trimEnd().split('\r\n').at(-1) ?? '') : '';
}
