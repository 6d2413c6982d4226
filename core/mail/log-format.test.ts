import { expect, test } from 'vitest';
import { bytesToLatin1 } from '../wire/bytes.ts';
import { utf8Encode } from '../wire/utf8.ts';
import { formatDelay, formatDelays, neuter, printable } from './log-format.ts';

test.each([
  [0, '0'],
  [4_999, '0'],
  [5_000, '0.01'],
  [45_000, '0.05'],
  [54_999, '0.05'],
  [99_000, '0.1'],
  [115_000, '0.12'],
  [400_000, '0.4'],
  [999_999, '1'],
  [1_049_999, '1'],
  [1_160_000, '1.2'],
  [9_960_000, '10'],
  [16_700_000, '17'],
  [117_400_000, '117'],
  [432_000_500_000, '432001'],
  [-5, '0'],
])('postconf(5) delay_logging_resolution_limit: %d µs is %s', (usec, text) => {
  expect(formatDelay(usec)).toBe(text);
});

test('postconf(5) delay_logging_resolution_limit: other limits', () => {
  expect(formatDelay(123_456, 0)).toBe('0');
  expect(formatDelay(1_600_000, 0)).toBe('2');
  expect(formatDelay(123, 6)).toBe('0.00012');
  expect(formatDelay(1_234_567, 6)).toBe('1.2');
});

test('log: delays of a local and of an SMTP delivery, and of mail that no agent saw', () => {
  const start = 1_795_493_631_000_000;
  const local = {
    arrivalUsec: start,
    activeUsec: start + 90_000,
    handoffUsec: start + 100_000,
    doneUsec: start + 120_000,
  };
  expect(formatDelays(local)).toBe('delay=0.12, delays=0.09/0.01/0/0.02');
  expect(formatDelays({ ...local, connectedUsec: start + 110_000 })).toBe(
    'delay=0.12, delays=0.09/0.01/0.01/0.01',
  );
  expect(formatDelays({ arrivalUsec: start, activeUsec: start + 90_000, doneUsec: start + 120_000 })).toBe(
    'delay=0.12, delays=0.09/0.03/0/0',
  );
  expect(formatDelays({ arrivalUsec: start, doneUsec: start + 120_000 })).toBe(
    'delay=0.12, delays=0.12/0/0/0',
  );
});

test('log: controls and 8-bit text become ?, valid UTF-8 may stay', () => {
  expect(printable('a\r\nb\x1b[2J\x7f~ ')).toBe('a??b?[2J?~ ');
  const wire = `${bytesToLatin1(utf8Encode('é€'))}\xff\n`;
  expect(printable(wire)).toBe('???????');
  expect(printable(wire, true)).toBe(`${bytesToLatin1(utf8Encode('é€'))}??`);
  expect(neuter('a (b) <c>;"d"@e\\\0')).toBe('a??b???c???d??e??');
});
