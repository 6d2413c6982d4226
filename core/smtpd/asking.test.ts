/** Rules that ask: the run stops, the answer comes, the same rule is judged again. */
import { expect, test } from 'vitest';
import { NOTHING_KNOWN } from './asking.ts';
import { openSession, talk } from './test-session.ts';

const ASKS = 'smtpd_helo_restrictions = reject_unknown_helo_hostname';
const LINES = ['EHLO here.example', 'MAIL FROM:<ann@gouv.bj>', 'RCPT TO:<bob@gouv.bj>'];

function session(mainCf = ASKS, dns: readonly string[] = ['here.example A 192.0.2.1']) {
  return openSession({ mainCf, dns });
}

function queries(of: ReturnType<typeof openSession>): readonly string[] {
  return of.notes.flatMap((note) => (note.type === 'dns.query' ? [note.token] : []));
}

test('SMTPD_ACCESS_README: a rule that found its answer asks no more, and what was learned is forgotten', () => {
  const one = session();
  expect(talk(one, ...LINES)).toBe('250 2.1.5 Ok\r\n');
  expect(queries(one)).toEqual(['dns A here.example']);
  expect(one.context().known).toBe(NOTHING_KNOWN);
  expect(one.rows.map(({ target }) => target).filter((target) => target === 'asking')).toHaveLength(1);
});

test('SMTPD_ACCESS_README: one rule may ask twice, and refuse then', () => {
  const one = session(ASKS, ['other.example A 192.0.2.1']);
  expect(talk(one, ...LINES)).toBe('450 4.7.1 <here.example>: Helo command rejected: Host not found\r\n');
  expect(queries(one)).toEqual(['dns A here.example', 'dns AAAA here.example', 'dns MX here.example']);
  expect(one.context().known).toBe(NOTHING_KNOWN);
});

test('postconf(5) smtpd_restriction_classes: a rule asks inside a class inside a class', () => {
  const classes =
    'smtpd_restriction_classes = outer, inner\nouter = inner, reject\ninner = permit_mynetworks';
  const mainCf = `${classes}, warn_if_reject, reject_unknown_helo_hostname, permit\n`;
  const one = session(`${mainCf}smtpd_client_restrictions = outer`, []);
  expect(talk(one, ...LINES)).toBe('250 2.1.5 Ok\r\n');
  expect(one.logs.filter((line) => line.includes('reject_warning'))).toHaveLength(1);
});

test('SMTPD_ACCESS_README: nothing is said twice when a rule is judged again', () => {
  const mainCf = 'smtpd_helo_restrictions = sleep 1, reject_unknown_helo_hostname';
  const one = session(mainCf);
  talk(one, ...LINES);
  expect(one.wait(1000)).toBe('250 2.1.5 Ok\r\n');
});

test('postconf(5) ipc_timeout: without an answer the rule decides alone', () => {
  const one = session(`${ASKS}\nipc_timeout = 7s`);
  expect(talk(one, 'EHLO silent.example', ...LINES.slice(1))).toBe('');
  expect(one.state()).toBe('asking');
  expect(one.wait(6999)).toBe('');
  one.wait(1);
  one.wait(7000);
  expect(one.wait(7000)).toBe('450 4.7.1 <silent.example>: Helo command rejected: Host not found\r\n');
});

test('master(8): who was asked dies, and the rule decides alone', () => {
  const one = session();
  talk(one, 'EHLO silent.example', ...LINES.slice(1));
  const died = { type: 'master.childDied', service: 'dns', process: 'dns', reason: 'x' } as const;
  const die = (token: string): string => {
    const request = { type: 'dns.query', token, name: 'silent.example', rrtype: 'A' } as const;
    return one.happen({ ...died, request, from: 'dns', at: one.at() });
  };
  die('another question');
  expect(one.state()).toBe('asking');
  expect(die('dns A silent.example')).toBe('');
  expect(die('dns AAAA silent.example')).toBe('');
  expect(die('dns MX silent.example')).toBe(
    '450 4.7.1 <silent.example>: Helo command rejected: Host not found\r\n',
  );
});

test('SMTPD_ACCESS_README: the answer to another question is no answer', () => {
  const one = session();
  talk(one, 'EHLO silent.example', ...LINES.slice(1));
  const answer = { type: 'dns.answer', token: 'x', status: 'ok', records: [], from: 'dns' } as const;
  one.happen({ ...answer, at: one.at() });
  expect(one.state()).toBe('asking');
});
