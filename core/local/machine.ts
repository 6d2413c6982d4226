/**
 * local - delivers to the people of this machine: aliases, .forward, Maildir, mbox.
 *
 * local(8) · aliases(5) · chart: docs/generated/local.svg
 *
 *   request ─► read ─► choosing (alias? forward? mailbox?) ─► store, durable ─► next ─► report
 */
import { setup } from 'xstate';
import type { Effect } from '../kernel/effects.ts';
import { NEXT } from './next.ts';
import { nothingYet } from './report.ts';
import { actions, guards } from './rules.ts';
import type { LocalContext, LocalEvent, LocalInput } from './types.ts';

/** What may come in any state: bounce(8) confirms, the disk answers about what was given up. */
const ANYTIME = {
  'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' },
  'file.removed': { description: 'local(8)' },
} as const;
const STRAY = { guard: 'isStray', description: 'local(8)' } as const;
const LOST = { guard: 'logProcessDied', actions: 'noteLogLost', description: 'bounce(8)' } as const;
const UNREAD = {
  guard: 'isUnread',
  target: 'choosing',
  actions: 'noteUnread',
  description: 'qmgr(8)',
} as const;
const BROKEN = { target: 'choosing', actions: 'noteBroken', description: 'local(8) DIAGNOSTICS' } as const;
const NOT_FORWARDED = { target: 'choosing', actions: 'noteNotForwarded', description: 'local(8)' } as const;

export const local = setup({
  types: {
    input: {} as LocalInput,
    context: {} as LocalContext,
    events: {} as LocalEvent,
    emitted: {} as Effect,
  },
  guards,
  actions,
}).createMachine({
  id: 'local',
  context: ({ input }) => nothingYet(input),
  initial: 'idle',
  states: {
    idle: {
      on: { 'deliver.request': { target: 'reading', actions: 'readMessage', description: 'local(8)' } },
    },
    reading: {
      on: {
        'file.loaded': [
          {
            guard: 'limitsContradict',
            target: 'reporting',
            actions: 'refuseConfiguration',
            description: 'postconf(5) mailbox_size_limit',
          },
          { target: 'choosing', actions: 'startWork', description: 'local(8)' },
        ],
        'file.failed': { target: 'reporting', actions: 'deferAll', description: 'local(8) DIAGNOSTICS' },
      },
    },
    choosing: { always: NEXT },
    resolving: {
      description: 'trivial-rewrite(8) is asked where the members of an alias or a .forward go.',
      always: [
        { guard: 'noAddresses', target: 'choosing', actions: 'skipNext', description: 'aliases(5)' },
        {
          guard: 'membersAreResolved',
          target: 'choosing',
          actions: 'sortMembers',
          description: 'aliases(5)',
        },
      ],
      on: {
        ...ANYTIME,
        'rewrite.rewritten': [
          { guard: 'isStrayAnswer', description: 'trivial-rewrite(8)' },
          { actions: 'askResolve', description: 'trivial-rewrite(8)' },
        ],
        'rewrite.resolved': [
          { guard: 'isStrayAnswer', description: 'trivial-rewrite(8)' },
          { actions: 'noteResolved', description: 'trivial-rewrite(8)' },
        ],
        'master.childDied': [
          LOST,
          { target: 'choosing', actions: 'deferMembers', description: 'local(8) DIAGNOSTICS' },
        ],
        'file.failed': { description: 'local(8)' },
      },
    },
    forwarding: {
      description: 'The .forward of the user is being read.',
      on: {
        ...ANYTIME,
        'file.loaded': [
          {
            guard: 'forwardIsUnsafe',
            target: 'choosing',
            actions: 'warnUnsafe',
            description: 'local(8) SECURITY',
          },
          {
            guard: 'forwardIsEmpty',
            target: 'choosing',
            actions: 'forgetForward',
            description: 'forward(5)',
          },
          { target: 'choosing', actions: 'useForward', description: 'forward(5)' },
        ],
        'file.failed': [
          STRAY,
          {
            guard: 'forwardIsUnreadable',
            target: 'choosing',
            actions: 'deferForForward',
            description: 'local(8) DIAGNOSTICS',
          },
          { target: 'choosing', actions: 'forgetForward', description: 'postconf(5) forward_path' },
        ],
        'master.childDied': LOST,
      },
    },
    opening: {
      on: {
        ...ANYTIME,
        'file.created': { target: 'storing', actions: 'readToStore', description: 'maildir(5)' },
        'file.opened': { target: 'storing', actions: 'readToStore', description: 'RFC 4155 · local(8)' },
        'file.failed': [
          STRAY,
          { target: 'choosing', actions: 'noteNotOpened', description: 'local(8) DIAGNOSTICS' },
        ],
        'master.childDied': LOST,
      },
    },
    storing: {
      description: 'Nothing is "sent" before it is on disk.',
      on: {
        ...ANYTIME,
        'file.loaded': [
          {
            guard: 'mailboxIsFull',
            target: 'choosing',
            actions: 'refuseFull',
            description: 'postconf(5) mailbox_size_limit',
          },
          { actions: 'storeMessage', description: 'local(8)' },
        ],
        'file.synced': [
          { guard: 'nextIsMaildir', target: 'moving', actions: 'moveToNew', description: 'maildir(5)' },
          { target: 'choosing', actions: 'noteSent', description: 'RFC 4155 · local(8)' },
        ],
        'file.failed': [STRAY, UNREAD, BROKEN],
        'master.childDied': LOST,
      },
    },
    moving: {
      on: {
        ...ANYTIME,
        'file.renamed': { target: 'choosing', actions: 'noteSent', description: 'maildir(5)' },
        'file.failed': [STRAY, BROKEN],
        'master.childDied': LOST,
      },
    },
    sending: {
      description: 'cleanup(8) takes the message as a new one, for other addresses.',
      on: {
        ...ANYTIME,
        'cleanup.opened': { actions: 'readToForward', description: 'cleanup(8)' },
        'file.loaded': { actions: 'sendForward', description: 'RFC 5321 §3.9' },
        'file.failed': [STRAY, NOT_FORWARDED],
        'cleanup.done': [
          { guard: 'forwardFailed', ...NOT_FORWARDED },
          { target: 'choosing', actions: 'noteForwarded', description: 'local(8)' },
        ],
        'master.childDied': [LOST, NOT_FORWARDED],
      },
    },
    reporting: {
      description: 'All is done; what failed must be with bounce(8) before qmgr(8) is told.',
      always: [{ guard: 'allAreLogged', target: 'gone', actions: 'tellDone', description: 'qmgr(8)' }],
      on: {
        ...ANYTIME,
        'file.loaded': { description: 'local(8)' },
        'file.failed': { description: 'local(8)' },
        'master.childDied': LOST,
      },
    },
    gone: { type: 'final' },
  },
});
