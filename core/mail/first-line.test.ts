import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { endFirstLine, fixFirstLine, startFirstLine } from './first-line.ts';

function fix(chunks: readonly string[]): string {
  let state = startFirstLine;
  let out = '';
  for (const chunk of chunks) {
    const fixed = fixFirstLine(state, latin1ToBytes(chunk));
    out += bytesToLatin1(fixed.text);
    state = fixed.state;
  }
  return out + bytesToLatin1(endFirstLine(state));
}

test('smtpd(8): leading mbox lines are kept as X-Mailbox-Line', () => {
  expect(fix(['From x y\nSubject: hi\n'])).toBe('X-Mailbox-Line: From x y\nSubject: hi\n');
  expect(fix(['>From a\n>>From b\nA: 1\nFrom c\n'])).toBe(
    'X-Mailbox-Line: >From a\nX-Mailbox-Line: >>From b\nA: 1\nFrom c\n',
  );
  expect(fix(['From: a\n'])).toBe('From: a\n');
  expect(fix(['>'.repeat(3000)])).toBe('>'.repeat(3000));
});

test('smtpd(8): a first line that begins with a blank gets an empty line before it', () => {
  expect(fix([' a\n'])).toBe('\n a\n');
  expect(fix(['\ta\n'])).toBe('\n\ta\n');
  expect(fix(['From x\n a\n'])).toBe('X-Mailbox-Line: From x\n\n a\n');
  expect(fix(['\na\n'])).toBe('\na\n');
  expect(fix([])).toBe('');
});

test('smtpd(8): any split of the text gives the same, and later chunks are not copied', () => {
  const unit = fc.constantFrom('From ', 'F', 'ro', '>', ' ', '\n', 'a');
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 3 })), (chunks) => {
      expect(fix(chunks)).toBe(fix([chunks.join('')]));
      expect(fix([...chunks.join('')])).toBe(fix([chunks.join('')]));
    }),
    { seed: 27, numRuns: 500 },
  );
  const { state } = fixFirstLine(startFirstLine, latin1ToBytes('A: 1\n'));
  const chunk = latin1ToBytes('From x\n');
  expect(fixFirstLine(state, chunk).text).toBe(chunk);
});

test('smtpd(8): a line that came with a dot before it is no first line to be mended', () => {
  const dotted = (text: string, at: number) => fixFirstLine(startFirstLine, latin1ToBytes(text), at);
  expect(bytesToLatin1(dotted(' a\n b\n', 0).text)).toBe(' a\n b\n');
  expect(bytesToLatin1(dotted('From x\nFrom y\n z\n', 7).text)).toBe('X-Mailbox-Line: From x\nFrom y\n z\n');
  expect(dotted(' a\n', 0).state.phase).toBe('done');
});
