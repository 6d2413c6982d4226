/**
 * generate-restrictions - sessions with servers whose restriction lists, classes and tables are random.
 *
 * A seed is a configuration and a session with it, for ever. All tables are inline, so that they stand in the
 * settings. smtpd_* parameters only: then the oracle needs one smtpd for each, and nothing else. Not here,
 * because they differ: reject_unlisted_sender (core/smtpd/restrictions.ts) and REDIRECT of several recipients
 * (core/qmgr/activate.ts).
 */
import { createDice } from '#sim';
import { type Chance, happens, pick } from './chance.ts';
import type { Dialogue, Step } from './dialogue.ts';

const KEYS = [
  ...['alice@client.example', 'client.example', 'example', 'alice@', '<>', 'ann@example.org', 'example.org'],
  ...['ann+x@example.org', 'bob@', 'org', 'relay.example', 'elsewhere.example', '127.0.0.1', '127.0', '127'],
  ...['unknown', '[127.0.0.1]', 'bare', 'a.b.example', '.client.example'],
];
const VALUES = [
  ...['OK', 'RELAY', '42', 'DUNNO', 'REJECT', 'REJECT go away', 'REJECT 5.1.1 odd', 'DEFER', 'DEFER later'],
  ...['450 4.1.2 wait', '550 5.1.7 no', '554', '521 5.2.1', 'DEFER_IF_PERMIT', 'DEFER_IF_REJECT 4.1.8 x'],
  ...['WARN see', 'INFO x', 'permit', 'reject', 'warn_if_reject reject', 'smtpd_one', 'nonsense', 'hash:/x'],
  ...['HOLD', 'DISCARD', 'FILTER local:x', 'FILTER', 'PREPEND X-Y: z', 'PREPEND'],
  ...['BCC bob@example.org', 'permit_auth_destination defer', 'reject_non_fqdn_sender', 'smtpd_two, reject'],
];
const PLAIN = [
  ...['permit', 'reject', 'defer', 'defer_if_permit', 'defer_if_reject', 'warn_if_reject', 'warn_if_reject'],
  ...['permit_mynetworks', 'permit_inet_interfaces', 'permit_auth_destination', 'reject_unauth_destination'],
  ...[
    'defer_unauth_destination',
    'check_relay_domains',
    'permit_naked_ip_address',
    'reject_plaintext_session',
  ],
  ...['reject_invalid_helo_hostname', 'reject_non_fqdn_helo_hostname', 'reject_invalid_hostname'],
  ...['reject_non_fqdn_sender', 'reject_non_fqdn_recipient', 'reject_unlisted_recipient'],
  ...['reject_unknown_client', 'reject_unknown_reverse_client_hostname'],
  ...[
    'reject_multi_recipient_bounce',
    'reject_unauth_pipelining',
    'check_client_access',
    'Reject',
    'nonsense',
  ],
];
const CHECKS = ['client', 'helo', 'sender', 'sender', 'recipient', 'recipient', 'etrn'];
const STAGES = ['client', 'helo', 'sender', 'recipient', 'relay', 'data', 'end_of_data', 'etrn'];

function table(chance: Chance): string {
  const keys = new Set(Array.from({ length: 1 + chance.dice.below(4) }, () => pick(chance, KEYS)));
  return `inline:{${[...keys].map((key) => `{${key} = ${pick(chance, VALUES)}}`).join(', ')}}`;
}

/** A rule; `classes` are those that may be named here, so that none leads back to itself. */
function rule(chance: Chance, classes: readonly string[]): string {
  if (happens(chance, 45)) return `check_${pick(chance, CHECKS)}_access ${table(chance)}`;
  if (happens(chance, 10)) return table(chance);
  if (classes.length > 0 && happens(chance, 20)) return pick(chance, classes);
  return pick(chance, PLAIN);
}

function list(chance: Chance, classes: readonly string[]): string {
  return Array.from({ length: 1 + chance.dice.below(3) }, () => rule(chance, classes)).join(', ');
}

function settings(chance: Chance): readonly string[] {
  const lines = [
    ...['smtpd_restriction_classes = smtpd_one, smtpd_two', `smtpd_two = ${list(chance, [])}`],
    ...[`smtpd_one = ${list(chance, ['smtpd_two'])}`, 'smtpd_forbid_unauth_pipelining = no'],
  ];
  for (const stage of STAGES) {
    if (!happens(chance, stage === 'relay' || stage === 'client' ? 20 : 40)) continue;
    const rules = list(chance, ['smtpd_one', 'smtpd_two']);
    // Without relay control Postfix would not start.
    const safe = stage === 'relay' ? 'reject_unauth_destination, ' : '';
    lines.push(`smtpd_${stage}_restrictions = ${safe}${rules}`);
  }
  if (happens(chance, 20)) lines.push('smtpd_delay_reject = no');
  if (happens(chance, 20)) lines.push('smtpd_reject_unlisted_sender = yes');
  if (happens(chance, 20)) lines.push('smtpd_null_access_lookup_key = bare');
  return lines;
}

const HELLOS = [
  'HELO client.example',
  'EHLO client.example',
  'HELO bare',
  'EHLO [127.0.0.1]',
  'HELO 127.0.0.1',
];
const SENDERS = [
  ...['alice@client.example', 'alice@client.example', 'x@a.b.example', '', 'alice', 'nobody@example.org'],
];
const RECIPIENTS = [
  ...['ann@example.org', 'ann@example.org', 'bob@example.org', 'ann+x@example.org', 'nobody@example.org'],
  ...[
    'a@elsewhere.example',
    'a%b@relay.example',
    'a@relay.example',
    'bob',
    'postmaster',
    'postmaster@localhost',
  ],
];
const OTHERS = ['ETRN relay.example', 'ETRN bare', 'RSET', 'NOOP'];
/** After MAIL: before it VRFY differs (core/smtpd/restriction-plan.ts). */
const WITHIN = ['VRFY ann', 'VRFY nobody@example.org', 'ETRN bare', 'NOOP'];

const send = (bytes: string): Step => ({ type: 'send', bytes, split: false });

function transaction(chance: Chance): readonly Step[] {
  const rcpt = (): string => `RCPT TO:<${pick(chance, RECIPIENTS)}>\r\n`;
  const lines = [`MAIL FROM:<${pick(chance, SENDERS)}>\r\n`];
  for (let left = 1 + chance.dice.below(3); left > 0; left -= 1) lines.push(rcpt());
  if (happens(chance, 25)) lines.splice(1 + chance.dice.below(2), 0, `${pick(chance, WITHIN)}\r\n`);
  const together = happens(chance, 15);
  const steps = together ? [send(`${lines.join('')}DATA\r\n`)] : [...lines, 'DATA\r\n'].map(send);
  // A message that was refused keeps its sender in Postfix: `after a refusal at the end of the text`.
  return [...steps, send('Subject: x\r\n\r\ntext\r\n.\r\n'), send('RSET\r\n')];
}

/** A configuration and a session from a seed, without what the server says. */
export function generateRestrictions(seed: number): Dialogue {
  const chance: Chance = { dice: createDice(seed), faults: 0 };
  const steps = [send(`${pick(chance, HELLOS)}\r\n`)];
  const lines = settings(chance);
  for (let left = 1 + chance.dice.below(2); left > 0; left -= 1) {
    if (happens(chance, 30)) steps.push(send(`${pick(chance, OTHERS)}\r\n`));
    steps.push(...transaction(chance));
    if (happens(chance, 30)) steps.push(send(`${pick(chance, HELLOS)}\r\n`));
  }
  steps.push(send('QUIT\r\n'));
  return { name: `restrictions, seed ${seed}`, profile: '3.x', settings: lines, steps };
}
