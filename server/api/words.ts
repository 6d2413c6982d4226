/** What the page's server says to people when something cannot be had, in both languages. */

/** One sentence, in English and French. */
export interface Sentence {
  readonly en: string;
  readonly fr: string;
}

export const SENTENCES = {
  badHost: {
    en: 'This server answers only to its own address: open it as 127.0.0.1.',
    fr: 'Ce serveur ne répond qu’à sa propre adresse : ouvrez-le par 127.0.0.1.',
  },
  getOnly: {
    en: 'Only GET is understood here: nothing can be changed from the page.',
    fr: 'Seul GET est compris ici : la page ne peut rien modifier.',
  },
  notFound: { en: 'There is nothing here.', fr: 'Il n’y a rien ici.' },
  tooMany: {
    en: 'Too many pages are listening: close one and try again.',
    fr: 'Trop de pages sont à l’écoute : fermez-en une et recommencez.',
  },
  noTrace: {
    en: 'trace_events_limit = 0 in main.cf: no events are kept.',
    fr: 'trace_events_limit = 0 dans main.cf : aucun événement n’est gardé.',
  },
  badNumber: {
    en: 'after must be the number of an event.',
    fr: 'after doit être le numéro d’un événement.',
  },
  noLab: {
    en: 'Letters are shown only by a lab (lab_mode = yes) whose page is on loopback.',
    fr: 'Les lettres ne se lisent que dans un labo (lab_mode = yes) dont la page est sur l’interface locale.',
  },
  notLocal: {
    en: 'Queue files are shown only where the page is on loopback.',
    fr: 'Les fichiers de la file ne se lisent que si la page est sur l’interface locale.',
  },
  gone: {
    en: 'No message of that name is in the queue: delivered, removed, or never there.',
    fr: 'Aucun message de ce nom dans la file : remis, supprimé, ou jamais venu.',
  },
  trouble: {
    en: 'The server could not do that; its log says why.',
    fr: 'Le serveur n’a pas pu le faire ; son journal dit pourquoi.',
  },
} as const satisfies Readonly<Record<string, Sentence>>;

export type SentenceName = keyof typeof SENTENCES;
