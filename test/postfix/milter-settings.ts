/** Cases of slow milters, limits, and what main.cf says of milters. MILTER_README, postconf(5) milter_* */
import { type MilterScript, word } from '../support/scripted-milter.ts';
import { type MilterCase, WHOLE } from './milter-cases.ts';

const NONE: MilterScript = { rules: [] };
const ENVELOPE = ['MAIL FROM:<a@b.example>', 'RCPT TO:<ann@example.org>'];
const atEnd = (...send: readonly string[]): MilterScript => ({ rules: [{ on: 'E', send: [...send, 'c'] }] });
const LONG = 'A line of a body that becomes far longer than it was.\r\n'.repeat(900);

/** A second is the shortest time there is. */
const IMPATIENT = ['connect', 'command', 'content'].map((what) => `milter_${what}_timeout = 1s`);
const TOO_LONG_MS = 4000;

function slow(): Record<string, MilterCase> {
  const cases: Record<string, MilterCase> = {};
  for (const action of ['tempfail', 'accept'])
    for (const letter of ['O', 'C', 'M', 'R', 'L', 'E']) {
      const isEarly = 'OCMR'.includes(letter) && action === 'tempfail';
      const send = letter === 'O' ? [`O${word(6)}${word(0x1ff)}${word(0)}`] : ['c'];
      cases[`slow at ${letter}, ${action}`] = {
        script: { rules: [{ on: letter, send, pauseMs: TOO_LONG_MS }] },
        settings: [...IMPATIENT, `milter_default_action = ${action}`],
        lines: isEarly ? [...ENVELOPE, 'NOOP'] : WHOLE,
      };
    }
  return cases;
}

/** After a milter has refused the client, or its name. */
function afterwards(): Record<string, MilterCase> {
  const cases: Record<string, MilterCase> = {};
  const answers = {
    reject: 'r',
    tempfail: 't',
    reply: 'y550 5.7.7 not today\0',
    'later reply': 'y451 4.7.7 come back\0',
  };
  for (const [name, packet] of Object.entries(answers))
    for (const letter of ['C', 'H'])
      cases[`other commands after ${name} at ${letter}`] = {
        script: { rules: [{ on: letter, send: [packet] }] },
        lines: [
          'VRFY ann',
          'ETRN example.org',
          'NOOP',
          'AUTH PLAIN',
          'NONSENSE',
          'RSET',
          'EHLO again.example',
          ...ENVELOPE,
        ],
      };
  return cases;
}

const one = (...settings: readonly string[]): MilterCase => ({ script: NONE, settings });

/** Cases by their names. */
export const SETTINGS: Readonly<Record<string, MilterCase>> = {
  ...slow(),
  ...afterwards(),
  'it works for long, and says so': {
    script: { rules: [{ on: 'E', send: ['p', 'p', 'p', 'c'], pauseMs: 500 }] },
    settings: IMPATIENT,
  },
  'it says so before its time': {
    script: { rules: [{ on: 'M', send: ['p', 'c'] }] },
    lines: [...ENVELOPE, 'NOOP'],
  },
  quarantine: { script: atEnd('qbad smell\0') },
  'quarantine, and other changes': {
    script: atEnd('qbad smell\0', 'hX-New\0value\0', '+<bob@example.org>\0'),
  },
  'quarantine, and then no': { script: { rules: [{ on: 'E', send: ['qbad smell\0', 'r'] }] } },
  'the names of the daemon and its version': one(
    'milter_macro_daemon_name = mailer',
    'milter_macro_v = five',
  ),
  'other lists of macros': one(
    ...['milter_connect_macros = j, {daemon_name} {client_addr}', 'milter_helo_macros = v'],
    ...['milter_mail_macros = i {mail_addr} {mail_host}', 'milter_rcpt_macros = {rcpt_addr} {client_name}'],
    ...[
      'milter_data_macros = i j',
      'milter_end_of_header_macros = j {mail_addr} {mail_host} {rcpt_addr} {client_ptr} {daemon_addr} _ v {daemon_name} {client_name}',
    ],
    ...['milter_end_of_data_macros = i {client_addr}', 'milter_unknown_command_macros = j'],
  ),
  'a value for what has none': one(
    'milter_macro_defaults = auth_type=none, {auth_authen}=nobody, {mail_addr}=x',
  ),
  'the client is let off': one('smtpd_milter_maps = inline:{ 127.0.0.1=DISABLE }'),
  'the client gets another': one(
    ...[
      'smtpd_milters = inet:127.0.0.1:1',
      'smtpd_milter_maps = inline:{ { 127.0.0.1=inet:127.0.0.1:{PORT} } }',
    ],
  ),
  'another client is let off': one('smtpd_milter_maps = inline:{ 192.0.2.1=DISABLE }'),
  'a milter with settings of its own': {
    script: { rules: [{ on: 'M', send: ['c'], pauseMs: TOO_LONG_MS }] },
    settings: ['smtpd_milters = { inet:127.0.0.1:{PORT}, command_timeout=1s, default_action=accept }'],
  },
  'nobody there, by itself content with it': {
    ...one('smtpd_milters = { inet:127.0.0.1:1, default_action=accept }, inet:127.0.0.1:{PORT}'),
  },
  'an older protocol is asked for': one('milter_protocol = 3'),
  'protocol 4 is asked for': one('milter_protocol = 4'),
  'the oldest protocol is asked for': one('milter_protocol = 2'),
  ...Object.fromEntries(
    [50, 75, 90, 100, 110, 120, 130, 140, 160].map((percent) => [
      `a body of ${percent} % of the limit`,
      {
        script: atEnd(`b${LONG.slice(0, (20_000 * percent) / 100)}`),
        settings: ['message_size_limit = 20000'],
      },
    ]),
  ),
  'a body beyond the limit': {
    script: atEnd(`b${LONG.slice(0, 5000)}`),
    settings: ['message_size_limit = 2000'],
  },
  'headers beyond the limit': {
    script: atEnd(...Array.from({ length: 60 }, (_, at) => `hX-New-${at}\0${'v'.repeat(60)}\0`)),
    settings: ['message_size_limit = 2000'],
  },
};
