/** The queue file of the transaction. */
import { expect, test } from 'vitest';
import { rewriteContext } from './message.ts';
import { openSession, talk } from './test-session.ts';

const CLIENTS = 'local_header_rewrite_clients';

test.each([
  ['', '10.0.0.7', 'remote'],
  ['', '127.0.0.1', 'local'],
  [`${CLIENTS} = permit_mynetworks`, '192.168.0.9', 'local'],
  [`${CLIENTS} = permit_mynetworks`, '127.0.0.1', 'remote'],
  [`${CLIENTS} = check_address_map texthash:/clients`, '10.0.0.7', 'local'],
  [`${CLIENTS} = texthash:/clients`, '10.0.0.8', 'remote'],
  [`${CLIENTS} =`, '127.0.0.1', 'remote'],
])('postconf(5) local_header_rewrite_clients: %s %s', (mainCf, address, context) => {
  const session = openSession({ mainCf, client: { address }, tables: { 'texthash:/clients': '10.0.0.7' } });
  expect(rewriteContext(session.context())).toBe(context);
});

test('smtpd(8): one queue file for a message, made by the first recipient that is accepted', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<no>', 'RCPT TO:<ann>', 'RCPT TO:<bob>');
  expect(session.notes.map(({ type }) => type)).toEqual([
    ...['cleanup.open', 'cleanup.recipient', 'cleanup.recipient'],
  ]);
  expect(session.logs.filter((line) => line.includes('client='))).toEqual([
    '5F40790ADB: client=unknown[10.0.0.7]',
  ]);
  session.say('RSET');
  expect(session.notes.at(-1)?.type).toBe('cleanup.abort');
});

test('smtpd(8): once there is a queue file, refusals are logged with its id', () => {
  const session = openSession();
  talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann>', 'RCPT TO:<no>');
  expect(session.logs.at(-1)).toMatch(/^5F40790ADB: reject: RCPT from/);
});
