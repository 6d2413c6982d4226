/** tell - an event in a sentence: the core's words, and the page's own for people and power. */
import { sentenceOf, type TraceEvent, type Words } from '#core';
import type { Locale, Messages } from '../i18n/messages.ts';
import type { PanelMessages } from '../i18n/panels.ts';
import { chartOf } from '../stage/places.ts';
import type { StepView } from './view.ts';

/** Programs whose sentences come later; core/rare-words.en.ts has the same. */
const RARE: ReadonlySet<string> = new Set([
  ...['anvil', 'bounce', 'dns', 'error', 'flush', 'milter', 'pipe', 'policy', 'verify'],
]);

/** All texts of one language. */
export interface Language {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly panels: PanelMessages;
  readonly words: Readonly<Record<string, Words>>;
}

/** Loads the texts of a language; they are kept, so a second time is quick. */
export async function loadLanguage(locale: Locale): Promise<Language> {
  const texts = locale === 'fr' ? await import('./words.fr.ts') : await import('./words.en.ts');
  const { messages, panels, words } = texts;
  return { locale, messages, panels, words };
}

/** Whether the sentences of a service are still to be loaded. */
export function lacksWords({ words }: Language, { service }: TraceEvent): boolean {
  return RARE.has(chartOf(service)) && words[chartOf(service)] === undefined;
}

/** The same language with the sentences of the programs that few letters meet. Rejects without a network. */
export async function withRareWords(language: Language): Promise<Language> {
  const isFrench = language.locale === 'fr';
  const rare = isFrench ? await import('#core/rare-words.fr') : await import('#core/rare-words.en');
  return { ...language, words: { ...language.words, ...rare.words } };
}

/** The sentence for an event; undefined when nothing is worth a word. */
export function tellEvent({ words, messages }: Language, event: TraceEvent): string | undefined {
  const own = messages.world[`${event.event.type} ${String(event.event.reason ?? '')}`.trim()];
  if (own !== undefined && ['telnet', 'power', 'clock'].includes(event.service)) return fill(own, event);
  const catalogue = words[chartOf(event.service)];
  return catalogue === undefined ? undefined : sentenceOf(catalogue, event);
}

/** An event with its sentence and the references of its rows. */
export function stepView(language: Language, event: TraceEvent): StepView {
  const sentence = tellEvent(language, event);
  const descriptions = event.rows.flatMap(({ description }) => description ?? []);
  const references = [...new Set(descriptions)];
  return { event, references, ...(sentence === undefined ? {} : { sentence }) };
}

function fill(template: string, { host, process, event }: TraceEvent): string {
  const text = typeof event.text === 'string' ? event.text.trimEnd() : '';
  const facts: Readonly<Record<string, string>> = {
    ...{ who: host, machine: process, line: text.split('\r\n').at(-1) ?? '' },
    ...{ host: String(event.host ?? host), port: String(event.port ?? '') },
  };
  return template.replace(/\{([a-z]+)\}/g, (_whole, name: string) => facts[name] ?? '');
}
