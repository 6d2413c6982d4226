/**
 * anvil - counts what each client of smtpd(8) does: connections that are open, and connections, messages and
 * recipients in a time unit. Limits are none of its business.
 *
 * anvil(8) · chart: docs/generated/anvil.svg · Differs: a session that died of our own mistake stays counted.
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import { emptyMap } from '../kernel/persistent.ts';
import * as rules from './count.ts';
import type { AnvilContext, AnvilEvent, AnvilInput } from './types.ts';

export const anvil = setup({
  types: {
    input: {} as AnvilInput,
    context: {} as AnvilContext,
    events: {} as AnvilEvent,
    emitted: {} as Effect,
  },
  guards: {
    clientIsUnknown: rules.clientIsUnknown,
    othersAreOpen: rules.othersAreOpen,
    isStatusTime: rules.isStatusTime,
  },
  actions: {
    count: act(rules.count),
    countDeparture: act(rules.countDeparture),
    forgetClient: act(rules.forgetClient),
    logStatistics: act(rules.logStatistics),
    takeSettings: act(rules.takeSettings),
  },
}).createMachine({
  id: 'anvil',
  context: ({ input: { settings, zone } }) => ({ settings, zone, clients: emptyMap(), size: 0, peaks: {} }),
  initial: 'counting',
  states: {
    counting: {
      on: {
        'anvil.count': { actions: 'count', description: 'anvil(8)' },
        'anvil.disconnect': [
          { guard: 'clientIsUnknown', description: 'anvil(8)' },
          { guard: 'othersAreOpen', actions: 'countDeparture', description: 'anvil(8)' },
          { actions: 'countDeparture', description: 'postconf(5) anvil_rate_time_unit' },
        ],
        'timer.fired': [
          {
            guard: 'isStatusTime',
            actions: 'logStatistics',
            description: 'postconf(5) anvil_status_update_time',
          },
          { actions: 'forgetClient', description: 'postconf(5) anvil_rate_time_unit' },
        ],
        'settings.changed': { actions: 'takeSettings', description: 'anvil(8)' },
      },
    },
  },
});
