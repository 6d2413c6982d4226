/**
 * pickup - takes the mail that local programs left in maildrop and gives it to cleanup, one message at a
 * time.
 *
 * pickup(8) · sendmail(1) · chart: docs/generated/pickup.svg
 *
 *   maildrop/ID ─► this chart ─► cleanup; only when it says "durable" the file in maildrop is removed
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import * as refusal from './refusal.ts';
import * as rule from './rules.ts';
import * as scan from './scan.ts';
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
    nothingWaits: scan.nothingWaits,
    shouldLookAgain: scan.shouldLookAgain,
    isMalformed: rule.isMalformed,
    hasVanished: rule.hasVanished,
    wasRefused: rule.wasRefused,
    hasChanged: rule.hasChanged,
    namesNobody: refusal.namesNobody,
    isForSender: refusal.isForSender,
    noticeFailed: refusal.noticeFailed,
  },
  actions: {
    listMaildrop: act(scan.listMaildrop),
    warnNoListing: act(scan.warnNoListing),
    rememberWakeup: act(scan.rememberWakeup),
    takeListing: act(scan.takeListing),
    readNext: act(scan.readNext),
    takeSettings: act(scan.takeSettings),
    askRewrite: act(rule.askRewrite),
    openMessage: act(rule.openMessage),
    readText: act(rule.readText),
    feedCleanup: act(rule.feedCleanup),
    removeFile: act(rule.removeFile),
    keepTaken: act(rule.keepTaken),
    leaveFile: act(rule.leaveFile),
    removeMalformed: act(rule.removeMalformed),
    removeRefused: act(refusal.removeRefused),
    noteRefusal: act(refusal.noteRefusal),
    askNotice: act(refusal.askNotice),
    abortMessage: act(rule.abortMessage),
  },
}).createMachine({
  id: 'pickup',
  context: ({ input }) => ({
    ...{ settings: input.settings, zone: input.zone, waiting: [], again: false, current: '' },
    ...{ submission: undefined, cleanup: '', queueId: '', refused: new Map<string, number>() },
    ...{ services: input.services, unnoted: 0 },
  }),
  initial: 'idle',
  states: {
    idle: {
      on: {
        'master.start': { target: 'listing', description: 'master(8)' },
        'pickup.wakeup': { target: 'listing', description: 'pickup(8) · postdrop(1)' },
        'settings.changed': { actions: 'takeSettings', description: 'pickup(8)' },
      },
    },
    listing: {
      entry: 'listMaildrop',
      on: {
        'dir.listed': { target: 'choosing', actions: 'takeListing', description: 'pickup(8)' },
        'file.failed': { target: 'idle', actions: 'warnNoListing', description: 'pickup(8) DIAGNOSTICS' },
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
          {
            guard: 'isMalformed',
            target: 'removing',
            actions: 'removeMalformed',
            description: 'postdrop(1)',
          },
          { target: 'rewriting', actions: 'askRewrite', description: 'trivial-rewrite(8)' },
        ],
        'file.failed': [{ guard: 'hasVanished', target: 'choosing', description: 'pickup(8)' }, LEFT],
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
        'file.loaded': [
          {
            guard: 'hasChanged',
            target: 'choosing',
            actions: ['abortMessage', 'leaveFile'],
            description: 'pickup(8) DIAGNOSTICS',
          },
          { actions: 'feedCleanup', description: 'cleanup(8)' },
        ],
        'file.failed': {
          target: 'choosing',
          actions: ['abortMessage', 'leaveFile'],
          description: 'pickup(8) DIAGNOSTICS',
        },
        'cleanup.done': [
          { guard: 'namesNobody', target: 'removing', actions: 'removeRefused', description: 'pickup(8)' },
          { guard: 'isForSender', target: 'bouncing', actions: 'noteRefusal', description: 'bounce(8)' },
          { guard: 'wasRefused', ...LEFT },
          { target: 'removing', actions: 'removeFile', description: 'RFC 5321 §6.1' },
        ],
        'master.childDied': LEFT,
        ...BUSY,
      },
    },
    bouncing: {
      description: 'The sender is told; the mail stays in maildrop until that is durable.',
      on: {
        'bounce.appended': [
          { guard: 'noticeFailed', ...LEFT },
          { actions: 'askNotice', description: 'bounce(8)' },
        ],
        'bounce.flushed': [
          { guard: 'noticeFailed', ...LEFT },
          { target: 'removing', actions: 'removeFile', description: 'RFC 3464 §2' },
        ],
        'master.childDied': LEFT,
        ...BUSY,
      },
    },
    removing: {
      on: {
        'file.removed': { target: 'choosing', description: 'pickup(8)' },
        'file.failed': [
          { guard: 'hasVanished', target: 'choosing', description: 'pickup(8)' },
          { target: 'choosing', actions: 'keepTaken', description: 'pickup(8) DIAGNOSTICS' },
        ],
        ...BUSY,
      },
    },
  },
});
