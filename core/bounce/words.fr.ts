/** Ce que fait bounce, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'bounce(8) démarre pour une demande.',
  'bounce.append else':
    'bounce(8) ouvre le journal {log} de {queueId} pour y noter pourquoi un destinataire n’a pas été atteint.',
  'bounce.flush else': 'bounce(8) doit prévenir l’expéditeur <{sender}> ; il lit ce qui a été noté.',
  'bounce.forget else': 'bounce(8) ôte le journal {log} de {queueId} : il ne sert plus.',
  'file.opened else': 'bounce(8) écrit la raison dans le journal.',
  'file.failed else': 'Le disque a failli ({code}) : le message reste dans la file et sera réessayé.',
  'file.synced else': 'La raison est sur le disque.',
  'reading file.loaded else': 'bounce(8) a lu les raisons.',
  ' senderIsNull': 'Le message venait de <> : c’est déjà un avis, et l’on n’envoie pas d’avis sur un avis.',
  ' senderIsDoubleBounce':
    'Un avis au postmaster est revenu : il est jeté, avec un avertissement au journal.',
  ' nothingToTell': 'L’expéditeur a demandé à ne pas être prévenu (NOTIFY).',
  'deciding  else': 'bounce(8) commence un nouveau message de <> à l’expéditeur.',
  'cleanup.opened else':
    'L’avis reçoit l’identifiant {queueId} ; le message d’origine est lu pour être cité.',
  'quoting file.loaded else':
    'bounce(8) rédige l’avis : des mots pour les gens, un rapport pour les programmes, le message.',
  'cleanup.done noticeFailed': 'L’avis n’a pu être mis en file : qmgr(8) garde le message et réessaiera.',
  'notifying cleanup.done else': 'L’avis n’a pu être mis en file : qmgr(8) garde le message et réessaiera.',
  'sending cleanup.done else': 'L’avis est en file et sur le disque : le journal peut partir.',
  'master.childDied else': 'cleanup(8) est mort : qmgr(8) garde le message et réessaiera.',
};
