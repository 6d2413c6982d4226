/** Ce que fait trivial-rewrite, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'trivial-rewrite(8) démarre : il répondra aux questions sur les adresses.',
  'rewrite.rewrite else':
    'trivial-rewrite(8) met des adresses sous leur forme standard, utilisateur@domaine : {addresses}.',
  'rewrite.resolve lookupFails':
    'trivial-rewrite(8) ne sait où va <{address}> : la table de {note.because.parameter} ne répond pas.',
  'rewrite.resolve syntaxIsBad':
    'trivial-rewrite(8) : <{address}> n’est pas une adresse possible ; son domaine ne peut exister.',
  'rewrite.resolve mustReturn':
    'trivial-rewrite(8) : rien pour <{address}> : {note.nexthop} (selon {note.because.parameter}).',
  'rewrite.resolve isLocal':
    'trivial-rewrite(8) : <{address}> est chez nous selon mydestination ; {note.transport} livre sur place.',
  'rewrite.resolve isVirtualMailbox':
    'trivial-rewrite(8) : virtual_mailbox_domains a le domaine de <{address}> ; {note.transport} livre.',
  'rewrite.resolve isRelay':
    'trivial-rewrite(8) : nous relayons <{address}> vers {note.nexthop} par {note.transport}.',
  'rewrite.resolve else':
    'trivial-rewrite(8) : <{address}> est ailleurs ; {note.transport} l’envoie vers {note.nexthop}.',
  'settings.changed else': 'trivial-rewrite(8) prend en compte la nouvelle configuration.',
};
