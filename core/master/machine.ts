/**
 * master - starts the daemons that live on, wakes them on time, restarts them after a crash.
 *
 * master(8), master(5) wakeup column · chart: docs/generated/master.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import { noteChildDeath, startChildren, wake, wakeAgain } from './children.ts';
import type { MasterContext, MasterEvent, MasterInput } from './types.ts';

export const master = setup({
  types: {
    input: {} as MasterInput,
    context: {} as MasterContext,
    events: {} as MasterEvent,
    emitted: {} as Effect,
  },
  guards: {
    isWakeup: ({ event }) => event.type === 'timer.fired' && event.timer.startsWith('wakeup:'),
  },
  actions: {
    startChildren: act(startChildren),
    wake: act(wake),
    wakeAgain: act(wakeAgain),
    noteChildDeath: act(noteChildDeath),
  },
}).createMachine({
  id: 'master',
  context: ({ input }) => ({ settings: input.settings, services: input.services, pid: input.pid }),
  initial: 'running',
  states: {
    running: {
      entry: 'startChildren',
      on: {
        'timer.fired': [
          { guard: 'isWakeup', actions: ['wake', 'wakeAgain'], description: 'master(5) wakeup' },
          { actions: 'startChildren', description: 'postconf(5) service_throttle_time' },
        ],
        'master.childDied': { actions: 'noteChildDeath', description: 'master(8) DIAGNOSTICS' },
      },
    },
  },
});
