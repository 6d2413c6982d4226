import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wrapLines } from './wrap.ts';

test.each([
  ['short', ['short']],
  ['', ['']],
  ['a  ', ['a']],
  ['aaaa bbbb cccc', ['aaaa bbbb', '  cccc']],
  ['aaaa bbbbbb', ['aaaa', '  bbbbbb']],
  ['aaaaaaaaaaaaaaa b', ['aaaaaaaaaaaaaaa', '  b']],
  [' In:  xxxxxxxxxxx', [' In:', '  xxxxxxxxxxx']],
])('line_wrap: %j', (text, lines) => {
  expect(wrapLines(text, 10, 2)).toEqual(lines);
});

test('line_wrap: no word is lost, and only a word alone is longer than a line', () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 12 }));
  fc.assert(
    fc.property(words, fc.integer({ min: 3, max: 20 }), (parts, width) => {
      const text = parts.join(' ');
      const lines = wrapLines(text, width, 2);
      const split = (one: string) => one.split(' ').filter((word) => word !== '');
      expect(lines.flatMap(split)).toEqual(split(text));
      for (const line of lines.filter((one) => one.length > width))
        expect(split(line), JSON.stringify(text)).toHaveLength(1);
    }),
    { seed: 20, numRuns: 500 },
  );
});
