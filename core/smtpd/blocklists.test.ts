/** Lists in the DNS: which answers count, and what is logged of a list that fails. */
import { expect, test } from 'vitest';
import { listFilter } from './list-filter.ts';
import { openSession, talk } from './test-session.ts';

test.each([
  ['127.0.0.2', ['127.0.0.2'], ['127.0.0.3', '127.0.0.22']],
  ['127.0.0.[2;4..6]', ['127.0.0.2', '127.0.0.5'], ['127.0.0.3', '127.0.0.7']],
  ['127.[0..255].9.[1]', ['127.77.9.1'], ['127.77.8.1']],
])('postconf(5) reject_rbl_client: the filter %s', (pattern, fits, others) => {
  const filter = listFilter(pattern, '3.x');
  if (filter === 'invalid') throw new Error(pattern);
  expect([fits.every(filter), others.some(filter)]).toEqual([true, false]);
});

test.each([
  '127.0.0',
  '127.0.0.256',
  '127.0.0.[5..2]',
  '127.0.0.[]',
  '127.0.0.2.3',
  '',
  'x',
  '127..0.1',
  '[1;2',
])('postconf(5) reject_rbl_client: %j is no filter', (pattern) => {
  expect(listFilter(pattern, '3.x')).toBe('invalid');
});

const LINES = ['EHLO here.example', 'MAIL FROM:<ann@gouv.bj>', 'RCPT TO:<bob@gouv.bj>'];

test('postconf(5) reject_rbl_client: a list that fails refuses nobody, and is warned of', () => {
  const one = openSession({ mainCf: 'smtpd_sender_restrictions = reject_rhsbl_helo broken', dns: [] });
  talk(one, 'EHLO broken.example', ...LINES.slice(1));
  expect(one.logs.filter((line) => line.includes('RBL'))).toEqual([
    'warning: broken.example.broken: RBL lookup error: Host or domain name not found. ' +
      'Name service error for name=broken.example.broken type=A: Host not found, try again',
  ]);
});

test('postconf(5) reject_rbl_client: a rule without a list is warned of, and decides nothing', () => {
  const one = openSession({ mainCf: 'smtpd_helo_restrictions = reject_rhsbl_helo' });
  expect(talk(one, ...LINES)).toBe('250 2.1.5 Ok\r\n');
  expect(one.logs).toContain('warning: restriction reject_rhsbl_helo requires domain name argument');
});

test('postconf(5) check_helo_mx_access: a server without an address is warned of', () => {
  const dns = ['here.example MX 10 gone.example'];
  const one = openSession({
    mainCf: 'smtpd_helo_restrictions = check_helo_mx_access inline:{x=REJECT}',
    dns,
  });
  expect(talk(one, ...LINES)).toBe('250 2.1.5 Ok\r\n');
  expect(one.logs).toContain(
    'warning: Unable to look up MX host gone.example for Helo command here.example: Name or service not known',
  );
});
