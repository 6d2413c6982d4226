/** drive-milter - takes the client of milters through what milters and sessions may do, in any order. */
import fc from 'fast-check';
import type { WorldEvent } from '../../core/kernel/events.ts';
import type { MacroLists, MilterServer } from '../../core/kernel/milter.ts';
import { encodeNumbers, encodePacket } from '../../core/milter/codec.ts';
import { milterDaemon } from '../../core/milter/daemon.ts';
import type { MilterContext } from '../../core/milter/types.ts';
import { latin1ToBytes } from '../../core/wire/bytes.ts';

const SERVER: MilterServer = {
  ...{ endpoint: { type: 'unix', path: 'm' }, name: 'unix:m', version: 6, defaultAction: 'accept' },
  ...{ connectTimeoutMs: 1, commandTimeoutMs: 1, contentTimeoutMs: 1 },
};
const LISTS: MacroLists = {
  ...{ connect: [], helo: [], mail: [], rcpt: [], data: [], unknown: [], header: [], body: [] },
};
const OPEN: WorldEvent = {
  ...{ type: 'milter.open', token: 'o', servers: [SERVER, { ...SERVER, defaultAction: 'tempfail' }] },
  ...{ lists: LISTS, macros: {}, from: 'smtpd:1', at: 0 },
  happenings: [{ stage: 'connect', client: { name: 'a', address: '192.0.2.1', port: 1 } }],
};
const TELL: WorldEvent = {
  ...{ type: 'milter.tell', token: 't', macros: {}, happening: { stage: 'data' }, from: 'smtpd:1', at: 0 },
};
const MESSAGE: WorldEvent = {
  ...{ type: 'milter.message', token: 'm', macros: {}, text: latin1ToBytes('A: b\nC: d\n\ne\n') },
  ...{ limitBytes: 100, from: 'cleanup:1', at: 0 },
};
const PACKETS = [
  encodePacket('O', encodeNumbers([6, 0x1ff, 0])),
  ...['c', 'c', 'c', 'a', 'r', 't', 'p', 's', '!'].map((letter) => encodePacket(letter)),
  encodePacket('h', latin1ToBytes('X\0y\0')),
  Uint8Array.of(0, 0),
];

const connection = fc.constantFrom('milter 0', 'milter 1');
const event: fc.Arbitrary<WorldEvent> = fc.oneof(
  fc.constantFrom(OPEN, TELL, MESSAGE),
  connection.map((name) => ({ type: 'net.connected', connection: name, at: 0 }) as const),
  ...[1, 2, 3].map(() =>
    fc.tuple(connection, fc.constantFrom(...PACKETS)).map(([name, bytes]) => ({
      ...({ type: 'net.heard', connection: name, bytes, at: 0 } as const),
    })),
  ),
  connection.map((name) => ({ type: 'net.lost', connection: name, reason: 'EOF', at: 0 }) as const),
  fc.constant({ type: 'timer.fired', timer: 'milter', at: 0 } as const),
  fc.constant({ type: 'milter.abort', times: 1, from: 'smtpd:1', at: 0 } as const),
  fc.constant({ type: 'milter.quit', from: 'smtpd:1', at: 0 } as const),
);

/** Whether this can happen now: who asked waits for the answer, and only who was called answers. */
function canHappen({ task, filters }: MilterContext, { type }: WorldEvent): boolean {
  if (type === 'milter.open') return filters.length === 0;
  if (type === 'milter.tell' || type === 'milter.message') return task === undefined && filters.length > 0;
  if (type === 'net.connected') return task !== undefined && filters[task.filter]?.status === 'calling';
  return type !== 'timer.fired' || task !== undefined;
}

/** So many sessions with milters, from this seed. */
export function speakWithMilters(seed: number, runs: number): void {
  const birth = { process: 'milter', pid: 1, service: 'milter', services: [], seed: 1 };
  const talks = fc.array(event, { minLength: 10, maxLength: 60 });
  for (const events of fc.sample(talks, { seed, numRuns: runs })) {
    let { state } = milterDaemon.start({ ...birth, settings: {} as never, zone: {} as never, at: 0 }, 0);
    for (const one of events)
      if (state.value !== 'gone' && canHappen(state.context as MilterContext, one))
        state = milterDaemon.step(state, one).state;
  }
}
