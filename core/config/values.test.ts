/** Texts of Postfix 3.7.11's fatal errors. */
import { expect, test } from 'vitest';
import { readBool, readInt, readLong, readString, readTimeMs } from './values.ts';

test('postconf(5): yes and no in any case, nothing else', () => {
  expect(readBool('soft_bounce', 'YES')).toEqual({ ok: true, value: true });
  expect(readBool('soft_bounce', 'no')).toEqual({ ok: true, value: false });
  for (const text of ['maybe', '', '1', 'true'])
    expect(readBool('soft_bounce', text)).toEqual({
      ok: false,
      fatal: `bad boolean configuration: soft_bounce = ${text}`,
    });
});

test('postconf(5): numbers are digits within 32 bits and within their range', () => {
  expect(readInt('a', '-5')).toEqual({ ok: true, value: -5 });
  expect(readInt('a', '2147483647')).toEqual({ ok: true, value: 2147483647 });
  for (const text of ['5x', '', '99999999999', '1.5', ' '])
    expect(readInt('a', text)).toEqual({ ok: false, fatal: `bad numerical configuration: a = ${text}` });
  expect(readInt('default_process_limit', '0', { min: 1 })).toEqual({
    ok: false,
    fatal: 'invalid default_process_limit parameter value 0 < 1',
  });
  expect(readInt('a', '9', { max: 8 })).toEqual({ ok: false, fatal: 'invalid a parameter value 9 > 8' });
  expect(readInt('a', '-9', { min: 0 })).toEqual({ ok: true, value: -9 });
});

test('postconf(5) message_size_limit: a long may exceed 32 bits', () => {
  expect(readLong('a', '99999999999')).toEqual({ ok: true, value: 99_999_999_999 });
  expect(readLong('a', '99999999999999999999').ok).toBe(false);
});

test.each([
  ['5', 's', 5000],
  ['5', 'd', 432_000_000],
  ['5m', 's', 300_000],
  ['1h', 's', 3_600_000],
  ['1w', 's', 604_800_000],
  ['0', 'h', 0],
  ['2147483647', 's', 2_147_483_647_000],
] as const)('postconf(5) time: %s with unit %s', (text, unit, expected) => {
  expect(readTimeMs('a', text, unit)).toEqual({ ok: true, value: expected });
});

test.each(['5x', '5 s', '', '-5', '99999999w', 's', '2147483648'])(
  'postconf(5) time: "%s" is none',
  (text) => {
    expect(readTimeMs('ipc_timeout', text)).toEqual({
      ok: false,
      fatal: `parameter ipc_timeout: bad time value or unit: ${text}`,
    });
  },
);

test('postconf(5) time: limits are seconds', () => {
  expect(readTimeMs('daemon_timeout', '0', 's', { min: 1 })).toEqual({
    ok: false,
    fatal: 'invalid daemon_timeout: 0 (min 1)',
  });
  expect(readTimeMs('a', '1m', 's', { max: 59 })).toEqual({ ok: false, fatal: 'invalid a: 60 (max 59)' });
});

test('postconf(5) time: what follows the unit was an error in 2.3 and is ignored since', () => {
  expect(readTimeMs('a', '5sx', 's', {}, '3.x')).toEqual({ ok: true, value: 5000 });
  expect(readTimeMs('a', '5sx', 's', {}, '2.3').ok).toBe(false);
});

test('postconf(5): strings have a smallest length', () => {
  expect(readString('mail_name', '', { min: 1 })).toEqual({
    ok: false,
    fatal: 'bad string length 0 < 1: mail_name = ',
  });
  expect(readString('a', 'abc', { max: 2 })).toEqual({
    ok: false,
    fatal: 'bad string length 3 > 2: a = abc',
  });
  expect(readString('a', '')).toEqual({ ok: true, value: '' });
});
