/**
 * verify - keeps what is known of addresses, and sends the probes that find it out. Differs: kept in memory;
 * a server that starts anew asks anew (postconf(5) address_verify_map is not used).
 *
 * verify(8) · ADDRESS_VERIFICATION_README · chart: docs/generated/verify.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import { emptyMap } from '../kernel/persistent.ts';
import * as cache from './cache.ts';
import * as probe from './probe.ts';
import type { VerifyContext, VerifyEvent, VerifyInput } from './types.ts';

const GIVEN_UP = {
  guard: 'probeFailed',
  actions: 'giveUpProbe',
  description: 'verify(8) DIAGNOSTICS',
} as const;

export const verify = setup({
  types: {
    input: {} as VerifyInput,
    context: {} as VerifyContext,
    events: {} as VerifyEvent,
    emitted: {} as Effect,
  },
  guards: {
    probeIsDue: cache.probeIsDue,
    failureIsIgnored: cache.failureIsIgnored,
    probeFailed: probe.probeFailed,
  },
  actions: {
    tellKnown: act(cache.tellKnown),
    askProbe: act(cache.askProbe),
    takeUpdate: act(cache.takeUpdate),
    dropExpired: act(cache.dropExpired),
    takeSettings: act(cache.takeSettings),
    writeProbe: act(probe.writeProbe),
    giveUpProbe: act(probe.giveUpProbe),
  },
}).createMachine({
  id: 'verify',
  context: ({ input: { settings, zone } }) => ({
    ...{ settings, zone, known: emptyMap(), waiting: [], cleans: false },
  }),
  initial: 'keeping',
  states: {
    keeping: {
      on: {
        'verify.query': [
          {
            guard: 'probeIsDue',
            actions: ['tellKnown', 'askProbe'],
            description: 'ADDRESS_VERIFICATION_README',
          },
          { actions: 'tellKnown', description: 'verify(8)' },
        ],
        'verify.update': [
          { guard: 'failureIsIgnored', description: 'postconf(5) address_verify_positive_expire_time' },
          { actions: 'takeUpdate', description: 'verify(8)' },
        ],
        'cleanup.opened': { actions: 'writeProbe', description: 'cleanup(8)' },
        'cleanup.done': [GIVEN_UP, { description: 'cleanup(8)' }],
        'master.childDied': [GIVEN_UP, { description: 'cleanup(8)' }],
        'timer.fired': {
          actions: 'dropExpired',
          description: 'postconf(5) address_verify_cache_cleanup_interval',
        },
        'settings.changed': { actions: 'takeSettings', description: 'verify(8)' },
      },
    },
  },
});
