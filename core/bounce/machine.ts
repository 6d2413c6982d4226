/**
 * bounce - keeps the reasons why mail was not delivered, and tells the sender. Services bounce, defer and
 * trace.
 *
 * bounce(8) · RFC 3464 · chart: docs/generated/bounce.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import * as rule from './rules.ts';
import type { BounceContext, BounceEvent, BounceInput } from './types.ts';

const FAILED = { target: 'gone', actions: 'tellNotFlushed', description: 'bounce(8) DIAGNOSTICS' } as const;

export const bounce = setup({
  types: {
    input: {} as BounceInput,
    context: {} as BounceContext,
    events: {} as BounceEvent,
    emitted: {} as Effect,
  },
  guards: {
    senderIsNull: rule.senderIsNull,
    senderIsDoubleBounce: rule.senderIsDoubleBounce,
    nothingToTell: rule.nothingToTell,
    noticeFailed: rule.noticeFailed,
  },
  actions: {
    openLog: act(rule.openLog),
    writeBlock: act(rule.writeBlock),
    tellAppended: act(rule.tellAppended),
    tellNotAppended: act(rule.tellNotAppended),
    readLog: act(rule.readLog),
    takeLog: act(rule.takeLog),
    warnDiscarded: act(rule.warnDiscarded),
    openNotice: act(rule.openNotice),
    readOriginal: act(rule.readOriginal),
    sendNotice: act(rule.sendNotice),
    noteSent: act(rule.noteSent),
    tellFlushed: act(rule.tellFlushed),
    tellNotFlushed: act(rule.tellNotFlushed),
    abortNotice: act(rule.abortNotice),
    removeLog: act(rule.removeLog),
  },
}).createMachine({
  id: 'bounce',
  context: ({ input }) => ({
    ...{ settings: input.settings, zone: input.zone, request: undefined },
    ...{ failures: [], cleanup: '', noticeId: '' },
  }),
  initial: 'idle',
  states: {
    idle: {
      on: {
        'bounce.append': { target: 'opening', actions: 'openLog', description: 'bounce(8)' },
        'bounce.flush': { target: 'reading', actions: 'readLog', description: 'bounce(8) · RFC 3464' },
        'bounce.forget': { target: 'gone', actions: 'removeLog', description: 'bounce(8)' },
      },
    },
    opening: {
      on: {
        'file.opened': { target: 'writing', actions: 'writeBlock', description: 'bounce(8)' },
        'file.failed': { target: 'gone', actions: 'tellNotAppended', description: 'bounce(8) DIAGNOSTICS' },
      },
    },
    writing: {
      on: {
        'file.synced': { target: 'gone', actions: 'tellAppended', description: 'bounce(8)' },
        'file.failed': { target: 'gone', actions: 'tellNotAppended', description: 'bounce(8) DIAGNOSTICS' },
      },
    },
    reading: {
      on: {
        'file.loaded': { target: 'deciding', actions: 'takeLog', description: 'RFC 3461 §6.2' },
        'file.failed': FAILED,
      },
    },
    deciding: {
      always: [
        { guard: 'senderIsNull', target: 'gone', actions: 'tellFlushed', description: 'RFC 5321 §6.1' },
        {
          guard: 'senderIsDoubleBounce',
          target: 'gone',
          actions: ['warnDiscarded', 'tellFlushed'],
          description: 'postconf(5) double_bounce_sender',
        },
        { guard: 'nothingToTell', target: 'gone', actions: 'tellFlushed', description: 'RFC 3461 §4.1' },
        { target: 'notifying', actions: 'openNotice', description: 'RFC 3464 §2' },
      ],
    },
    notifying: {
      on: {
        'cleanup.opened': { target: 'quoting', actions: 'readOriginal', description: 'RFC 3464 §2' },
        'cleanup.done': FAILED,
        'master.childDied': FAILED,
      },
    },
    quoting: {
      on: {
        'file.loaded': { target: 'sending', actions: 'sendNotice', description: 'RFC 3462 §1' },
        'file.failed': {
          target: 'gone',
          actions: ['abortNotice', 'tellNotFlushed'],
          description: 'bounce(8) DIAGNOSTICS',
        },
      },
    },
    sending: {
      on: {
        'cleanup.done': [
          { guard: 'noticeFailed', ...FAILED },
          { target: 'gone', actions: ['noteSent', 'tellFlushed'], description: 'RFC 5321 §6.1' },
        ],
        'master.childDied': FAILED,
      },
    },
    gone: { type: 'final' },
  },
});
