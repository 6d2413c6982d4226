/** Ce que fait bounce, en une phrase. */
import type { Words } from '../kernel/words.ts';

const GIVEN_UP = 'L’avis n’a pu être mis en file : qmgr(8) garde le message et réessaiera.';
const NO_COPY = 'La copie pour le postmaster n’a pu être mise en file ; l’expéditeur, lui, est prévenu.';

export const words: Words = {
  start: 'bounce(8) démarre pour une demande.',
  'bounce.append else':
    'bounce(8) ouvre le journal {log} de {queueId} pour y noter ce qu’il est advenu d’un destinataire.',
  'bounce.flush else': 'bounce(8) doit prévenir l’expéditeur <{sender}> ; il lit ce qui a été noté.',
  'file.opened mustBeDurable':
    'bounce(8) écrit la raison et attend le disque : sur cette parole, un destinataire sera abandonné.',
  'file.opened else': 'bounce(8) écrit la raison dans le journal.',
  'file.failed logIsMissing': 'Rien n’a été noté, ou c’est perdu : l’expéditeur est prévenu tout de même.',
  'file.failed else': 'Le disque a failli ({code}) : le message reste dans la file et sera réessayé.',
  'file.synced else': 'La raison est sur le disque.',
  'reading file.loaded else': 'bounce(8) a lu les raisons et regarde le message.',
  'looking file.loaded else': 'bounce(8) décide qui doit l’apprendre, selon notify_classes et NOTIFY.',
  ' senderIsDoubleBounce':
    'Un avis au postmaster est revenu : il est jeté, avec un avertissement au journal.',
  ' allAreTold': 'Tout le monde est prévenu : le journal peut partir, qmgr(8) peut continuer.',
  ' senderIsNull': 'Le message venait de <> : c’est déjà un avis, et l’on n’envoie pas d’avis sur un avis.',
  ' nobodyToTell': 'L’expéditeur a demandé à ne pas être prévenu (NOTIFY).',
  'deciding  else': 'bounce(8) commence un nouveau message, de <> ou pour le postmaster.',
  'cleanup.opened else':
    'L’avis reçoit l’identifiant {queueId} ; le message d’origine est lu pour être cité.',
  'quoting file.loaded else':
    'bounce(8) rédige l’avis : des mots pour les gens, un rapport pour les programmes, le message.',
  'cleanup.done copyFailed': NO_COPY,
  'master.childDied copyFailed': NO_COPY,
  'cleanup.done noticeFailed': GIVEN_UP,
  'notifying cleanup.done else': GIVEN_UP,
  'quoting cleanup.done else': GIVEN_UP,
  'sending cleanup.done else': 'L’avis est en file et sur le disque.',
  'master.childDied else': 'cleanup(8) est mort : qmgr(8) garde le message et réessaiera.',
};
