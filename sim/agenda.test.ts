import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAgenda } from './agenda.ts';

test('checkpoints: happenings come in order of time, then as they were entered', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
      const agenda = createAgenda<number>();
      for (const [index, time] of times.entries()) agenda.add(time, index);
      const expected = times
        .map((time, index) => [time, index] as const)
        .sort(([one, first], [other, second]) => one - other || first - second)
        .map(([, index]) => index);
      expect(times.map(() => agenda.take()?.happening)).toEqual(expected);
      expect(agenda.take()).toBeUndefined();
    }),
    { seed: 1 },
  );
});

test('checkpoints: an agenda goes back to what was saved', () => {
  const agenda = createAgenda<string>();
  agenda.add(5, 'five');
  agenda.add(3, 'three');
  const saved = agenda.save();
  expect(agenda.take()?.happening).toBe('three');
  agenda.add(1, 'one');
  agenda.load(saved);
  expect([agenda.take()?.happening, agenda.take()?.happening, agenda.take()]).toEqual([
    'three',
    'five',
    undefined,
  ]);
  expect(agenda.serial()).toBe(2);
});

test('checkpoints: what no longer counts is dropped, the rest keeps its order, and a saved agenda keeps all', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 100 }), (times) => {
      const agenda = createAgenda<number>();
      for (const [index, time] of times.entries()) agenda.add(time, index);
      const saved = agenda.save();
      agenda.drop((happening) => happening % 3 === 0);
      const inOrder = times
        .map((time, index) => [time, index] as const)
        .sort(([one, first], [other, second]) => one - other || first - second)
        .map(([, index]) => index);
      const left = inOrder.filter((index) => index % 3 === 0);
      expect(left.map(() => agenda.take()?.happening)).toEqual(left);
      expect(agenda.take()).toBeUndefined();
      agenda.load(saved);
      expect(inOrder.map(() => agenda.take()?.happening)).toEqual(inOrder);
    }),
    { seed: 2 },
  );
});
