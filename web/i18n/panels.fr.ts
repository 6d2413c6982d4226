/** Texts of terminal and narration in French. */
import type { PanelMessages } from './panels.ts';

export const panels: PanelMessages = {
  terminal: {
    log: 'Échange avec le serveur',
    input: 'Votre ligne',
    send: 'Envoyer',
    raw: 'Vue brute',
    rawHint: 'Montre les fins de ligne CRLF et les octets invisibles.',
    connect: 'Se connecter',
    readOnly: 'Lecture seule : session observée sur le serveur.',
    silent: 'Le serveur va parler le premier.',
    earlier: (count) => `Montrer les ${count} lignes d’avant`,
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
