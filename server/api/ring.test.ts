import { expect, test } from 'vitest';
import type { Effect, StepRecord, WorldEvent } from '#core';
import { createRing } from './ring.ts';

function recordOf(step: number, event: WorldEvent, effects: readonly Effect[] = []): StepRecord {
  const names = { process: 'smtpd:1', service: 'smtpd', pid: 7 };
  return { step, at: step, cause: step - 1, ...names, event, before: 'a', after: 'b', rows: [], effects };
}

const fired = (step: number): StepRecord => recordOf(step, { type: 'timer.fired', timer: 't', at: step });
const options = { host: 'mail.gouv.bj', eventLimit: 5, byteLimit: 1_000_000 };

function ringOf(count: number, more: Partial<typeof options> = {}) {
  const ring = createRing({ ...options, ...more });
  for (let step = 1; step <= count; step += 1) ring.add(fired(step));
  return ring;
}

const ids = (text: string): readonly number[] =>
  [...text.matchAll(/^id: (\d+)$/gm)].map(([, n]) => Number(n));
const eventsOf = (text: string) =>
  [...text.matchAll(/^data: (\{"n".*)$/gm)].map(([, json = '']) => JSON.parse(json));

test('HTML §9.2: events resume after the number given, each with its id and its cause', () => {
  const { text, last } = ringOf(4).read(2, 10_000);
  expect(ids(text)).toEqual([3, 4]);
  expect(last).toBe(4);
  expect(eventsOf(text)[0]).toMatchObject({
    n: 3,
    cause: 2,
    host: 'mail.gouv.bj',
    event: { type: 'timer.fired' },
  });
  expect(text.endsWith('\n\n')).toBe(true);
});

test('HTML §9.2: lost events are told as a gap before those that are left', () => {
  const { text } = ringOf(12).read(3, 10_000);
  expect(text.startsWith('event: gap\ndata: {"from":4,"to":7}\n\nid: 8\n')).toBe(true);
  expect(ids(text)).toEqual([8, 9, 10, 11, 12]);
});

test('HTML §9.2: a read is bounded, and the next goes on where it ended', () => {
  const ring = ringOf(5);
  const first = ring.read(0, 1);
  expect(ids(first.text)).toEqual([1]);
  expect(ids(ring.read(first.last, 10_000).text)).toEqual([2, 3, 4, 5]);
  expect(ring.read(5, 10_000)).toEqual({ text: '', last: 5 });
});

test('postconf(5) trace_events_limit: number and bytes are bounded', () => {
  expect([ringOf(100).oldest(), ringOf(100).newest()]).toEqual([96, 100]);
  const small = ringOf(100, { eventLimit: 1000, byteLimit: 5000 });
  expect(small.weight()).toBeLessThanOrEqual(5000);
  expect(small.oldest()).toBeGreaterThan(80);
  expect(small.read(0, 100_000).text).toContain('event: gap');
  expect(small.weight()).toBeLessThanOrEqual(5000);
});

test('postconf(5) trace_events_limit: a large file is not kept alive by the trace, its size is told', () => {
  const ring = createRing(options);
  const whole = new Uint8Array(10_000_000).fill(65);
  const loaded = {
    type: 'file.loaded',
    file: 'f',
    path: 'p',
    mode: 0,
    uid: 0,
    modifiedAt: 0,
    at: 1,
  } as const;
  const piece = whole.subarray(5, 25);
  const chunk = { type: 'send', to: 'cleanup:2', note: { type: 'cleanup.chunk', bytes: piece } } as const;
  ring.add(recordOf(1, { ...loaded, bytes: whole }, [chunk]));
  expect(ring.weight()).toBeLessThan(3000);
  const [event] = eventsOf(ring.read(0, 100_000).text);
  expect(event.event).toMatchObject({ text: 'A'.repeat(400), sizeBytes: 10_000_000, path: 'p' });
  expect(event.effects[0].note).toEqual({ type: 'cleanup.chunk', text: 'A'.repeat(20), sizeBytes: 20 });
});

test('RFC 4954 §4: secrets never leave', () => {
  const ring = createRing(options);
  const said = (text: string, step: number) =>
    ring.add(recordOf(step, { type: 'net.received', bytes: Buffer.from(text), at: step }));
  said('AUTH PLAIN AGFsYWRpbgBz', 1);
  said('ZXNhbWU=\r\nPASS sesame\r\n', 2);
  const { text } = ring.read(0, 100_000);
  expect(text).not.toMatch(/AGFs|ZXNh|sesame/);
  expect(text).toContain('AUTH PLAIN ********');
});
