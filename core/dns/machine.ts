/**
 * dns - asks name servers for all daemons. One process, called `dns`; Postfix has the resolver of the C
 * library in its place.
 *
 * RFC 1034 §5.3.1 · resolver(3), resolv.conf(5) · chart: docs/generated/dns.svg
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import * as resolver from './resolver.ts';
import type { DnsContext, DnsEvent, DnsInput } from './types.ts';

const FORGOTTEN = { guard: 'isForgotten', description: 'RFC 1035 §7.3' } as const;
const UNABLE = { guard: 'serverIsUnable', actions: 'askNext', description: 'RFC 1035 §4.1.1' } as const;
const ALIAS = { guard: 'leadsElsewhere', actions: 'askForAlias', description: 'RFC 1034 §3.6.2' } as const;
const ANSWER = { actions: 'answer', description: 'RFC 1035 §7.3' } as const;
const NEXT = { actions: 'askNext', description: 'RFC 1035 §4.2.1' } as const;

export const dns = setup({
  types: {
    input: {} as DnsInput,
    context: {} as DnsContext,
    events: {} as DnsEvent,
    emitted: {} as Effect,
  },
  guards: {
    nameIsNoName: resolver.nameIsNoName,
    answerIsKept: resolver.answerIsKept,
    isOnItsWay: resolver.isOnItsWay,
    isOverloaded: resolver.isOverloaded,
    isForgotten: resolver.isForgotten,
    isNoReply: resolver.isNoReply,
    isCut: resolver.isCut,
    isUnfinished: resolver.isUnfinished,
    serverIsUnable: resolver.serverIsUnable,
    leadsElsewhere: resolver.leadsElsewhere,
  },
  actions: {
    sayNoName: act(resolver.sayNoName),
    answerAtOnce: act(resolver.answerAtOnce),
    waitToo: act(resolver.waitToo),
    giveUpAtOnce: act(resolver.giveUpAtOnce),
    ask: act(resolver.ask),
    askByTcp: act(resolver.askByTcp),
    askNext: act(resolver.askNext),
    askForAlias: act(resolver.askForAlias),
    sendOnConnection: act(resolver.sendOnConnection),
    keepPiece: act(resolver.keepPiece),
    answer: act(resolver.answer),
    takeSettings: act(resolver.takeSettings),
  },
}).createMachine({
  id: 'dns',
  context: ({ input }) => resolver.newResolver(input),
  initial: 'ready',
  states: {
    ready: {
      on: {
        'dns.query': [
          { guard: 'nameIsNoName', actions: 'sayNoName', description: 'RFC 1123 §2.1' },
          { guard: 'answerIsKept', actions: 'answerAtOnce', description: 'RFC 1034 §5.3.3' },
          { guard: 'isOnItsWay', actions: 'waitToo', description: 'RFC 5452 §5' },
          { guard: 'isOverloaded', actions: 'giveUpAtOnce', description: 'RFC 1034 §7.1' },
          { actions: 'ask', description: 'RFC 1034 §5.3.1' },
        ],
        'udp.received': [
          { guard: 'isNoReply', description: 'RFC 5452 §9.1' },
          { guard: 'isCut', actions: 'askByTcp', description: 'RFC 7766 §5' },
          UNABLE,
          ALIAS,
          ANSWER,
        ],
        'udp.failed': [FORGOTTEN, NEXT],
        'net.connected': [FORGOTTEN, { actions: 'sendOnConnection', description: 'RFC 1035 §4.2.2' }],
        'net.heard': [
          FORGOTTEN,
          { guard: 'isUnfinished', actions: 'keepPiece', description: 'RFC 1035 §4.2.2' },
          { guard: 'isNoReply', actions: 'askNext', description: 'RFC 5452 §9.1' },
          UNABLE,
          ALIAS,
          ANSWER,
        ],
        'net.lost': [FORGOTTEN, NEXT],
        'timer.fired': [FORGOTTEN, NEXT],
        'settings.changed': { actions: 'takeSettings', description: 'resolv.conf(5)' },
      },
    },
  },
});
