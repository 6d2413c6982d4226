/** Is there such a user? */
import { expect, test } from 'vitest';
import { openSession, talk } from './test-session.ts';

const TABLES = {
  'texthash:/relay': 'r@relay.example',
  'texthash:/virtual': 'vic@valias.example',
  'texthash:/mailbox': 'user@vbox.example',
};
const MAIN = `
relay_recipient_maps = texthash:/relay
virtual_alias_domains = valias.example
virtual_alias_maps = texthash:/virtual
virtual_mailbox_domains = vbox.example
virtual_mailbox_maps = texthash:/mailbox
`;
const unknown = (address: string, where: string) =>
  `550 5.1.1 <${address}>: Recipient address rejected: User unknown in ${where}`;

test.each([
  ['ann@gouv.bj', '250 2.1.5 Ok'],
  ['ANN@Gouv.BJ', '250 2.1.5 Ok'],
  ['no@gouv.bj', unknown('no@gouv.bj', 'local recipient table')],
  ['r@relay.example', '250 2.1.5 Ok'],
  ['no@relay.example', unknown('no@relay.example', 'relay recipient table')],
  ['vic@valias.example', '250 2.1.5 Ok'],
  ['no@valias.example', unknown('no@valias.example', 'virtual alias table')],
  ['user@vbox.example', '250 2.1.5 Ok'],
  ['no@vbox.example', unknown('no@vbox.example', 'virtual mailbox table')],
  ['mailer-daemon@gouv.bj', '250 2.1.5 Ok'],
  ['double-bounce@gouv.bj', '250 2.1.5 Ok'],
])('postconf(5) smtpd_reject_unlisted_recipient: %s', (address, reply) => {
  const session = openSession({ mainCf: MAIN, tables: TABLES });
  expect(talk(session, 'MAIL FROM:<>', `RCPT TO:<${address}>`)).toBe(`${reply}\r\n`);
});

test('postconf(5) show_user_unknown_table_name, unknown_local_recipient_reject_code', () => {
  const mainCf = 'show_user_unknown_table_name = no\nunknown_local_recipient_reject_code = 450';
  expect(talk(openSession({ mainCf }), 'MAIL FROM:<>', 'RCPT TO:<no>')).toBe(
    '450 4.1.1 <no>: Recipient address rejected: User unknown\r\n',
  );
});

test('postconf(5) local_recipient_maps: empty = everybody exists', () => {
  const session = openSession({ mainCf: 'local_recipient_maps =' });
  expect(talk(session, 'MAIL FROM:<>', 'RCPT TO:<no>')).toBe('250 2.1.5 Ok\r\n');
});

test('postconf(5) local_recipient_maps: a table that fails refuses nobody for ever', () => {
  const session = openSession({ mainCf: 'local_recipient_maps = texthash:/missing' });
  expect(talk(session, 'MAIL FROM:<>', 'RCPT TO:<ann@gouv.bj>')).toBe(
    '451 4.3.0 <ann@gouv.bj>: Temporary lookup failure\r\n',
  );
});

test('postconf(5) smtpd_reject_unlisted_sender: the sender must exist too', () => {
  const session = openSession({ mainCf: 'smtpd_reject_unlisted_sender = yes' });
  expect(talk(session, 'MAIL FROM:<no@gouv.bj>', 'RCPT TO:<ann>')).toBe(
    '550 5.1.0 <no@gouv.bj>: Sender address rejected: User unknown in local recipient table\r\n',
  );
});

test('postconf(5) reject_unlisted_recipient: asked in a list, then not again; under warn_if_reject again', () => {
  const list = (rules: string) => openSession({ mainCf: `smtpd_recipient_restrictions = ${rules}` });
  const warned = list('warn_if_reject reject_unlisted_recipient');
  expect(talk(warned, 'MAIL FROM:<>', 'RCPT TO:<no>')).toContain('550 5.1.1');
  expect(warned.logs.map((line) => line.split(' ')[1])).toContain('reject_warning:');
});
