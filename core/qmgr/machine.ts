/**
 * qmgr - the queue manager: decides what is delivered when, and what happens to it afterwards. Never
 * delivers itself.
 *
 * qmgr(8) · QSHAPE_README · RFC 5321 §4.5.4.1 · chart: docs/generated/qmgr.svg
 *
 * Its destinations (queue.ts) and messages (message.ts) are small charts of their own, held here as data.
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import { emptyMap } from '../kernel/persistent.ts';
import * as activate from './activate.ts';
import { endPause, endSuspension } from './feed-back.ts';
import { fifoOf } from './fifo.ts';
import { takeFlushed } from './finish.ts';
import * as guard from './guards.ts';
import { takeResolution } from './resolve.ts';
import * as results from './results.ts';
import * as scan from './scan.ts';
import { takeSettings } from './transport.ts';
import * as trouble from './trouble.ts';
import type { QmgrContext, QmgrEvent, QmgrInput } from './types.ts';
import { takeDeath, watch } from './watch.ts';

export const qmgr = setup({
  types: {
    input: {} as QmgrInput,
    context: {} as QmgrContext,
    events: {} as QmgrEvent,
    emitted: {} as Effect,
  },
  guards: {
    isActiveListing: guard.isActiveListing,
    namesOneMessage: guard.namesOneMessage,
    fileIsDamaged: guard.fileIsDamaged,
    isDeferredTimer: guard.isDeferredTimer,
    isSuspensionTimer: guard.isSuspensionTimer,
    isPauseTimer: guard.isPauseTimer,
    isTroubleTimer: guard.isTroubleTimer,
    enteredActive: guard.enteredActive,
    leftActive: guard.leftActive,
    failedToList: guard.failedToList,
    failedToActivate: guard.failedToActivate,
    failedToRead: guard.failedToRead,
    failedToLeave: guard.failedToLeave,
    wasNotThere: guard.wasNotThere,
    isAwaited: guard.isAwaited,
  },
  actions: {
    listActive: act(scan.listActive),
    recoverActive: act(scan.recoverActive),
    beginScans: act(scan.beginScans),
    rescanIncoming: act(scan.rescanIncoming),
    rememberFlush: act(scan.rememberFlush),
    scanDeferred: act(scan.scanDeferred),
    obeyWakeup: act(scan.obeyWakeup),
    takeListing: act(scan.takeListing),
    takeOne: act(scan.takeOne),
    readIt: act(activate.readIt),
    readMessage: act(activate.readMessage),
    setAside: act(activate.setAside),
    forgetIt: act(activate.forgetIt),
    takeResolution: act(takeResolution),
    takeResults: act(results.takeResults),
    takeAppended: act(results.takeAppended),
    takeFlushed: act(takeFlushed),
    endSuspension: act(endSuspension),
    endPause: act(endPause),
    takeDeath: act(takeDeath),
    watch: act(watch),
    noteListing: act(trouble.noteListing),
    leaveIt: act(trouble.leaveIt),
    putBack: act(trouble.putBack),
    stayForNow: act(trouble.stayForNow),
    warnOfFailure: act(trouble.warnOfFailure),
    tryAgain: act(trouble.tryAgain),
    takeSettings: act(takeSettings),
  },
}).createMachine({
  id: 'qmgr',
  context: ({ input }) => ({
    ...{ settings: input.settings, services: input.services },
    ...{ messages: emptyMap(), destinations: emptyMap(), running: emptyMap() },
    ...{ transports: new Map(), incoming: fifoOf(), deferred: fifoOf(), deferredNext: false },
    ...{ ignoreTimes: false, incomingMissed: false },
    ...{ stuck: new Set(), serial: 0, inMemory: 0, entered: 0 },
  }),
  initial: 'starting',
  states: {
    starting: {
      description: 'What an earlier qmgr left in the active queue goes back to incoming first.',
      entry: 'listActive',
      on: {
        'dir.listed': {
          target: 'running',
          actions: ['recoverActive', 'beginScans'],
          description: 'qmgr(8)',
        },
        'file.failed': {
          target: 'running',
          actions: ['noteListing', 'beginScans'],
          description: 'qmgr(8) DIAGNOSTICS',
        },
        'master.start': { description: 'master(8)' },
        'qmgr.wakeup': { actions: 'rememberFlush', description: 'qmgr(8) · The first scan will see it.' },
        'settings.changed': { actions: 'takeSettings', description: 'qmgr(8)' },
      },
    },
    running: {
      on: {
        'master.start': { description: 'master(8)' },
        'qmgr.wakeup': [
          { guard: 'namesOneMessage', actions: 'takeOne', description: 'qmgr(8) · postqueue(1)' },
          { actions: 'obeyWakeup', description: 'qmgr(8) · postqueue(1)' },
        ],
        'dir.listed': [
          {
            guard: 'isActiveListing',
            actions: ['recoverActive', 'rescanIncoming'],
            description: 'qmgr(8) DIAGNOSTICS',
          },
          { actions: 'takeListing', description: 'QSHAPE_README' },
        ],
        'file.renamed': [
          { guard: 'enteredActive', actions: 'readIt', description: 'QSHAPE_README' },
          { guard: 'leftActive', actions: 'forgetIt', description: 'QSHAPE_README' },
          { description: 'qmgr(8)' },
        ],
        'file.loaded': [
          { guard: 'fileIsDamaged', actions: 'setAside', description: 'QSHAPE_README' },
          { actions: 'readMessage', description: 'qmgr(8)' },
        ],
        'rewrite.resolved': { actions: 'takeResolution', description: 'trivial-rewrite(8)' },
        'deliver.done': [
          { guard: 'isAwaited', actions: 'takeResults', description: 'SCHEDULER_README' },
          { description: 'postconf(5) daemon_timeout' },
        ],
        'bounce.appended': { actions: 'takeAppended', description: 'bounce(8)' },
        'bounce.flushed': { actions: 'takeFlushed', description: 'bounce(8)' },
        'file.removed': [
          { guard: 'leftActive', actions: 'forgetIt', description: 'qmgr(8)' },
          { description: 'bounce(8)' },
        ],
        'timer.fired': [
          { guard: 'isDeferredTimer', actions: 'scanDeferred', description: 'postconf(5) queue_run_delay' },
          {
            guard: 'isSuspensionTimer',
            actions: 'endSuspension',
            description: 'postconf(5) minimal_backoff_time',
          },
          {
            guard: 'isPauseTimer',
            actions: 'endPause',
            description: 'postconf(5) default_destination_rate_delay',
          },
          { guard: 'isTroubleTimer', actions: 'tryAgain', description: 'qmgr(8) DIAGNOSTICS' },
          { actions: 'watch', description: 'postconf(5) daemon_timeout' },
        ],
        'file.failed': [
          { guard: 'failedToList', actions: 'noteListing', description: 'qmgr(8) DIAGNOSTICS' },
          { guard: 'failedToActivate', actions: 'leaveIt', description: 'qmgr(8) DIAGNOSTICS' },
          { guard: 'failedToRead', actions: 'putBack', description: 'qmgr(8) DIAGNOSTICS' },
          { guard: 'failedToLeave', actions: 'stayForNow', description: 'qmgr(8) DIAGNOSTICS' },
          { guard: 'wasNotThere', description: 'bounce(8)' },
          { actions: 'warnOfFailure', description: 'qmgr(8) DIAGNOSTICS' },
        ],
        'master.childDied': { actions: 'takeDeath', description: 'master(8)' },
        'settings.changed': { actions: 'takeSettings', description: 'qmgr(8)' },
      },
    },
  },
});
