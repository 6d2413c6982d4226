/** Ce que fait trivial-rewrite, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'trivial-rewrite(8) démarre : il répondra aux questions sur les adresses.',
  'rewrite.rewrite else':
    'trivial-rewrite(8) met des adresses sous leur forme standard, utilisateur@domaine : {addresses}.',
  'rewrite.resolve lookupFails':
    'trivial-rewrite(8) ne peut dire où va <{address}> : la table de {note.because.parameter} ne répond pas. À réessayer.',
  'rewrite.resolve syntaxIsBad':
    'trivial-rewrite(8) : <{address}> n’est pas une adresse où l’on puisse écrire ; son domaine ne peut exister.',
  'rewrite.resolve mustReturn':
    'trivial-rewrite(8) : personne ne reçoit pour <{address}> : {note.nexthop} (selon {note.because.parameter}).',
  'rewrite.resolve isLocal':
    'trivial-rewrite(8) : <{address}> est chez nous selon mydestination ; {note.transport} livre sur place.',
  'rewrite.resolve isVirtualMailbox':
    'trivial-rewrite(8) : le domaine de <{address}> est dans virtual_mailbox_domains ; {note.transport} le livre.',
  'rewrite.resolve isRelay':
    'trivial-rewrite(8) : nous relayons pour le domaine de <{address}>, vers {note.nexthop} par {note.transport}.',
  'rewrite.resolve else':
    'trivial-rewrite(8) : <{address}> est ailleurs ; le transport {note.transport} l’envoie vers {note.nexthop}.',
  'settings.changed else': 'trivial-rewrite(8) prend en compte la nouvelle configuration.',
};
