/** why-text - a cause in a line for people: rule, parameter, table and entry, figures; by language. */
import type { Because } from '../mail/because.ts';
import type { Why } from './why.ts';

/** The words of one language; `why-words.en.ts` and `why-words.fr.ts` have the same keys. */
export interface WhyWords {
  /** Rules that are no restrictions: those are called by their own names. */
  readonly rules: Readonly<Record<string, string>>;
  /** Classes of plain facts. why-forms.ts */
  readonly facts: Readonly<Record<string, string>>;
  /** Figures without their units. */
  readonly figures: Readonly<Record<string, string>>;
  readonly table: string;
  readonly entry: string;
  readonly place: (position: number) => string;
  readonly within: (classes: string) => string;
  readonly since: (stage: string) => string;
  readonly until: (time: string) => string;
  readonly ledBy: (n: number) => string;
}

function figureText(name: string, value: number, words: WhyWords): string {
  const isTime = name.endsWith('Ms');
  const plain = isTime ? name.slice(0, -2) : name;
  const shown = isTime ? `${Math.round(value / 10) / 100} s` : String(Math.round(value * 100) / 100);
  return `${words.figures[plain] ?? plain} ${shown}`;
}

/** `reject_unlisted_recipient, smtpd_recipient_restrictions, item 3, table hash:/etc/aliases, entry "bob"`. */
export function causeText(cause: Because, words: WhyWords): string {
  const { rule, parameter, position, classes, maps, table, key, stage, figures = {} } = cause;
  return [
    ...(rule === undefined ? [] : [words.rules[rule] ?? rule]),
    ...(parameter === undefined ? [] : [parameter]),
    ...(position === undefined ? [] : [words.place(position)]),
    ...(classes === undefined || classes.length === 0 ? [] : [words.within(classes.join(' → '))]),
    ...(maps === undefined || maps === parameter ? [] : [maps]),
    ...(table === undefined ? [] : [`${words.table} ${table}`]),
    ...(key === undefined ? [] : [`${words.entry} "${key}"`]),
    ...(stage === undefined ? [] : [words.since(stage)]),
    ...Object.entries(figures).map(([name, value]) => figureText(name, value, words)),
  ].join(', ');
}

/** All reasons of something, one a line; the references of the rules that were followed come last. */
export function whyLines(
  { causes, fact, references, until, ledBy }: Why,
  words: WhyWords,
): readonly string[] {
  const time = until === undefined ? [] : [words.until(new Date(until).toISOString())];
  const known = fact === undefined ? [] : [words.facts[fact] ?? fact];
  const last = [...references, ...(ledBy > 0 ? [words.ledBy(ledBy)] : [])].join(' · ');
  return [
    ...causes.map((cause) => causeText(cause, words)),
    ...known,
    ...time,
    ...(last === '' ? [] : [last]),
  ];
}
