import { expect, test } from 'vitest';
import { dsnClass, dsnLength, isDsn, splitDsn, splitDsnOr, withDsnClass } from './dsn.ts';

test('RFC 3463 §2: what is a status code and what is not', () => {
  for (const good of ['5.1.1', '2.0.0', '4.999.999']) expect(isDsn(good)).toBe(true);
  for (const bad of ['', '3.1.1', '5.1', '5.1.1000', '5..1', '5.1.1x', '5.1.1 ', '5a1.1', ' 5.1.1']) {
    expect(isDsn(bad)).toBe(false);
  }
  expect(dsnLength('5.1.1\ttext')).toBe(5);
});

test('RFC 3463 §2: code and text apart, and another class', () => {
  expect(splitDsn('5.1.1  unknown user')).toEqual({ dsn: '5.1.1', text: 'unknown user' });
  expect(splitDsn('unknown user')).toBeUndefined();
  expect(splitDsn('5.1.1x unknown user')).toBeUndefined();
  expect(splitDsn('5.1.1000 unknown user')).toBeUndefined();
  expect(splitDsnOr('go away', '5.7.1')).toEqual({ dsn: '5.7.1', text: 'go away' });
  expect(dsnClass('4.2.0')).toBe('4');
  expect(dsnClass('x')).toBeUndefined();
  expect(withDsnClass('5.7.1', '4')).toBe('4.7.1');
});
