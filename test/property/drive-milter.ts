/** drive-milter - the client of milters, with what milters answer in any order. MILTER_README */
import fc from 'fast-check';
import type { WorldEvent } from '../../core/kernel/events.ts';
import type { MacroLists, MilterServer } from '../../core/kernel/milter.ts';
import { UTC } from '../../core/mail/date.ts';
import { milterDaemon } from '../../core/milter/daemon.ts';
import { connectionOf } from '../../core/milter/play.ts';
import type { MilterContext } from '../../core/milter/types.ts';
import { testSettings } from '../../core/smtpd/test-session.ts';

const LISTS: MacroLists = {
  ...{
    connect: ['j'],
    helo: [],
    mail: ['{mail_addr}'],
    rcpt: [],
    data: [],
    unknown: [],
    header: [],
    body: [],
  },
};
const serverNamed = (name: string): MilterServer => ({
  ...{ endpoint: { type: 'unix', path: name }, name, connectTimeoutMs: 1, commandTimeoutMs: 1 },
  ...{ contentTimeoutMs: 1, defaultAction: 'tempfail', version: 6 },
});

/** A packet as milters send them: the length, the letter, the data. libmilter: mfdef.h */
function packet(letter: string, data: readonly number[] = []): Uint8Array {
  const length = data.length + 1;
  return Uint8Array.of(0, 0, 0, length, letter.charCodeAt(0), ...data);
}

const text = (said: string): readonly number[] => [...new TextEncoder().encode(said)];
/** Version 6, every action, no step left out. */
const OPTIONS = packet('O', [0, 0, 0, 6, 0, 0, 1, 255, 0, 0, 0, 0]);
const heard = fc.constantFrom(
  ...[OPTIONS, OPTIONS, packet('c'), packet('c'), packet('a'), packet('r'), packet('t'), packet('p')],
  ...[packet('y', text('550 5.7.1 no\0')), packet('h', text('X-A\0b\0')), packet('b', text('new\n'))],
  ...[packet('+', text('<a@b>\0')), packet('q', text('odd\0')), packet('?'), Uint8Array.of(0, 0)],
);
const from = { from: 'smtpd:1', token: 't', macros: { j: 'mail' }, at: 0 } as const;
const event: fc.Arbitrary<WorldEvent> = fc.oneof(
  {
    weight: 8,
    arbitrary: heard.map((bytes) => ({ type: 'net.heard', connection: '0', bytes, at: 0 }) as const),
  },
  { weight: 4, arbitrary: fc.constant({ type: 'net.connected', connection: '0', at: 0 } as const) },
  fc.constant({ type: 'net.lost', connection: '0', reason: 'EOF', at: 0 } as const),
  fc.constant({ type: 'timer.fired', timer: '0', at: 0 } as const),
  fc.constantFrom('helo', 'data').map((stage) => ({
    ...({ type: 'milter.tell', ...from } as const),
    happening: stage === 'data' ? ({ stage: 'data' } as const) : ({ stage: 'helo', name: 'y' } as const),
  })),
  fc.constant({
    ...({ type: 'milter.message', ...from, limitBytes: 10_000 } as const),
    text: new TextEncoder().encode('Received: x\nSubject: y\n\nhello\n'),
  }),
  fc.constant({ type: 'milter.abort', times: 1, from: 'smtpd:1', at: 0 } as const),
);

/** Sessions with one or two milters; what cannot happen in a state is skipped. */
export function filterSessions(seed: number, runs: number): void {
  const birth = { process: 'milter:1', pid: 1, service: 'milter', services: [], seed: 1, zone: UTC };
  const talks = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.array(event, { minLength: 10, maxLength: 40 }));
  for (const [count, events] of fc.sample(talks, { seed, numRuns: runs })) {
    const servers = ['a', 'b'].slice(0, count).map(serverNamed);
    const open = { type: 'milter.open', ...from, servers, lists: LISTS, happenings: [] } as const;
    let { state } = milterDaemon.start({ ...birth, settings: testSettings(), at: 0 }, 0);
    for (const one of [open, ...events, { type: 'milter.quit', from: 'smtpd:1', at: 0 } as const]) {
      const { filters, task } = state.context as MilterContext;
      const isIdle = state.value === 'idle';
      if ((one.type === 'milter.tell' || one.type === 'milter.message') && !isIdle) continue;
      const status = filters[task?.filter ?? 0]?.status;
      if (one.type === 'net.connected' && (isIdle || status !== 'calling')) continue;
      if (one.type === 'timer.fired' && isIdle) continue;
      const connection = connectionOf(task?.filter ?? 0);
      const given = 'connection' in one ? { ...one, connection } : one;
      state = milterDaemon.step(state, given as WorldEvent).state;
    }
  }
}
