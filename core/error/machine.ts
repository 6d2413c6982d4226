/**
 * error - the delivery agent that always fails: `error` returns mail, `retry` keeps it for later. The reason
 * is the next hop.
 *
 * error(8) · chart: docs/generated/error.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import { allAreLogged, noteDeath, noteLogged } from '../kernel/confirming.ts';
import type { Effect } from '../kernel/effects.ts';
import { failAll, tellDone } from './fail.ts';
import type { ErrorContext, ErrorEvent, ErrorInput } from './types.ts';

export const error = setup({
  types: {
    input: {} as ErrorInput,
    context: {} as ErrorContext,
    events: {} as ErrorEvent,
    emitted: {} as Effect,
  },
  guards: { allAreLogged },
  actions: {
    failAll: act(failAll),
    noteLogged: act<ErrorContext, ErrorEvent>(noteLogged),
    noteDeath: act<ErrorContext, ErrorEvent>(noteDeath),
    tellDone: act(tellDone),
  },
}).createMachine({
  id: 'error',
  context: ({ input }) => ({
    ...{ settings: input.settings, service: input.service, services: input.services },
    ...{ request: undefined, results: [], waiting: 0 },
  }),
  initial: 'idle',
  states: {
    idle: {
      on: { 'deliver.request': { target: 'logging', actions: 'failAll', description: 'error(8)' } },
    },
    logging: {
      always: [{ guard: 'allAreLogged', target: 'gone', actions: 'tellDone', description: 'error(8)' }],
      on: {
        'bounce.appended': { actions: 'noteLogged', description: 'bounce(8)' },
        'master.childDied': { actions: 'noteDeath', description: 'master(8)' },
      },
    },
    gone: { type: 'final' },
  },
});
