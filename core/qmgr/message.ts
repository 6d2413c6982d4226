/**
 * message - one message in the active queue, as a small chart held by qmgr: how far it has come.
 *
 * qmgr(8) · chart: docs/generated/message.svg
 */
import { setup } from 'xstate';

export type MessageEvent =
  | { readonly type: 'message.read'; readonly at: number }
  | { readonly type: 'recipients.resolved'; readonly at: number }
  | { readonly type: 'recipients.done'; readonly at: number }
  | { readonly type: 'sender.told'; readonly at: number };

export const message = setup({ types: { events: {} as MessageEvent } }).createMachine({
  id: 'message',
  initial: 'opening',
  states: {
    opening: { on: { 'message.read': { target: 'resolving', description: 'qmgr(8)' } } },
    resolving: { on: { 'recipients.resolved': { target: 'delivering', description: 'trivial-rewrite(8)' } } },
    delivering: { on: { 'recipients.done': { target: 'finishing', description: 'qmgr(8)' } } },
    finishing: { on: { 'sender.told': { target: 'leaving', description: 'bounce(8)' } } },
    leaving: { description: 'Removed, or back to the deferred queue.' },
  },
});
