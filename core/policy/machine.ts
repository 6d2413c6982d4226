/**
 * policy - asks policy servers for smtpd, and keeps the connections to them. One process for all servers and
 * all sessions. Differs: in Postfix each smtpd(8) keeps a connection of its own to each server, and a server
 * that sends byte by byte may take longer than smtpd_policy_service_timeout.
 *
 * SMTPD_POLICY_README · postconf(5) smtpd_policy_service_timeout · chart: docs/generated/policy.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import { emptyMap } from '../kernel/persistent.ts';
import * as ask from './ask.ts';
import type { PolicyContext, PolicyEvent, PolicyInput } from './types.ts';

const FAILED = [
  {
    guard: 'triesAreLeft',
    actions: 'waitForRetry',
    description: 'postconf(5) smtpd_policy_service_retry_delay',
  },
  { guard: 'somebodyWaits', actions: 'giveUp', description: 'postconf(5) smtpd_policy_service_try_limit' },
] as const;
const IDLE = {
  guard: 'lineIsIdle',
  actions: 'dropLine',
  description: 'postconf(5) smtpd_policy_service_max_idle',
} as const;

export const policy = setup({
  types: {
    input: {} as PolicyInput,
    context: {} as PolicyContext,
    events: {} as PolicyEvent,
    emitted: {} as Effect,
  },
  guards: {
    lineIsKept: ask.lineIsKept,
    answerIsWhole: ask.answerIsWhole,
    answerGoesOn: ask.answerGoesOn,
    lineIsIdle: ask.lineIsIdle,
    mayTryAgain: ask.mayTryAgain,
    triesAreLeft: ask.triesAreLeft,
    somebodyWaits: ask.somebodyWaits,
  },
  actions: {
    askOnKeptLine: act(ask.askOnKeptLine),
    callServer: act(ask.callServer),
    sendRequest: act(ask.sendRequest),
    keepReading: act(ask.keepReading),
    passAnswer: act(ask.passAnswer),
    dropLine: act(ask.dropLine),
    callAgain: act(ask.callAgain),
    waitForRetry: act(ask.waitForRetry),
    giveUp: act(ask.giveUp),
  },
}).createMachine({
  id: 'policy',
  context: { lines: emptyMap(), last: 0 },
  initial: 'asking',
  states: {
    asking: {
      on: {
        'policy.ask': [
          { guard: 'lineIsKept', actions: 'askOnKeptLine', description: 'SMTPD_POLICY_README' },
          { actions: 'callServer', description: 'SMTPD_POLICY_README' },
        ],
        'net.connected': { actions: 'sendRequest', description: 'SMTPD_POLICY_README' },
        'net.heard': [
          IDLE,
          { guard: 'answerGoesOn', actions: 'keepReading', description: 'SMTPD_POLICY_README' },
          { guard: 'answerIsWhole', actions: 'passAnswer', description: 'SMTPD_POLICY_README' },
          ...FAILED,
        ],
        'net.lost': [IDLE, ...FAILED],
        'timer.fired': [
          IDLE,
          {
            guard: 'mayTryAgain',
            actions: 'callAgain',
            description: 'postconf(5) smtpd_policy_service_retry_delay',
          },
          ...FAILED,
        ],
      },
    },
  },
});
