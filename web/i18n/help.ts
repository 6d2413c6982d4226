/** Texts of the help, by locale: fetched with it. */
import type { Locale } from './messages.ts';

interface HelpMessages {
  readonly intro: readonly string[];
  readonly keysTitle: string;
  readonly keys: readonly (readonly [string, string])[];
  readonly legendTitle: string;
  readonly shapes: readonly (readonly [string, string])[];
  readonly envelopesTitle: string;
  readonly marksTitle: string;
}

const fr: HelpMessages = {
  intro: [
    'À droite, Postfix comme dans la figure classique. Ce que vous tapez au terminal passe de programme en programme : une enveloppe le montre, une phrase le dit.',
    'Tout peut être rejoué : la barre de temps recule aussi. Taper dans le passé ouvre une autre branche.',
    'Un clic sur un composant l’ouvre : son automate, ses fichiers, son journal.',
  ],
  keysTitle: 'Touches, sur le plan ou la barre de temps',
  keys: [
    ['→ ←', 'un pas en avant, en arrière'],
    ['Espace', 'lire, mettre en pause'],
    ['↑ ↓', 'd’un composant à l’autre'],
    ['Entrée', 'ouvrir le composant'],
    ['Échap', 'fermer ; quitter le terminal'],
    ['Tab', 'au terminal : accepter la ligne proposée'],
    ['0', 'revenir au présent'],
    ['?', 'cette aide'],
  ],
  legendTitle: 'Formes du plan',
  shapes: [
    ['prog', 'programme'],
    ['queue', 'file, fichiers'],
    ['map', 'table de recherche'],
    ['ext', 'hors de Postfix'],
    ['absent', 'pas encore dans cette version'],
  ],
  envelopesTitle: 'Enveloppes : le sort du message',
  marksTitle: 'Repères de la barre de temps',
};

const en: HelpMessages = {
  intro: [
    'On the right, Postfix as in the classic figure. What you type at the terminal goes from program to program: an envelope shows it, a sentence tells it.',
    'Everything can be played again: the time bar also goes back. Typing in the past opens another branch.',
    'A click on a component opens it: its statechart, its files, its log.',
  ],
  keysTitle: 'Keys, on the map or the time bar',
  keys: [
    ['→ ←', 'one step forward, back'],
    ['Space', 'play, pause'],
    ['↑ ↓', 'from one component to the next'],
    ['Enter', 'open the component'],
    ['Esc', 'close; leave the terminal'],
    ['Tab', 'in the terminal: accept the proposed line'],
    ['0', 'back to the present'],
    ['?', 'this help'],
  ],
  legendTitle: 'Shapes of the map',
  shapes: [
    ['prog', 'program'],
    ['queue', 'queue, files'],
    ['map', 'lookup table'],
    ['ext', 'outside Postfix'],
    ['absent', 'not yet in this version'],
  ],
  envelopesTitle: 'Envelopes: how the message fares',
  marksTitle: 'Marks of the time bar',
};

export function helpMessages(locale: Locale): HelpMessages {
  return locale === 'fr' ? fr : en;
}
