/**
 * trivial-rewrite - puts addresses into standard form and says where they go. One process, called `rewrite`.
 *
 * trivial-rewrite(8) · chart: docs/generated/trivial-rewrite.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import {
  answerResolve,
  answerRewrite,
  isLocal,
  isRelay,
  isVirtualMailbox,
  lookupFails,
  mustReturn,
  syntaxIsBad,
  takeSettings,
} from './answers.ts';
import type { RewriteContext, RewriteEvent, RewriteInput } from './types.ts';

export const rewrite = setup({
  types: {
    input: {} as RewriteInput,
    context: {} as RewriteContext,
    events: {} as RewriteEvent,
    emitted: {} as Effect,
  },
  guards: { lookupFails, syntaxIsBad, mustReturn, isLocal, isVirtualMailbox, isRelay },
  actions: {
    answerRewrite: act(answerRewrite),
    answerResolve: act(answerResolve),
    takeSettings: act(takeSettings),
  },
}).createMachine({
  id: 'trivial-rewrite',
  context: ({ input }) => ({ settings: input.settings }),
  initial: 'ready',
  states: {
    ready: {
      on: {
        'rewrite.rewrite': { actions: 'answerRewrite', description: 'trivial-rewrite(8)' },
        'rewrite.resolve': [
          { guard: 'lookupFails', actions: 'answerResolve', description: 'trivial-rewrite(8)' },
          {
            guard: 'syntaxIsBad',
            actions: 'answerResolve',
            description: 'postconf(5) resolve_numeric_domain',
          },
          {
            guard: 'mustReturn',
            actions: 'answerResolve',
            description: 'relocated(5) · postconf(5) virtual_alias_domains',
          },
          { guard: 'isLocal', actions: 'answerResolve', description: 'postconf(5) mydestination' },
          {
            guard: 'isVirtualMailbox',
            actions: 'answerResolve',
            description: 'postconf(5) virtual_mailbox_domains',
          },
          { guard: 'isRelay', actions: 'answerResolve', description: 'postconf(5) relay_domains' },
          { actions: 'answerResolve', description: 'transport(5) · postconf(5) relayhost' },
        ],
        'settings.changed': { actions: 'takeSettings', description: 'trivial-rewrite(8)' },
      },
    },
  },
});
