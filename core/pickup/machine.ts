/**
 * pickup - takes the mail that local programs left in maildrop and gives it to cleanup, one message at a
 * time.
 *
 * pickup(8) · sendmail(1) · chart: docs/generated/pickup.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import * as rule from './rules.ts';
import type { PickupContext, PickupEvent, PickupInput } from './types.ts';

const BUSY = {
  'pickup.wakeup': { actions: 'rememberWakeup', description: 'pickup(8)' },
  'master.start': { actions: 'rememberWakeup', description: 'master(8)' },
  'settings.changed': { actions: 'takeSettings', description: 'pickup(8)' },
} as const;
const LEFT = { target: 'choosing', actions: 'leaveFile', description: 'pickup(8) DIAGNOSTICS' } as const;

export const pickup = setup({
  types: {
    input: {} as PickupInput,
    context: {} as PickupContext,
    events: {} as PickupEvent,
    emitted: {} as Effect,
  },
  guards: {
    nothingWaits: rule.nothingWaits,
    shouldLookAgain: rule.shouldLookAgain,
    isMalformed: rule.isMalformed,
    wasRefused: rule.wasRefused,
  },
  actions: {
    listMaildrop: act(rule.listMaildrop),
    forgetRefused: act(rule.forgetRefused),
    rememberWakeup: act(rule.rememberWakeup),
    takeListing: act(rule.takeListing),
    readNext: act(rule.readNext),
    askRewrite: act(rule.askRewrite),
    openMessage: act(rule.openMessage),
    readText: act(rule.readText),
    feedCleanup: act(rule.feedCleanup),
    removeFile: act(rule.removeFile),
    leaveFile: act(rule.leaveFile),
    takeSettings: act(rule.takeSettings),
  },
}).createMachine({
  id: 'pickup',
  context: ({ input }) => ({
    ...{ settings: input.settings, zone: input.zone, waiting: [], again: false, current: '' },
    ...{ submission: undefined, cleanup: '', queueId: '', refused: new Set() },
  }),
  initial: 'idle',
  states: {
    idle: {
      on: {
        'master.start': { target: 'listing', description: 'master(8)' },
        'pickup.wakeup': {
          target: 'listing',
          actions: 'forgetRefused',
          description: 'pickup(8) · postdrop(1)',
        },
        'settings.changed': { actions: 'takeSettings', description: 'pickup(8)' },
        'file.removed': { description: 'pickup(8)' },
      },
    },
    listing: {
      entry: 'listMaildrop',
      on: {
        'dir.listed': { target: 'choosing', actions: 'takeListing', description: 'pickup(8)' },
        'file.failed': { target: 'idle', description: 'pickup(8) DIAGNOSTICS' },
        'file.removed': { description: 'pickup(8)' },
        ...BUSY,
      },
    },
    choosing: {
      always: [
        { guard: 'shouldLookAgain', target: 'listing', description: 'pickup(8)' },
        { guard: 'nothingWaits', target: 'idle', description: 'pickup(8)' },
        { target: 'reading', actions: 'readNext', description: 'pickup(8)' },
      ],
    },
    reading: {
      on: {
        'file.loaded': [
          { guard: 'isMalformed', ...LEFT },
          { target: 'rewriting', actions: 'askRewrite', description: 'trivial-rewrite(8)' },
        ],
        'file.failed': LEFT,
        'file.removed': { description: 'pickup(8)' },
        ...BUSY,
      },
    },
    rewriting: {
      on: {
        'rewrite.rewritten': { target: 'opening', actions: 'openMessage', description: 'cleanup(8)' },
        'master.childDied': LEFT,
        ...BUSY,
      },
    },
    opening: {
      on: {
        'cleanup.opened': { target: 'feeding', actions: 'readText', description: 'cleanup(8)' },
        'cleanup.done': LEFT,
        'master.childDied': LEFT,
        ...BUSY,
      },
    },
    feeding: {
      on: {
        'file.loaded': { actions: 'feedCleanup', description: 'cleanup(8)' },
        'file.failed': LEFT,
        'cleanup.done': [
          { guard: 'wasRefused', ...LEFT },
          { target: 'choosing', actions: 'removeFile', description: 'RFC 5321 §6.1' },
        ],
        'master.childDied': LEFT,
        ...BUSY,
      },
    },
  },
});
