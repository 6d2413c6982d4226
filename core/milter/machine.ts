/**
 * milter - speaks with the mail filters of one SMTP session, or of one message of this machine, for smtpd(8)
 * and cleanup(8).
 *
 * MILTER_README · libmilter: mfdef.h · chart: docs/generated/milter.svg
 *
 *   connect, HELO, MAIL… ─► this chart ─► packets to each filter in turn ─► continue, refuse, discard, change
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import type { MacroLists } from '../kernel/milter.ts';
import * as session from './session.ts';
import type { MilterContext, MilterEvent, MilterInput } from './types.ts';

const NO_LISTS: MacroLists = {
  ...{ connect: [], helo: [], mail: [], rcpt: [], data: [], unknown: [], header: [], body: [] },
};
const README = 'MILTER_README';
const LOST = [
  { guard: 'isAsked', actions: 'loseAsked', description: 'postconf(5) milter_default_action' },
  { actions: 'loseIdle', description: 'postconf(5) milter_default_action' },
] as const;
const LEAVE = { target: 'gone', actions: 'leave', description: README } as const;

export const milter = setup({
  types: {
    input: {} as MilterInput,
    context: {} as MilterContext,
    events: {} as MilterEvent,
    emitted: {} as Effect,
  },
  guards: { isAsked: session.isAsked, taskIsOver: session.taskIsOver },
  actions: {
    openSession: act(session.openSession),
    tellHappening: act(session.tellHappening),
    showMessage: act(session.showMessage),
    agreeOnOptions: act(session.agreeOnOptions),
    hear: act(session.hear),
    loseAsked: act(session.loseAsked),
    loseIdle: act(session.loseIdle),
    answer: act(session.answer),
    forgetMessage: act(session.forgetMessage),
    breakOff: act(session.breakOff),
    leave: act(session.leave),
  },
}).createMachine({
  id: 'milter',
  context: { filters: [], lists: NO_LISTS, macros: {}, task: undefined },
  initial: 'idle',
  states: {
    idle: {
      on: {
        'milter.open': { target: 'asking', actions: 'openSession', description: README },
        'milter.tell': { target: 'asking', actions: 'tellHappening', description: README },
        'milter.message': { target: 'asking', actions: 'showMessage', description: README },
        'milter.abort': { actions: 'forgetMessage', description: README },
        'milter.quit': LEAVE,
        'net.heard': { actions: 'loseIdle', description: README },
        'net.lost': { actions: 'loseIdle', description: 'postconf(5) milter_default_action' },
      },
    },
    asking: {
      description: 'One of the filters is called, or thinks.',
      always: [{ guard: 'taskIsOver', target: 'idle', actions: 'answer', description: README }],
      on: {
        'net.connected': { actions: 'agreeOnOptions', description: 'postconf(5) milter_protocol' },
        'net.heard': [
          { guard: 'isAsked', actions: 'hear', description: README },
          { actions: 'loseIdle', description: README },
        ],
        'net.lost': LOST,
        'timer.fired': { actions: 'loseAsked', description: 'postconf(5) milter_command_timeout' },
        'milter.abort': { target: 'idle', actions: 'breakOff', description: README },
        'milter.quit': LEAVE,
      },
    },
    gone: { type: 'final' },
  },
});
