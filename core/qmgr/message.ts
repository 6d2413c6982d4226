/**
 * message - one message in the active queue, as a small chart held by qmgr: how far it has come.
 *
 * qmgr(8) · bounce(8) · chart: docs/generated/message.svg
 */
import { setup } from 'xstate';

/** What is still to be done for a message of which nothing is under way any more. */
export interface MessageFacts {
  /** Recipients failed for good: the sender is to hear of it. */
  readonly bounced: boolean;
  /** Somebody wanted to know of the success. */
  readonly report: boolean;
  /** Recipients are left to be tried again. */
  readonly deferred: boolean;
  /** The message is too old to be tried again. */
  readonly expired: boolean;
  /** The sender is to hear, once, that it takes long. */
  readonly late: boolean;
}

export type MessageEvent =
  | { readonly type: 'message.read'; readonly at: number }
  | { readonly type: 'file.damaged'; readonly at: number }
  | { readonly type: 'file.unreadable'; readonly at: number }
  | { readonly type: 'recipients.resolved'; readonly at: number }
  | ({ readonly type: 'recipients.done'; readonly at: number } & MessageFacts)
  | ({ readonly type: 'sender.told'; readonly at: number } & MessageFacts)
  | ({ readonly type: 'telling.failed'; readonly at: number } & MessageFacts);

interface Args {
  readonly event: MessageEvent;
}

const says =
  (fact: keyof MessageFacts) =>
  ({ event }: Args): boolean =>
    fact in event && event[fact as never];

const report = { guard: 'report', target: 'reporting', description: 'RFC 3461 §4.1' } as const;
const lastRows = [
  { guard: 'expired', target: 'expiring', description: 'postconf(5) maximal_queue_lifetime' },
  { guard: 'late', target: 'warning', description: 'postconf(5) delay_warning_time' },
  { guard: 'deferred', target: 'deferred', description: 'RFC 5321 §4.5.4.1' },
  { target: 'removed', description: 'qmgr(8)' },
] as const;
const again = { target: 'deferred', description: 'bounce(8) DIAGNOSTICS' } as const;

export const message = setup({
  types: { events: {} as MessageEvent },
  guards: {
    bounced: says('bounced'),
    report: says('report'),
    deferred: says('deferred'),
    expired: says('expired'),
    late: says('late'),
  },
}).createMachine({
  id: 'message',
  initial: 'opening',
  states: {
    opening: {
      on: {
        'message.read': { target: 'resolving', description: 'qmgr(8)' },
        'file.damaged': { target: 'corrupt', description: 'QSHAPE_README' },
        'file.unreadable': { target: 'deferred', description: 'qmgr(8) DIAGNOSTICS' },
      },
    },
    resolving: {
      description:
        'trivial-rewrite(8) says where each recipient goes; the first may be on their way already.',
      on: { 'recipients.resolved': { target: 'delivering', description: 'trivial-rewrite(8)' } },
    },
    delivering: {
      on: {
        'recipients.done': [
          { guard: 'bounced', target: 'returning', description: 'RFC 5321 §6.1' },
          report,
          ...lastRows,
        ],
      },
    },
    returning: {
      description: 'bounce(8) tells the sender who was not reached.',
      on: { 'sender.told': [report, ...lastRows], 'telling.failed': again },
    },
    reporting: {
      description: 'bounce(8) tells the sender who was reached.',
      on: { 'sender.told': [...lastRows], 'telling.failed': [...lastRows] },
    },
    expiring: {
      description: 'bounce(8) returns what was tried for too long.',
      on: { 'sender.told': { target: 'removed', description: 'RFC 5321 §4.5.4.1' }, 'telling.failed': again },
    },
    warning: {
      description: 'bounce(8) tells the sender that it takes long.',
      on: {
        'sender.told': { target: 'deferred', description: 'postconf(5) delay_warning_time' },
        'telling.failed': again,
      },
    },
    deferred: { description: 'On its way to the deferred queue.' },
    removed: { description: 'On its way out.' },
    corrupt: { description: 'On its way to the corrupt queue.' },
  },
});
