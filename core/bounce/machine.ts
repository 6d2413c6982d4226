/**
 * bounce - keeps the reasons why mail was not delivered, and tells the sender. Services bounce, defer and
 * trace.
 *
 * bounce(8) · RFC 3464 · chart: docs/generated/bounce.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import * as append from './append.ts';
import * as flush from './flush.ts';
import type { BounceContext, BounceEvent, BounceInput } from './types.ts';

const FAILED = { target: 'gone', actions: 'tellNotFlushed', description: 'bounce(8) DIAGNOSTICS' } as const;
const COPY_FAILED = {
  guard: 'copyFailed',
  target: 'deciding',
  actions: 'warnNoCopy',
  description: 'bounce(8) DIAGNOSTICS',
} as const;
const NOT_APPENDED = {
  target: 'gone',
  actions: 'tellNotAppended',
  description: 'bounce(8) DIAGNOSTICS',
} as const;

export const bounce = setup({
  types: {
    input: {} as BounceInput,
    context: {} as BounceContext,
    events: {} as BounceEvent,
    emitted: {} as Effect,
  },
  guards: {
    mustBeDurable: append.mustBeDurable,
    logIsMissing: flush.logIsMissing,
    senderIsDoubleBounce: flush.senderIsDoubleBounce,
    allAreTold: flush.allAreTold,
    senderIsNull: flush.senderIsNull,
    nobodyToTell: flush.nobodyToTell,
    copyFailed: flush.copyFailed,
    noticeFailed: flush.noticeFailed,
  },
  actions: {
    openLog: act(append.openLog),
    writeBlock: act(append.writeBlock),
    syncLog: act(append.syncLog),
    tellAppended: act(append.tellAppended),
    tellNotAppended: act(append.tellNotAppended),
    readLog: act(flush.readLog),
    takeLog: act(flush.takeLog),
    readOriginal: act(flush.readOriginal),
    makePlan: act(flush.makePlan),
    warnDiscarded: act(flush.warnDiscarded),
    openNotice: act(flush.openNotice),
    takeNoticeId: act(flush.takeNoticeId),
    sendNotice: act(flush.sendNotice),
    warnNoCopy: act(flush.warnNoCopy),
    noteSent: act(flush.noteSent),
    tellFlushed: act(flush.tellFlushed),
    tellNotFlushed: act(flush.tellNotFlushed),
    abortNotice: act(flush.abortNotice),
  },
}).createMachine({
  id: 'bounce',
  context: ({ input }) => ({
    ...{ settings: input.settings, services: input.services, zone: input.zone },
    ...{ request: undefined, failures: [], logMissing: false },
    ...{ encoding: '', plan: [], told: 0, cleanup: '', noticeId: '' },
  }),
  initial: 'idle',
  states: {
    idle: {
      on: {
        'bounce.append': { target: 'opening', actions: 'openLog', description: 'bounce(8)' },
        'bounce.flush': { target: 'reading', actions: 'readLog', description: 'bounce(8) · RFC 3464' },
      },
    },
    opening: {
      on: {
        'file.opened': [
          {
            guard: 'mustBeDurable',
            target: 'writing',
            actions: ['writeBlock', 'syncLog'],
            description: 'RFC 5321 §6.1',
          },
          { target: 'gone', actions: ['writeBlock', 'tellAppended'], description: 'bounce(8)' },
        ],
        'file.failed': NOT_APPENDED,
      },
    },
    writing: {
      on: {
        'file.synced': { target: 'gone', actions: 'tellAppended', description: 'bounce(8)' },
        'file.failed': NOT_APPENDED,
      },
    },
    reading: {
      on: {
        'file.loaded': {
          target: 'looking',
          actions: ['takeLog', 'readOriginal'],
          description: 'RFC 3461 §6.2',
        },
        'file.failed': [
          {
            guard: 'logIsMissing',
            target: 'looking',
            actions: ['takeLog', 'readOriginal'],
            description: 'bounce(8) DIAGNOSTICS',
          },
          FAILED,
        ],
      },
    },
    looking: {
      on: {
        'file.loaded': { target: 'deciding', actions: 'makePlan', description: 'postconf(5) notify_classes' },
        'file.failed': FAILED,
      },
    },
    deciding: {
      always: [
        {
          guard: 'senderIsDoubleBounce',
          target: 'gone',
          actions: ['warnDiscarded', 'tellFlushed'],
          description: 'postconf(5) double_bounce_sender',
        },
        { guard: 'allAreTold', target: 'gone', actions: 'tellFlushed', description: 'RFC 5321 §6.1' },
        { guard: 'senderIsNull', target: 'gone', actions: 'tellFlushed', description: 'RFC 5321 §6.1' },
        { guard: 'nobodyToTell', target: 'gone', actions: 'tellFlushed', description: 'RFC 3461 §4.1' },
        { target: 'notifying', actions: 'openNotice', description: 'RFC 3464 §2' },
      ],
    },
    notifying: {
      on: {
        'cleanup.opened': {
          target: 'quoting',
          actions: ['takeNoticeId', 'readOriginal'],
          description: 'RFC 3464 §2',
        },
        'cleanup.done': [COPY_FAILED, FAILED],
        'master.childDied': [COPY_FAILED, FAILED],
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
        'cleanup.done': [COPY_FAILED, FAILED],
        'master.childDied': [COPY_FAILED, FAILED],
      },
    },
    sending: {
      on: {
        'cleanup.done': [
          COPY_FAILED,
          { guard: 'noticeFailed', ...FAILED },
          { target: 'deciding', actions: 'noteSent', description: 'RFC 5321 §6.1' },
        ],
        'master.childDied': [COPY_FAILED, FAILED],
      },
    },
    gone: { type: 'final' },
  },
});
