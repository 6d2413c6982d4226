/**
 * flush - keeps a list of deferred messages for each site that may ask for its mail, and sends them off when
 * it does.
 *
 * flush(8) · ETRN_README · chart: docs/generated/flush.svg
 *
 *   flush/relay_example: one queue id a line; smtpd and postqueue ask for it, master wakes for the old ones
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import * as send from './send.ts';
import * as task from './tasks.ts';
import type { FlushContext, FlushEvent, FlushInput } from './types.ts';

const SETTINGS = { actions: 'takeSettings', description: 'flush(8)' } as const;
const BUSY = {
  'flush.add': { actions: 'remember', description: 'flush(8)' },
  'flush.send': { actions: 'remember', description: 'flush(8)' },
  'flush.wakeup': { actions: 'remember', description: 'flush(8)' },
  'settings.changed': SETTINGS,
} as const;
const FAILED = { target: 'choosing', actions: 'warnOfFailure', description: 'flush(8) DIAGNOSTICS' } as const;
const MOVED = [
  { guard: 'othersAreMoving', actions: 'countMove', description: 'flush(8)' },
  { guard: 'moreAreLeft', actions: 'moveSome', description: 'flush(8)' },
] as const;

export const flush = setup({
  types: {
    input: {} as FlushInput,
    context: {} as FlushContext,
    events: {} as FlushEvent,
    emitted: {} as Effect,
  },
  guards: {
    nextIsAdd: task.nextIsAdd,
    nextIsSend: task.nextIsSend,
    nextIsRemove: task.nextIsRemove,
    nextIsList: task.nextIsList,
    fileIsEmpty: send.fileIsEmpty,
    hasIds: send.hasIds,
    isMove: send.isMove,
    othersAreMoving: send.othersAreMoving,
    moreAreLeft: send.moreAreLeft,
  },
  actions: {
    remember: act(task.remember),
    openToAdd: act(task.openToAdd),
    readFile: act(task.readFile),
    removeFile: act(task.removeFile),
    listFiles: act(task.listFiles),
    takeListing: act(task.takeListing),
    takeSettings: act(task.takeSettings),
    warnOfFailure: act(task.warnOfFailure),
    addIds: act(send.addIds),
    takeIds: act(send.takeIds),
    moveSome: act(send.moveSome),
    countMove: act(send.countMove),
    openToEmpty: act(send.openToEmpty),
    emptyFile: act(send.emptyFile),
    wakeQmgr: act(send.wakeQmgr),
  },
}).createMachine({
  id: 'flush',
  context: ({ input }) => ({
    ...{ settings: input.settings, todo: [], current: undefined, left: [], moving: 0, readAt: new Map() },
  }),
  initial: 'idle',
  states: {
    idle: {
      on: {
        'flush.add': { target: 'choosing', actions: 'remember', description: 'flush(8)' },
        'flush.send': { target: 'choosing', actions: 'remember', description: 'ETRN_README' },
        'flush.wakeup': { target: 'choosing', actions: 'remember', description: 'flush(8) · master(8)' },
        'file.failed': { actions: 'warnOfFailure', description: 'flush(8) DIAGNOSTICS' },
        'settings.changed': SETTINGS,
      },
    },
    choosing: {
      always: [
        { guard: 'nextIsAdd', target: 'adding', actions: 'openToAdd', description: 'flush(8)' },
        { guard: 'nextIsSend', target: 'reading', actions: 'readFile', description: 'ETRN_README' },
        {
          guard: 'nextIsRemove',
          target: 'removing',
          actions: 'removeFile',
          description: 'postconf(5) fast_flush_purge_time',
        },
        { guard: 'nextIsList', target: 'listing', actions: 'listFiles', description: 'flush(8)' },
        { target: 'idle', description: 'flush(8)' },
      ],
    },
    adding: {
      on: {
        'file.opened': { target: 'choosing', actions: 'addIds', description: 'flush(8)' },
        'file.failed': FAILED,
        ...BUSY,
      },
    },
    reading: {
      on: {
        'file.loaded': [
          { guard: 'fileIsEmpty', target: 'choosing', description: 'flush(8)' },
          {
            guard: 'hasIds',
            target: 'moving',
            actions: ['takeIds', 'moveSome'],
            description: 'ETRN_README',
          },
          { target: 'emptying', actions: ['takeIds', 'openToEmpty'], description: 'flush(8) DIAGNOSTICS' },
        ],
        'file.failed': FAILED,
        ...BUSY,
      },
    },
    moving: {
      description: 'Messages go from deferred to incoming.',
      on: {
        'file.renamed': [...MOVED, { target: 'emptying', actions: 'openToEmpty', description: 'flush(8)' }],
        'file.failed': [
          ...MOVED,
          { guard: 'isMove', target: 'emptying', actions: 'openToEmpty', description: 'flush(8)' },
          { actions: 'warnOfFailure', description: 'flush(8) DIAGNOSTICS' },
        ],
        ...BUSY,
      },
    },
    emptying: {
      on: {
        'file.opened': { target: 'choosing', actions: ['emptyFile', 'wakeQmgr'], description: 'ETRN_README' },
        'file.failed': { ...FAILED, actions: ['warnOfFailure', 'wakeQmgr'] },
        ...BUSY,
      },
    },
    removing: {
      on: {
        'file.removed': { target: 'choosing', description: 'postconf(5) fast_flush_purge_time' },
        'file.failed': FAILED,
        ...BUSY,
      },
    },
    listing: {
      on: {
        'dir.listed': {
          target: 'choosing',
          actions: 'takeListing',
          description: 'postconf(5) fast_flush_refresh_time',
        },
        'file.failed': FAILED,
        ...BUSY,
      },
    },
  },
});
