/** The trace line. */
import { expect, test } from 'vitest';
import { received } from './received.ts';
import { openSession, type SessionOptions, talk } from './test-session.ts';

function line(options: SessionOptions, ...lines: readonly string[]): string {
  const session = openSession(options);
  talk(session, ...lines);
  return received(session.context());
}

test('RFC 5321 §4.4: without HELO the name that we found; several recipients are not named', () => {
  const client = { name: 'pc.gouv.bj', address: '192.168.0.23' };
  expect(line({ client }, 'MAIL FROM:<>', 'RCPT TO:<ann>', 'RCPT TO:<bob>')).toBe(
    'Received: from pc.gouv.bj (pc.gouv.bj [192.168.0.23])\n' +
      '\tby mail.gouv.bj (Postfix) with SMTP id 5F40790ADB;\n\tMon, 11 Feb 2008 09:05:12 +0000 (UTC)\n',
  );
});

test('RFC 5321 §4.1.3: an IPv6 address is marked as one; a strange local part is quoted', () => {
  const mainCf = 'local_recipient_maps =';
  const text = line(
    { client: { address: '2001:db8::1' }, mainCf },
    'HELO h',
    'MAIL FROM:<>',
    'RCPT TO:<"a b"@gouv.bj>',
  );
  expect(text).toContain('Received: from h (unknown [IPv6:2001:db8::1])\n');
  expect(text).toContain('\tfor <"a b"@gouv.bj>; ');
});

test('postconf(5) smtpd_hide_client_session: nothing of the client', () => {
  const text = line({ mainCf: 'smtpd_hide_client_session = yes' }, 'HELO h', 'MAIL FROM:<>', 'RCPT TO:<ann>');
  expect(text).toMatch(/^Received: by mail\.gouv\.bj \(Postfix\) id 5F40790ADB\n\tfor <ann>; /);
});
