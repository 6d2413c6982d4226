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
import { emptyShelves } from '../kernel/shelf.ts';
import * as activate from './activate.ts';
import { takeFlushed } from './finish.ts';
import * as results from './results.ts';
import * as rules from './rules.ts';
import * as scan from './scan.ts';
import type { QmgrContext, QmgrEvent, QmgrInput } from './types.ts';

export const qmgr = setup({
  types: {
    input: {} as QmgrInput,
    context: {} as QmgrContext,
    events: {} as QmgrEvent,
    emitted: {} as Effect,
  },
  guards: {
    isActiveListing: rules.isActiveListing,
    namesOneMessage: rules.namesOneMessage,
    fileIsDamaged: rules.fileIsDamaged,
    isDeferredTimer: rules.isDeferredTimer,
    isSuspensionTimer: rules.isSuspensionTimer,
    failedToActivate: rules.failedToActivate,
  },
  actions: {
    listActive: act(scan.listActive),
    recoverActive: act(scan.recoverActive),
    scanDeferred: act(scan.scanDeferred),
    obeyWakeup: act(scan.obeyWakeup),
    takeListing: act(scan.takeListing),
    takeOne: act(scan.takeOne),
    readMessage: act(activate.readMessage),
    takeResolution: act(activate.takeResolution),
    setAside: act(activate.setAside),
    leaveIt: act(activate.leaveIt),
    warnOfFailure: act(activate.warnOfFailure),
    takeSettings: act(activate.takeSettings),
    takeResults: act(results.takeResults),
    takeAppended: act(results.takeAppended),
    takeDeath: act(results.takeDeath),
    endSuspension: act(results.endSuspension),
    watch: act(results.watch),
    takeFlushed: act(takeFlushed),
  },
}).createMachine({
  id: 'qmgr',
  context: ({ input }) => ({
    ...{ settings: input.settings, services: input.services },
    ...{ messages: emptyShelves(), destinations: emptyShelves(), running: emptyShelves() },
    ...{ incoming: [], deferred: [], deferredNext: false, throttled: new Map() },
    ...{ ignoreTimes: false, site: '', incomingMissed: false, serial: 0 },
  }),
  initial: 'starting',
  states: {
    starting: {
      description: 'What an earlier qmgr left in the active queue goes back to incoming first.',
      entry: 'listActive',
      on: {
        'dir.listed': [
          { guard: 'isActiveListing', target: 'running', actions: 'recoverActive', description: 'qmgr(8)' },
          { description: 'qmgr(8)' },
        ],
        'file.failed': { target: 'running', actions: 'warnOfFailure', description: 'qmgr(8) DIAGNOSTICS' },
        'master.start': { description: 'master(8)' },
        'qmgr.wakeup': { description: 'qmgr(8) · The first scan will see it.' },
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
        'dir.listed': { actions: 'takeListing', description: 'QSHAPE_README' },
        'file.loaded': [
          { guard: 'fileIsDamaged', actions: 'setAside', description: 'QSHAPE_README' },
          { actions: 'readMessage', description: 'qmgr(8)' },
        ],
        'rewrite.resolved': { actions: 'takeResolution', description: 'trivial-rewrite(8)' },
        'deliver.done': { actions: 'takeResults', description: 'SCHEDULER_README' },
        'bounce.appended': { actions: 'takeAppended', description: 'bounce(8)' },
        'bounce.flushed': { actions: 'takeFlushed', description: 'bounce(8)' },
        'timer.fired': [
          { guard: 'isDeferredTimer', actions: 'scanDeferred', description: 'postconf(5) queue_run_delay' },
          {
            guard: 'isSuspensionTimer',
            actions: 'endSuspension',
            description: 'postconf(5) minimal_backoff_time',
          },
          { actions: 'watch', description: 'postconf(5) daemon_timeout' },
        ],
        'file.failed': [
          { guard: 'failedToActivate', actions: 'leaveIt', description: 'qmgr(8) DIAGNOSTICS' },
          { actions: 'warnOfFailure', description: 'qmgr(8) DIAGNOSTICS' },
        ],
        'file.renamed': { description: 'qmgr(8)' },
        'file.removed': { description: 'qmgr(8)' },
        'master.childDied': { actions: 'takeDeath', description: 'master(8)' },
        'settings.changed': { actions: 'takeSettings', description: 'qmgr(8)' },
      },
    },
  },
});
