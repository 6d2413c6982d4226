/** smtp-lines - what a client may say, right and wrong, for tests that talk at random. RFC 5321 §4.1 */
import fc from 'fast-check';
import type { SessionOptions } from '../../core/smtpd/test-session.ts';

const ADDRESSES = [
  ...['<ann@gouv.bj>', '<bob@gouv.bj>', 'espera@gouv.bj', '<nobody@gouv.bj>', '<ada@benin.example>'],
  ...['<x@relay.example>', '<x@lookup.example>', '<>', '<@>', '<a b@gouv.bj>', '<"a b"@gouv.bj>', '', '<'],
  ...['<a%b@gouv.bj>', '<ann@1.2.3.4>', '<ann@[10.0.0.7]>', `<${'x'.repeat(300)}@gouv.bj>`, '<postmaster>'],
];
const OPTIONS = [
  ...['', '', '', ' SIZE=10', ' SIZE=99999999999', ' SIZE=x', ' BODY=8BITMIME', ' BODY=7', ' RET=HDRS'],
  ...[' ENVID=a+2Bb', ' ENVID=', ' NOTIFY=NEVER', ' NOTIFY=SUCCESS,NEVER', ' ORCPT=rfc822;a@b', ' AUTH=<>'],
  ...[' SMTPUTF8', ' X=Y', ' NOTIFY=NEVER NOTIFY=NEVER'],
];

const party = fc
  .tuple(fc.constantFrom('MAIL FROM:', 'mail from: ', 'RCPT TO:', 'RCPT TO: ', 'rcpt to '), options())
  .map(([verb, [address, option]]) => `${verb}${address}${option}`);

function options() {
  return fc.tuple(fc.constantFrom(...ADDRESSES), fc.constantFrom(...OPTIONS));
}

const plain = fc.constantFrom(
  ...[
    'HELO mail',
    'EHLO mail',
    'ehlo',
    'HELO [10.0.0.7]',
    'EHLO -bad-',
    'DATA',
    'DATA now',
    'RSET',
    'RSET x',
  ],
  ...['NOOP', 'noop a b', 'VRFY ann', 'VRFY', 'VRFY <nobody@gouv.bj>', 'ETRN gouv.bj', 'ETRN @x', 'ETRN a b'],
  ...['ETRN', 'ETRN #x', 'STARTTLS', 'STARTTLS now', 'AUTH PLAIN AGEAYg==', 'AUTH', 'QUIT', 'QUIT now'],
  ...[
    'XCLIENT NAME=a',
    'XCLIENT',
    'XFORWARD NAME=a',
    'XFORWARD',
    'BDAT 0 LAST',
    'BDAT 0',
    'BDAT x',
    'HELP',
    'EXPN list',
    '',
    ' ',
    'GET / HTTP/1.1',
  ],
  ...['CONNECT a:25', 'MAIL', 'RCPT', 'MAIL FROM', 'RCPT TO', 'é', '\0', 'x'.repeat(2100)],
);

/** A good transaction, so that deep states are reached often. */
const good = fc.constantFrom(
  ...['EHLO mail', 'MAIL FROM:<ann@gouv.bj>', 'RCPT TO:<bob@gouv.bj>', 'DATA', 'RCPT TO:<ann@gouv.bj>'],
  'HELO mail',
);

/** A chunk, to which the line end that follows belongs. Where BDAT is refused at once it is a command. */
const chunk = fc.constantFrom('BDAT 5\r\nabc', 'BDAT 5 LAST\r\nabc', 'BDAT 4 last\r\n\n.');

/** One command line without its end, or two with chunks. */
export const smtpLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: good },
  { weight: 3, arbitrary: party },
  { weight: 4, arbitrary: plain },
  { weight: 1, arbitrary: chunk },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, ' ')) },
);

/** Settings under which smtpd asks and refuses different things. */
export const sessionOptions: fc.Arbitrary<SessionOptions> = fc.record({
  profile: fc.constantFrom('2.3', '3.x'),
  mainCf: fc.constantFrom(
    '',
    'smtpd_helo_required = yes',
    'smtpd_delay_reject = no\nsmtpd_client_restrictions = reject',
    'smtpd_client_restrictions = reject',
    'smtpd_helo_restrictions = reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname',
    'smtpd_helo_restrictions = reject_unknown_helo_hostname\nsmtpd_delay_reject = no',
    'smtpd_sender_restrictions = reject_non_fqdn_sender\nsmtpd_delay_reject = no',
    'smtpd_recipient_restrictions = sleep 1, permit_mynetworks, reject_unauth_destination',
    'smtpd_recipient_limit = 1\nsmtpd_data_restrictions = reject_multi_recipient_bounce',
    'smtpd_end_of_data_restrictions = reject',
    'smtpd_client_restrictions = check_policy_service inet:127.0.0.1:1',
    'smtpd_delay_open_until_valid_rcpt = no',
    'disable_vrfy_command = yes\nsmtpd_noop_commands = noop, help',
    'smtpd_soft_error_limit = 1\nsmtpd_hard_error_limit = 4',
    'message_size_limit = 100\nsoft_bounce = yes',
    'fast_flush_domains = gouv.bj\nsmtpd_etrn_restrictions = permit_mynetworks, reject',
    'smtpd_forbid_bare_newline = reject',
    ...['connection', 'message', 'recipient'].map((what) => `smtpd_client_${what}_rate_limit = 5`),
    'notify_classes = protocol, policy\nsmtpd_hard_error_limit = 6',
  ),
  client: fc.constantFrom({ address: '192.168.0.9' }, { address: '10.0.0.7' }),
  done: fc.constantFrom(
    ...([undefined, undefined, 'dead', { connections: 1, rate: 1 }] as const),
    ...([
      { connections: 51, rate: 1 },
      { connections: 1, rate: 9 },
    ] as const),
  ),
  notOpened: fc.nat(9).map((dice) => dice === 0),
  verdict: fc.constantFrom({}, {}, {}, { status: 'write' }, { status: 'toobig' }),
});
