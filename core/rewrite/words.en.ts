/** What trivial-rewrite does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'trivial-rewrite(8) starts: it will answer questions about addresses.',
  'rewrite.rewrite else': 'trivial-rewrite(8) puts an address into standard form: {addresses}.',
  'rewrite.resolve lookupFails': 'trivial-rewrite(8) cannot say where {address} goes: a table did not answer. Try later.',
  'rewrite.resolve syntaxIsBad': 'trivial-rewrite(8): {address} is no address that mail could be sent to.',
  'rewrite.resolve isLocal': 'trivial-rewrite(8): {address} is ours, the {note.transport} transport delivers it here.',
  'rewrite.resolve else': 'trivial-rewrite(8): {address} goes by the {note.transport} transport to {note.nexthop}.',
  'settings.changed else': 'trivial-rewrite(8) takes the new configuration.',
};
