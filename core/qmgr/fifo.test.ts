import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fifo, fifoOf, itemsOf, pushed, shifted } from './fifo.ts';

test('fifo: behaves as an array that is pushed to and shifted from, and never changes an older one', () => {
  const work = fc.array(fc.option(fc.nat(), { nil: undefined }), { maxLength: 400 });
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 100 }), work, (start, steps) => {
      let fifo: Fifo<number> = fifoOf(start);
      const model = [...start];
      const first = fifo;
      for (const step of steps) {
        if (step === undefined) {
          const taken = shifted(fifo);
          expect(taken?.first).toBe(model.shift());
          fifo = taken?.rest ?? fifo;
        } else {
          model.push(step);
          fifo = pushed(fifo, step);
        }
        expect(fifo.size).toBe(model.length);
      }
      expect(itemsOf(fifo)).toEqual(model);
      expect(itemsOf(first)).toEqual(start);
    }),
    { seed: 42, numRuns: 100 },
  );
});
