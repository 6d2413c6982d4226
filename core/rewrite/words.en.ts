/** What trivial-rewrite does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'trivial-rewrite(8) starts: it will answer questions about addresses.',
  'rewrite.rewrite else': 'trivial-rewrite(8) puts addresses into standard form, user@domain: {addresses}.',
  'rewrite.resolve lookupFails':
    'trivial-rewrite(8) cannot say where <{address}> goes: the table of {note.because.parameter} did not answer. Try later.',
  'rewrite.resolve syntaxIsBad':
    'trivial-rewrite(8): <{address}> is no address that mail could be sent to; its domain cannot exist.',
  'rewrite.resolve mustReturn':
    'trivial-rewrite(8): nobody can have mail for <{address}>: {note.nexthop} (says {note.because.parameter}).',
  'rewrite.resolve isLocal':
    'trivial-rewrite(8): <{address}> is ours by mydestination; the {note.transport} transport delivers it here.',
  'rewrite.resolve isVirtualMailbox':
    'trivial-rewrite(8): the domain of <{address}> is in virtual_mailbox_domains; {note.transport} delivers it.',
  'rewrite.resolve isRelay':
    'trivial-rewrite(8): we take mail for the domain of <{address}> and pass it on to {note.nexthop} by {note.transport}.',
  'rewrite.resolve else':
    'trivial-rewrite(8): <{address}> is elsewhere; it goes by the {note.transport} transport to {note.nexthop}.',
  'settings.changed else': 'trivial-rewrite(8) takes the new configuration.',
};
