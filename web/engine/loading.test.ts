/** What waits for code goes on, and in order. */
import { expect, test } from 'vitest';
import { needsCode } from '#core';
import { createLoading, createOrder } from './loading.ts';
import type { Request } from './protocol.ts';

test('loading: who waits goes on when it has come at last', async () => {
  let isThere = false;
  const changes: boolean[] = [];
  const loading = createLoading(
    () => (isThere ? Promise.resolve() : Promise.reject(new Error('offline'))),
    () => changes.push(loading.isMissing),
  );
  let came = false;
  const done = loading.done().then(() => {
    came = true;
  });
  await new Promise((turn) => setTimeout(turn));
  expect([came, loading.isMissing]).toEqual([false, true]);
  loading.retry();
  await new Promise((turn) => setTimeout(turn));
  expect([came, loading.isMissing]).toEqual([false, true]);
  isThere = true;
  loading.retry();
  await done;
  expect([came, loading.isMissing]).toEqual([true, false]);
  expect(changes).toEqual([true, false, true, false]);
});

test('loading: requests are answered in their order, also when one waits', async () => {
  const told: number[] = [];
  let come = (): void => {};
  const wait = new Promise<void>((resolve) => {
    come = resolve;
  });
  const hear = createOrder(
    ({ type }) => (type === 'step' ? wait : 0),
    (number) => told.push(number),
  );
  const ask = (number: number, request: Request) => hear({ number, request });
  ask(1, { type: 'play' });
  ask(2, { type: 'step', grain: 'event' });
  ask(3, { type: 'pause' });
  expect(told).toEqual([1]);
  come();
  await wait;
  await new Promise((turn) => setTimeout(turn));
  expect(told).toEqual([1, 2, 3]);
});

test('loading: a call that needs code is made again when it is there; another mistake stays one', async () => {
  let isThere = false;
  const loading = createLoading(
    async () => {
      isThere = true;
    },
    () => {},
  );
  const call = () => {
    if (!isThere) throw needsCode('a rule');
    return 'done';
  };
  const first = loading.whenHere(call);
  expect(first).toBeInstanceOf(Promise);
  expect(await first).toBe('done');
  expect(loading.whenHere(call)).toBe('done');
  const wrong = () => {
    throw new Error('panic');
  };
  expect(() => loading.whenHere(wrong)).toThrow('panic');
});
