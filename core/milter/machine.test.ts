/** The client of milters with milters that are wrong in every way: it never throws, and always answers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { MilterDone, MilterServer, MilterStage } from '../kernel/milter.ts';
import type { ChartState } from '../kernel/process.ts';
import { concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { encodeNumbers, encodePacket } from './codec.ts';
import { milterDaemon } from './daemon.ts';

const SERVER: MilterServer = {
  ...{ endpoint: { type: 'inet', host: '127.0.0.1', port: 1 }, name: 'inet:127.0.0.1:1' },
  ...{ connectTimeoutMs: 1, commandTimeoutMs: 1, contentTimeoutMs: 1, defaultAction: 'tempfail', version: 6 },
};
const STAGES = ['connect', 'helo', 'mail', 'rcpt', 'data', 'unknown', 'header', 'body'] as const;
const LISTS = Object.fromEntries(STAGES.map((stage) => [stage, []])) as unknown as Record<MilterStage, []>;
const CONNECTION = 'milter 0';
const AGREED = encodePacket('O', encodeNumbers([6, 0x1ff, 0]));

/** A session up to the end of a message, whose last answer is asked for. */
function shown(limitBytes: number, defaultAction = 'tempfail') {
  const birth = { process: 'milter', pid: 1, service: 'milter', services: [], seed: 1 };
  let state = milterDaemon.start({ ...birth, settings: {} as never, zone: {} as never, at: 0 }, 0)
    .state as ChartState;
  const step = (event: WorldEvent): readonly Effect[] => {
    const next = milterDaemon.step(state, event);
    state = next.state;
    return next.effects;
  };
  const hear = (...parts: readonly Uint8Array[]): readonly Effect[] =>
    step({ type: 'net.heard', connection: CONNECTION, bytes: concatBytes(parts), at: 0 });
  const client = { name: 'a', address: '192.0.2.1', port: 1 };
  const open = { type: 'milter.open', token: '1', macros: {}, lists: LISTS, from: 'smtpd:1', at: 0 } as const;
  step({
    ...open,
    servers: [{ ...SERVER, defaultAction }],
    happenings: [{ stage: 'connect', client }],
  });
  step({ type: 'net.connected', connection: CONNECTION, at: 0 });
  hear(AGREED);
  hear(encodePacket('c'));
  const text = latin1ToBytes('Received: x\n\n');
  step({ type: 'milter.message', token: '2', macros: {}, text, limitBytes, from: 'cleanup:1', at: 0 });
  hear(encodePacket('c'));
  return { hear, step, state: () => state };
}

function doneIn(effects: readonly Effect[]): MilterDone | undefined {
  const notes = effects.flatMap((effect) => (effect.type === 'send' ? [effect.note] : []));
  return notes.find((note): note is MilterDone => note.type === 'milter.done');
}

test('security 55: changes that say more than message_size_limit are not kept', () => {
  const header = encodePacket('h', latin1ToBytes(`X-New\0${'v'.repeat(493)}\0`));
  const few = shown(5000);
  for (let turn = 0; turn < 10; turn += 1) few.hear(header);
  const done = doneIn(few.hear(encodePacket('c')));
  expect([done?.isTooBig, done?.text?.length]).toEqual([undefined, 13 + 10 * 501]);
  const many = shown(5000);
  for (let turn = 0; turn < 1000; turn += 1) many.hear(header, encodePacket('b', new Uint8Array(60_000)));
  expect(JSON.stringify(many.state()).length).toBeLessThan(20_000);
  expect(doneIn(many.hear(encodePacket('c')))).toEqual({
    ...{ type: 'milter.done', token: '2', verdict: { type: 'continue' }, edits: [], isTooBig: true },
  });
});

test('postconf(5) milter_default_action: a milter that talks nonsense is left, and the message is answered', () => {
  const packet = fc.tuple(
    fc.constantFrom(...'cartdysph4ibm+-2eqO!'),
    fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.string({ maxLength: 20 }).map((text) => latin1ToBytes(`${text}\0`)),
    ),
  );
  const noise = fc.oneof(
    packet.map(([type, data]) => encodePacket(type, data)),
    fc.uint8Array({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 20 }), (said) => {
      const session = shown(10_000);
      const effects = said.flatMap((bytes) => session.hear(bytes));
      const last = session.step({ type: 'net.lost', connection: CONNECTION, reason: 'EOF', at: 0 });
      const all = [...effects, ...last];
      // One answer, whatever was said; nobody waits for a second.
      expect(all.filter((effect) => effect.type === 'send').length).toBe(1);
      expect(doneIn(all)?.token).toBe('2');
    }),
    { seed: 20260302, numRuns: 500 },
  );
});

test('postconf(5) milter_default_action: what becomes of the message when its milter dies', () => {
  const verdicts = ['accept', 'reject', 'tempfail', 'quarantine', 'shutdown'].map((action) => {
    const lost = { type: 'net.lost', connection: CONNECTION, reason: 'EOF', at: 0 } as const;
    const verdict = doneIn(shown(0, action).step(lost))?.verdict;
    return verdict?.type === 'reply' ? verdict.text : verdict?.type;
  });
  expect(verdicts).toEqual([
    ...['continue', '550 5.5.0 Service unavailable', '451 4.7.1 Service unavailable - try again later'],
    ...['hold', 'shutdown'],
  ]);
});
