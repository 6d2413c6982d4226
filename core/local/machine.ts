/**
 * local - delivers to the people of this machine: aliases, .forward, Maildir, mbox.
 *
 * local(8) · aliases(5) · chart: docs/generated/local.svg
 *
 *   request ─► read ─► choosing (alias? forward? mailbox?) ─► store, durable ─► next ─► report
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import * as choose from './choose.ts';
import * as forward from './forward.ts';
import * as mailbox from './mailbox.ts';
import * as report from './report.ts';
import type { LocalContext, LocalEvent, LocalInput } from './types.ts';

const BROKEN = { target: 'choosing', actions: 'noteBroken', description: 'local(8) DIAGNOSTICS' } as const;
const NOT_FORWARDED = { target: 'choosing', actions: 'noteNotForwarded', description: 'local(8)' } as const;

export const local = setup({
  types: {
    input: {} as LocalInput,
    context: {} as LocalContext,
    events: {} as LocalEvent,
    emitted: {} as Effect,
  },
  guards: {
    workIsDone: choose.workIsDone,
    nextIsName: choose.nextIsName,
    nextIsServed: choose.nextIsServed,
    nextMayForward: choose.nextMayForward,
    nextIsForward: choose.nextIsForward,
    forwardIsUnreadable: choose.forwardIsUnreadable,
    forwardIsUnsafe: choose.forwardIsUnsafe,
    wantsOtherDelivery: mailbox.wantsOtherDelivery,
    nextIsMaildir: mailbox.nextIsMaildir,
    mailboxIsFull: mailbox.mailboxIsFull,
    forwardFailed: forward.forwardFailed,
    allAreLogged: report.allAreLogged,
  },
  actions: {
    readMessage: act(report.readMessage),
    startWork: act(report.startWork),
    deferAll: act(report.deferAll),
    noteLogged: act(report.noteLogged),
    tellDone: act(report.tellDone),
    skipNext: act(choose.skipNext),
    expandName: act(choose.expandName),
    askForward: act(choose.askForward),
    deferNext: act(choose.deferNext),
    warnUnsafe: act(choose.warnUnsafe),
    useForward: act(choose.useForward),
    deferOtherDelivery: act(mailbox.deferOtherDelivery),
    createInTmp: act(mailbox.createInTmp),
    openMbox: act(mailbox.openMbox),
    readToStore: act(mailbox.readToStore),
    storeMessage: act(mailbox.storeMessage),
    refuseFull: act(mailbox.refuseFull),
    moveToNew: act(mailbox.moveToNew),
    noteSent: act(mailbox.noteSent),
    noteNotOpened: act(mailbox.noteNotOpened),
    noteBroken: act(mailbox.noteBroken),
    openForward: act(forward.openForward),
    readToForward: act(forward.readToForward),
    sendForward: act(forward.sendForward),
    noteForwarded: act(forward.noteForwarded),
    noteNotForwarded: act(forward.noteNotForwarded),
  },
}).createMachine({
  id: 'local',
  context: ({ input }) => ({
    ...{
      settings: input.settings,
      pid: input.pid,
      zone: input.zone,
      request: undefined,
      startedAt: input.at,
    },
    ...{ work: [], served: new Set(), forwardSeen: new Set(), target: undefined },
    ...{ cleanup: '', forwardId: '', results: [], waiting: 0 },
  }),
  initial: 'idle',
  states: {
    idle: {
      on: { 'deliver.request': { target: 'reading', actions: 'readMessage', description: 'local(8)' } },
    },
    reading: {
      on: {
        'file.loaded': { target: 'choosing', actions: 'startWork', description: 'RFC 5321 §6.3' },
        'file.failed': { target: 'reporting', actions: 'deferAll', description: 'local(8) DIAGNOSTICS' },
      },
    },
    choosing: {
      always: [
        { guard: 'workIsDone', target: 'reporting', description: 'local(8)' },
        { guard: 'nextIsName', target: 'choosing', actions: 'expandName', description: 'aliases(5)' },
        { guard: 'nextIsServed', target: 'choosing', actions: 'skipNext', description: 'local(8)' },
        { guard: 'nextMayForward', target: 'forwarding', actions: 'askForward', description: 'local(8)' },
        { guard: 'nextIsForward', target: 'sending', actions: 'openForward', description: 'local(8)' },
        {
          guard: 'wantsOtherDelivery',
          target: 'choosing',
          actions: 'deferOtherDelivery',
          description: 'postconf(5) mailbox_command',
        },
        {
          guard: 'nextIsMaildir',
          target: 'opening',
          actions: 'createInTmp',
          description: 'postconf(5) home_mailbox',
        },
        { target: 'opening', actions: 'openMbox', description: 'postconf(5) mail_spool_directory' },
      ],
      on: { 'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' } },
    },
    forwarding: {
      on: {
        'file.loaded': [
          {
            guard: 'forwardIsUnsafe',
            target: 'choosing',
            actions: 'warnUnsafe',
            description: 'local(8) SECURITY',
          },
          { target: 'choosing', actions: 'useForward', description: 'forward(5)' },
        ],
        'file.failed': [
          { guard: 'forwardIsUnreadable', target: 'choosing', actions: 'deferNext', description: 'local(8)' },
          { target: 'choosing', description: 'forward(5) · There is none.' },
        ],
        'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' },
      },
    },
    opening: {
      on: {
        'file.created': { target: 'storing', actions: 'readToStore', description: 'maildir(5)' },
        'file.opened': { target: 'storing', actions: 'readToStore', description: 'mbox(5)' },
        'file.failed': { target: 'choosing', actions: 'noteNotOpened', description: 'local(8) DIAGNOSTICS' },
        'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' },
      },
    },
    storing: {
      on: {
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
          { target: 'choosing', actions: 'noteSent', description: 'mbox(5)' },
        ],
        'file.failed': BROKEN,
        'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' },
      },
    },
    moving: {
      on: {
        'file.renamed': { target: 'choosing', actions: 'noteSent', description: 'maildir(5)' },
        'file.failed': BROKEN,
        'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' },
      },
    },
    sending: {
      on: {
        'cleanup.opened': { actions: 'readToForward', description: 'cleanup(8)' },
        'file.loaded': { actions: 'sendForward', description: 'RFC 5321 §3.9' },
        'file.failed': NOT_FORWARDED,
        'cleanup.done': [
          { guard: 'forwardFailed', ...NOT_FORWARDED },
          { target: 'choosing', actions: 'noteForwarded', description: 'local(8)' },
        ],
        'master.childDied': NOT_FORWARDED,
        'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' },
      },
    },
    reporting: {
      always: [{ guard: 'allAreLogged', target: 'gone', actions: 'tellDone', description: 'qmgr(8)' }],
      on: { 'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' } },
    },
    gone: { type: 'final' },
  },
});
