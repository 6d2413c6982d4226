/**
 * pipe - delivers to a command: the way to content filters, list managers, other mail systems.
 *
 * pipe(8) · FILTER_README · chart: docs/generated/pipe.svg
 *
 *   request ─► read ─► run as somebody who is not root ─► exit status ─► report
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import { allAreLogged, noteDeath, noteLogged } from '../kernel/confirming.ts';
import type { Effect } from '../kernel/effects.ts';
import {
  deferAll,
  isMisconfigured,
  messageIsProbe,
  messageTooLarge,
  noteEnd,
  readMessage,
  refuseConfiguration,
  refuseSize,
  runCommand,
  tellCommand,
  tellDone,
} from './rules.ts';
import type { PipeContext, PipeEvent, PipeInput } from './types.ts';

export const pipe = setup({
  types: {
    input: {} as PipeInput,
    context: {} as PipeContext,
    events: {} as PipeEvent,
    emitted: {} as Effect,
  },
  guards: { isMisconfigured, messageIsProbe, messageTooLarge, allAreLogged },
  actions: {
    ...{ refuseConfiguration: act(refuseConfiguration), readMessage: act(readMessage) },
    ...{ refuseSize: act(refuseSize), deferAll: act(deferAll), runCommand: act(runCommand) },
    tellCommand: act(tellCommand),
    ...{
      noteEnd: act(noteEnd),
      noteLogged: act<PipeContext, PipeEvent>(noteLogged),
      noteDeath: act<PipeContext, PipeEvent>(noteDeath),
    },
    tellDone: act(tellDone),
  },
}).createMachine({
  id: 'pipe',
  context: ({ input: { settings, service, services, zone, at } }) => ({
    ...{ settings, service, services, zone, startedAt: at, request: undefined, attributes: undefined },
    ...{ argv: [], results: [], waiting: 0 },
  }),
  initial: 'idle',
  states: {
    idle: {
      on: {
        'deliver.request': [
          {
            guard: 'isMisconfigured',
            target: 'reporting',
            actions: 'refuseConfiguration',
            description: 'pipe(8) COMMAND ATTRIBUTE SYNTAX',
          },
          { target: 'reading', actions: 'readMessage', description: 'pipe(8)' },
        ],
      },
    },
    reading: {
      on: {
        'file.loaded': [
          {
            guard: 'messageTooLarge',
            target: 'reporting',
            actions: 'refuseSize',
            description: 'pipe(8) COMMAND ATTRIBUTE SYNTAX',
          },
          {
            guard: 'messageIsProbe',
            target: 'reporting',
            actions: 'tellCommand',
            description: 'ADDRESS_VERIFICATION_README',
          },
          { target: 'running', actions: 'runCommand', description: 'pipe(8)' },
        ],
        'file.failed': { target: 'reporting', actions: 'deferAll', description: 'pipe(8) DIAGNOSTICS' },
      },
    },
    running: {
      description: 'The command has the message; its exit status decides.',
      on: {
        'process.ended': { target: 'reporting', actions: 'noteEnd', description: 'pipe(8) DIAGNOSTICS' },
      },
    },
    reporting: {
      description: 'What failed must be with bounce(8) before qmgr(8) is told.',
      always: [{ guard: 'allAreLogged', target: 'gone', actions: 'tellDone', description: 'qmgr(8)' }],
      on: {
        'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' },
        'master.childDied': { actions: 'noteDeath', description: 'master(8)' },
      },
    },
    gone: { type: 'final' },
  },
});
