/** Texts of terminal and narration, by locale: what is in sight from the start. */
import type { Locale } from './messages.ts';

/** The same shape in every language. A function takes what differs from case to case. */
export interface PanelMessages {
  readonly terminal: {
    readonly log: string;
    readonly input: string;
    readonly send: string;
    readonly raw: string;
    readonly rawHint: string;
    readonly connect: string;
    readonly readOnly: string;
    readonly silent: string;
    readonly ghost: (line: string) => string;
    readonly accept: string;
    readonly leave: string;
    readonly client: string;
    readonly server: string;
    readonly notes: Readonly<Record<string, string>>;
  };
  readonly narration: {
    readonly title: string;
    readonly nothing: string;
    readonly noWords: string;
    readonly follows: (what: string) => string;
    readonly sources: string;
    readonly outside: Readonly<Record<string, (text: string) => string>>;
  };
}

const fr: PanelMessages = {
  terminal: {
    log: 'Échange avec le serveur',
    input: 'Votre ligne',
    send: 'Envoyer',
    raw: 'Vue brute',
    rawHint: 'Montre les fins de ligne CRLF et les octets invisibles.',
    connect: 'Se connecter',
    readOnly: 'Lecture seule : session observée sur le serveur.',
    silent: 'Le serveur va parler le premier.',
    ghost: (line) => `Proposition : ${line}`,
    accept: 'Tab pour accepter',
    leave: 'Échap pour sortir',
    client: 'Client',
    server: 'Serveur',
    notes: {
      eof: 'Connexion fermée par le serveur.',
      local: 'Connexion fermée par le client.',
      reset: 'Connexion coupée.',
      refused: 'Connexion refusée : personne n’écoute à ce port.',
      unreachable: 'La machine ne répond pas.',
    },
  },
  narration: {
    title: 'Ce qui vient de se passer',
    nothing: 'Rien encore.',
    noWords: 'Aucune ligne du diagramme ne répond à cet événement.',
    follows: (what) => `Suivi : ${what}`,
    sources: 'Où c’est écrit',
    outside: {
      'process.started': () => 'Un processus est lancé.',
      'net.connecting': () => 'demande une connexion.',
      'net.connected': () => 'est en ligne.',
      'net.sent': (text) => `envoie : ${text}`,
      'net.received': (text) => `reçoit : ${text}`,
      'net.closed': () => 'n’est plus en ligne.',
      'power.cut': () => 'Le courant est coupé.',
      'power.on': () => 'Le courant revient.',
      'time.passed': () => 'Le temps passe.',
    },
  },
};

const en: PanelMessages = {
  terminal: {
    log: 'Dialogue with the server',
    input: 'Your line',
    send: 'Send',
    raw: 'Raw view',
    rawHint: 'Shows the CRLF line ends and invisible bytes.',
    connect: 'Connect',
    readOnly: 'Read only: a session observed on the server.',
    silent: 'The server will speak first.',
    ghost: (line) => `Suggestion: ${line}`,
    accept: 'Tab to accept',
    leave: 'Esc to leave',
    client: 'Client',
    server: 'Server',
    notes: {
      eof: 'Connection closed by the server.',
      local: 'Connection closed by the client.',
      reset: 'Connection reset.',
      refused: 'Connection refused: nobody listens at this port.',
      unreachable: 'The machine does not answer.',
    },
  },
  narration: {
    title: 'What just happened',
    nothing: 'Nothing yet.',
    noWords: 'No row of the chart answers this event.',
    follows: (what) => `Following: ${what}`,
    sources: 'Where it is written',
    outside: {
      'process.started': () => 'A process is started.',
      'net.connecting': () => 'asks for a connection.',
      'net.connected': () => 'is connected.',
      'net.sent': (text) => `sends: ${text}`,
      'net.received': (text) => `receives: ${text}`,
      'net.closed': () => 'is no longer connected.',
      'power.cut': () => 'The power fails.',
      'power.on': () => 'The power is back.',
      'time.passed': () => 'Time passes.',
    },
  },
};

export function panelMessages(locale: Locale): PanelMessages {
  return locale === 'fr' ? fr : en;
}
