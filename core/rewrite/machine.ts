/**
 * trivial-rewrite - puts addresses into standard form and says where they go. One process, called `rewrite`.
 *
 * trivial-rewrite(8) · chart: docs/generated/trivial-rewrite.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import { answerResolve, answerRewrite, isLocal, lookupFails, syntaxIsBad, takeSettings } from './answers.ts';
import type { RewriteContext, RewriteEvent, RewriteInput } from './types.ts';

export const rewrite = setup({
  types: {
    input: {} as RewriteInput,
    context: {} as RewriteContext,
    events: {} as RewriteEvent,
    emitted: {} as Effect,
  },
  guards: { lookupFails, syntaxIsBad, isLocal },
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
          { guard: 'syntaxIsBad', actions: 'answerResolve', description: 'postconf(5) resolve_numeric_domain' },
          { guard: 'isLocal', actions: 'answerResolve', description: 'postconf(5) mydestination' },
          { actions: 'answerResolve', description: 'postconf(5) transport_maps' },
        ],
        'settings.changed': { actions: 'takeSettings', description: 'trivial-rewrite(8)' },
      },
    },
  },
});
