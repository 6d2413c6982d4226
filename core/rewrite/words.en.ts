/** What trivial-rewrite does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'trivial-rewrite(8) starts: it will answer questions about addresses.',
  'rewrite.rewrite else': 'trivial-rewrite(8) puts addresses into standard form, user@domain: {addresses}.',
  'rewrite.resolve lookupFails':
    'trivial-rewrite(8) cannot route <{address}>: the table of {note.because.parameter} did not answer.',
  'rewrite.resolve syntaxIsBad':
    'trivial-rewrite(8): <{address}> is no address that mail could be sent to; its domain cannot exist.',
  'rewrite.resolve mustReturn':
    'trivial-rewrite(8): no mail for <{address}>: {note.nexthop} (says {note.because.parameter}).',
  'rewrite.resolve isLocal':
    'trivial-rewrite(8): <{address}> is ours by mydestination; {note.transport} delivers it here.',
  'rewrite.resolve isVirtualMailbox':
    'trivial-rewrite(8): virtual_mailbox_domains has the domain of <{address}>: by {note.transport}.',
  'rewrite.resolve isRelay':
    'trivial-rewrite(8): we relay for the domain of <{address}>: to {note.nexthop} by {note.transport}.',
  'rewrite.resolve else':
    'trivial-rewrite(8): <{address}> is elsewhere; {note.transport} takes it to {note.nexthop}.',
  'settings.changed else': 'trivial-rewrite(8) takes the new configuration.',
};
