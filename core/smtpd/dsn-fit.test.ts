/** Status codes that fit what is refused. */
import { expect, test } from 'vitest';
import { dsnFor, fittedDraft } from './dsn-fit.ts';

test.each([
  ['Recipient address', '5.1.1', '5.1.1'],
  ['Recipient address', '5.1.7', '5.1.3'],
  ['Recipient address', '4.1.8', '4.1.2'],
  ['Recipient address', '5.1.99', '5.1.0'],
  ['Sender address', '5.1.1', '5.1.7'],
  ['Sender address', '5.1.2', '5.1.8'],
  ['Sender address', '5.1.5', '5.1.0'],
  ['Sender address', '5.2.1', '5.2.1'],
  ['Client host', '5.1.1', '5.0.0'],
  ['Helo command', '4.7.1', '4.7.1'],
])('RFC 3463 §3.2: of a %s, %s is said as %s', (what, dsn, wanted) => {
  expect(dsnFor(what, dsn)).toBe(wanted);
});

test('access(5) ENHANCED STATUS CODES: only what changed is noted', () => {
  const place = { what: 'Sender address', name: 'a@b.example' };
  expect(fittedDraft(place, 550, '5.1.1', 'no').mapped).toBe(
    'mapping DSN status 5.1.1 into Sender address status 5.1.7',
  );
  expect(fittedDraft(place, 550, '5.7.1', 'no').mapped).toBeUndefined();
});
