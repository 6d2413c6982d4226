import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asctime, messageIdDigits, rfc822Date, syslogTime, UTC } from './date.ts';

const WAT = { offsetMinutes: 60, name: 'WAT' };
const MS = Date.UTC(2008, 1, 11, 9, 5, 12);

test('RFC 5322 §3.3: day padded with a blank, numeric zone, zone name as comment', () => {
  expect(rfc822Date(MS, WAT)).toBe('Mon, 11 Feb 2008 10:05:12 +0100 (WAT)');
  expect(rfc822Date(Date.UTC(2008, 1, 1, 0, 0, 0), UTC)).toBe('Fri,  1 Feb 2008 00:00:00 +0000 (UTC)');
  expect(rfc822Date(MS, { offsetMinutes: -210, name: 'NST' })).toBe('Mon, 11 Feb 2008 05:35:12 -0330 (NST)');
});

test('RFC 5322 §3.3: the date says the same instant in every zone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e9 }),
      fc.integer({ min: -720, max: 840 }),
      (sec, offsetMinutes) => {
        const text = rfc822Date(sec * 1000, { offsetMinutes, name: 'X' });
        expect(Date.parse(text.replace(' (X)', ''))).toBe(sec * 1000);
      },
    ),
    { seed: 25 },
  );
});

test('asctime, syslog and Message-Id forms', () => {
  expect(asctime(MS, WAT)).toBe('Mon Feb 11 10:05:12 2008');
  expect(asctime(Date.UTC(2008, 1, 1), UTC)).toBe('Fri Feb  1 00:00:00 2008');
  expect(syslogTime(MS, WAT)).toBe('Feb 11 10:05:12');
  expect(syslogTime(Date.UTC(2008, 1, 1), UTC)).toBe('Feb  1 00:00:00');
  expect(messageIdDigits(MS)).toBe('20080211090512');
  expect(messageIdDigits(Date.UTC(2008, 10, 1))).toBe('20081101000000');
});
