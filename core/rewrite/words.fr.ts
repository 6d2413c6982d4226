/** Ce que fait trivial-rewrite, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'trivial-rewrite(8) démarre : il répondra aux questions sur les adresses.',
  'rewrite.rewrite else': 'trivial-rewrite(8) met une adresse sous sa forme standard : {addresses}.',
  'rewrite.resolve lookupFails':
    'trivial-rewrite(8) ne peut pas dire où va {address} : une table ne répond pas. À réessayer plus tard.',
  'rewrite.resolve syntaxIsBad': 'trivial-rewrite(8) : {address} n’est pas une adresse où l’on puisse écrire.',
  'rewrite.resolve isLocal':
    'trivial-rewrite(8) : {address} est chez nous, le transport {note.transport} la livre ici même.',
  'rewrite.resolve else':
    'trivial-rewrite(8) : {address} part par le transport {note.transport} vers {note.nexthop}.',
  'settings.changed else': 'trivial-rewrite(8) prend en compte la nouvelle configuration.',
};
