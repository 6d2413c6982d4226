import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToLatin1, latin1ToBytes } from './bytes.ts';
import { append, emptyLineBuffer, type LineBuffer, takeAll, takeLine, unread } from './lines.ts';

interface Seen {
  readonly line: string;
  readonly cut: boolean;
  readonly bareLf: boolean;
}

function readAll(chunks: readonly Uint8Array[], limit: number): { lines: Seen[]; rest: string } {
  const lines: Seen[] = [];
  let buffer: LineBuffer = emptyLineBuffer;
  for (const chunk of chunks) {
    buffer = append(buffer, chunk);
    for (let taken = takeLine(buffer, limit); taken !== undefined; taken = takeLine(buffer, limit)) {
      lines.push({ line: taken.line, cut: taken.cut, bareLf: taken.bareLf });
      buffer = taken.rest;
    }
  }
  expect(takeAll(buffer)).toHaveLength(unread(buffer));
  return { lines, rest: bytesToLatin1(takeAll(buffer)) };
}

const read = (text: string, limit = 2048) => readAll([latin1ToBytes(text)], limit);

test('RFC 5321 §2.3.8: CRLF ends a line, a bare LF too but is told; NUL is kept', () => {
  expect(read('EHLO a\r\nNOOP\n\r\nX\0Y\r\r\nrest')).toEqual({
    lines: [
      { line: 'EHLO a', cut: false, bareLf: false },
      { line: 'NOOP', cut: false, bareLf: true },
      { line: '', cut: false, bareLf: false },
      { line: 'X\0Y', cut: false, bareLf: false },
    ],
    rest: 'rest',
  });
});

test('postconf(5) line_length_limit: a longer line is cut and goes on as the next line', () => {
  expect(read('123456789\r\n', 4).lines.map((l) => [l.line, l.cut])).toEqual([
    ['1234', true],
    ['5678', true],
    ['9', false],
  ]);
  // The line end counts, but a CRLF is never torn apart.
  expect(read('123\n', 4).lines).toEqual([{ line: '123', cut: false, bareLf: true }]);
  expect(read('123\r\n', 4).lines).toEqual([{ line: '123', cut: false, bareLf: false }]);
  expect(read('1234\r\n', 4).lines.map((l) => l.line)).toEqual(['1234', '']);
});

test('lines: any split of the bytes gives the same lines', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n', '\0'), maxLength: 40 });
  fc.assert(
    fc.property(
      text,
      fc.array(fc.nat(40), { maxLength: 6 }),
      fc.integer({ min: 2, max: 9 }),
      (all, cuts, limit) => {
        const points = [0, ...cuts.map((c) => Math.min(c, all.length)).sort((a, b) => a - b), all.length];
        const chunks = points.slice(1).map((end, i) => latin1ToBytes(all.slice(points[i], end)));
        expect(readAll(chunks, limit)).toEqual(read(all, limit));
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});

test('lines: an old buffer stays valid after append and takeLine', () => {
  const one = append(emptyLineBuffer, latin1ToBytes('a'.repeat(5000)));
  const left = append(one, latin1ToBytes('x\r\n'));
  const right = append(one, latin1ToBytes('y\r\n'));
  expect(takeLine(left, 9000)?.line.endsWith('ax')).toBe(true);
  expect(takeLine(right, 9000)?.line.endsWith('ay')).toBe(true);
  expect(unread(one)).toBe(5000);
});

test('lines: time is linear for an endless line, many small chunks, and unread pipelined input', () => {
  const started = performance.now();
  let buffer = append(emptyLineBuffer, new Uint8Array(20_000_000));
  let lines = 0;
  for (let taken = takeLine(buffer, 2048); taken !== undefined; taken = takeLine(buffer, 2048)) {
    buffer = taken.rest;
    lines++;
  }
  expect(lines).toBe(Math.floor(20_000_000 / 2048));
  buffer = emptyLineBuffer;
  for (let i = 0; i < 200_000; i++) buffer = append(buffer, latin1ToBytes('NOOP\r\n'));
  for (let taken = takeLine(buffer, 2048); taken !== undefined; taken = takeLine(buffer, 2048)) {
    buffer = taken.rest;
    lines++;
  }
  expect(lines).toBe(Math.floor(20_000_000 / 2048) + 200_000);
  expect(performance.now() - started).toBeLessThan(5000);
});
