/** Restrictions that ask the DNS, with one zone file: in simulated time, on our server, with Postfix. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DnsServer, startDnsServer } from '../support/dns-server.ts';
import { canMount, testWithOracle } from '../support/oracles.ts';
import { type Dialogue, parseDialogue } from './dialogue.ts';
import { FAILING, ZONE } from './dns-zone.ts';
import { expected } from './played.ts';
import { startPostfix } from './postfix.ts';
import { playOnServer } from './server.ts';
import { playOnSimulator } from './simulator.ts';

/** Where Postfix asks: resolv.conf(5) knows no other port. */
const FOR_POSTFIX = { address: '127.0.0.77', port: 53 };

/** A session that says hello by a name and sends from an address, and what is answered to a recipient. */
function session(settings: readonly string[], ...steps: readonly string[]): string {
  const head = settings.map((setting) => `# settings: ${setting}\n`).join('');
  return `${head}S: 220 mail.example.org ESMTP Postfix\n${steps.join('')}C: QUIT\nS: 221 2.0.0 Bye\nS-close:\n`;
}

const helo = (name: string, reply?: string): string =>
  `C: HELO ${name}\nS: 250 mail.example.org\n${reply === undefined ? '' : mail('a@b.example') + rcpt(reply) + RSET}`;
const mail = (from: string): string => `C: MAIL FROM:<${from}>\nS: 250 2.1.0 Ok\n`;
const rcpt = (reply: string, to = 'ann@example.org'): string => `C: RCPT TO:<${to}>\nS: ${reply}\n`;
const RSET = 'C: RSET\nS: 250 2.0.0 Ok\n';
const from = (address: string, reply: string, to?: string): string => mail(address) + rcpt(reply, to) + RSET;

const OK = '250 2.1.5 Ok';
const RELAYS = 'smtpd_relay_restrictions = check_client_access inline:{127.0.0.1=OK}, reject';
const heloRefused = (name: string): string => `450 4.7.1 <${name}>: Helo command rejected: Host not found`;
const senderRefused = (name: string): string =>
  `450 4.1.8 <${name}>: Sender address rejected: Domain not found`;
const blocked = (code: string, what: string, list: string, reason = ''): string =>
  `${code} Service unavailable; ${what} blocked using ${list}${reason}`;
const CLIENT = blocked(
  '554 5.7.1',
  'Client host [127.0.0.1]',
  'bl.example',
  '; listed, $rbl_code see http://bl.example/',
);

const TEXTS: Readonly<Record<string, string>> = {
  reject_unknown_helo_hostname: session(
    ['smtpd_helo_restrictions = reject_unknown_helo_hostname'],
    helo('mail.good.example', OK),
    helo('chain.good.example', OK),
    helo('v6.good.example', OK),
    helo('null.good.example', OK),
    helo('many.good.example', OK),
    helo('text.good.example', heloRefused('text.good.example')),
    helo('a.good.example', heloRefused('a.good.example')),
    helo('a.broken.example', heloRefused('a.broken.example')),
    helo('192.0.2.1', heloRefused('192.0.2.1')),
  ),
  unknown_helo_hostname_tempfail_action: session(
    ['smtpd_helo_restrictions = reject_unknown_hostname, reject', 'reject_tempfail_action = defer_if_permit'],
    helo('a.broken.example', '554 5.7.1 <a.broken.example>: Helo command rejected: Access denied'),
  ),
  'unknown_helo_hostname_tempfail_action = defer': session(
    ['smtpd_helo_restrictions = reject_unknown_hostname, reject', 'reject_tempfail_action = defer'],
    helo('a.broken.example', heloRefused('a.broken.example')),
  ),
  reject_unknown_sender_domain: session(
    ['unknown_address_reject_code = 550', 'smtpd_sender_restrictions = reject_unknown_sender_domain'],
    helo('h'),
    from('a@good.example', OK),
    from('a@only-a.good.example', OK),
    from('a@v6.good.example', OK),
    from('a@alias.good.example', OK),
    from('a@example.org', OK),
    from('a@[192.0.2.1]', OK),
    from('', OK),
    from('a@text.good.example', '550 5.1.8 <a@text.good.example>: Sender address rejected: Domain not found'),
    from('a@nowhere.example', '550 5.1.8 <a@nowhere.example>: Sender address rejected: Domain not found'),
    from('a@broken.example', senderRefused('a@broken.example')),
    from(
      'a@null.good.example',
      '550 5.7.27 <a@null.good.example>: Sender address rejected: Domain null.good.example does not accept mail (nullMX)',
    ),
  ),
  reject_unknown_recipient_domain: session(
    ['smtpd_recipient_restrictions = reject_unknown_recipient_domain', RELAYS],
    helo('h'),
    from('a@b.example', OK),
    from(
      'a@b.example',
      '550 5.1.2 <a@good.example>: Recipient address rejected: nothing leaves this machine',
      'a@good.example',
    ),
    from(
      'a@b.example',
      '450 4.1.2 <a@nowhere.example>: Recipient address rejected: Domain not found',
      'a@nowhere.example',
    ),
    from(
      'a@b.example',
      '556 5.1.10 <a@null.good.example>: Recipient address rejected: Domain null.good.example does not accept mail (nullMX)',
      'a@null.good.example',
    ),
  ),
  reject_rbl_client: session(['smtpd_client_restrictions = reject_rbl_client bl.example'], helo('h', CLIENT)),
  'reject_rbl_client with filters': session(
    [
      'smtpd_client_restrictions = reject_rbl_client nothing.example, reject_rbl_client broken.example, ' +
        'reject_rbl_client bl.example=127.0.0.3, reject_rbl_client bl.example=127.0.0.[4..9;1]',
      'smtpd_helo_restrictions = reject_rbl bl.example=127.0.0.[1..3]',
      'maps_rbl_reject_code = 450',
    ],
    helo('h', CLIENT.replace('554 5', '450 4')),
  ),
  reject_rhsbl: session(
    [
      'smtpd_helo_restrictions = reject_rhsbl_helo bl.example',
      'smtpd_sender_restrictions = reject_rhsbl_sender bl.example',
      'smtpd_recipient_restrictions = reject_rhsbl_recipient bl.example, reject_rhsbl_client bl.example, ' +
        'reject_rhsbl_reverse_client bl.example',
      RELAYS,
    ],
    helo('bad.example', blocked('554 5.7.1', 'Helo command [bad.example]', 'bl.example', '; one / two')),
    helo('h'),
    from(
      'a@bad.example',
      blocked('554 5.7.1', 'Sender address [a@bad.example]', 'bl.example', '; one / two'),
    ),
    from('a@mute.example', blocked('554 5.7.1', 'Sender address [a@mute.example]', 'bl.example')),
    from(
      'a@good.example',
      blocked('554 5.7.1', 'Recipient address [a@mute.example]', 'bl.example'),
      'a@mute.example',
    ),
    from('a@good.example', OK),
    from('a@[127.0.0.1]', OK),
  ),
  default_rbl_reply: session(
    [
      'default_rbl_reply = $rbl_code 5.1.3 no $client_address ${rbl_reason?{for $rbl_reason}:{unsaid}} $helo_name $sender_domain $recipient_name $$',
      'smtpd_sender_restrictions = reject_rhsbl_sender bl.example',
    ],
    helo('h'),
    from('a@bad.example', '554 5.1.7 no 127.0.0.1 for one / two h bad.example ann $'),
    from('a@mute.example', '554 5.1.7 no 127.0.0.1 unsaid h mute.example ann $'),
  ),
  'default_rbl_reply without a code': session(
    ['default_rbl_reply = go away', 'smtpd_client_restrictions = reject_rbl_client bl.example'],
    helo('h', '450 4.7.1 Service unavailable'),
  ),
  rbl_reply_maps: session(
    [
      'rbl_reply_maps = inline:{ { bl.example = 554 4.7.9 own $$rbl_class $$rbl_what } }',
      'smtpd_client_restrictions = reject_rbl_client bl.example',
    ],
    helo('h', '554 5.7.9 own Client host 127.0.0.1'),
  ),
  'check_mx_access and its kin': session(
    [
      'smtpd_helo_restrictions = check_helo_a_access inline:{192.0.2.10=REJECT}',
      'smtpd_sender_restrictions = check_sender_mx_access inline:{ { mail.good.example = 550 no mx }, { 127 = REJECT self }, { 192.0.2.11 = REJECT } }, check_sender_ns_access inline:{ { ns.good.example = DEFER } }, check_sender_a_access inline:{ { 2001:db8 = REJECT }, { 192.0.2.53 = OK } }',
      'smtpd_recipient_restrictions = check_recipient_mx_access inline:{ { good.example = REJECT } }, reject_unauth_destination',
      RELAYS,
    ],
    helo('alias.good.example', '554 5.7.1 <alias.good.example>: Helo command rejected: Access denied'),
    helo('[192.0.2.10]', '554 5.7.1 <[192.0.2.10]>: Helo command rejected: Access denied'),
    helo('h'),
    from('a@good.example', '550 5.7.1 <a@good.example>: Sender address rejected: no mx'),
    from('a@self.good.example', '554 5.7.1 <a@self.good.example>: Sender address rejected: self'),
    from(
      'a@only-a.good.example',
      '554 5.7.1 <a@only-a.good.example>: Sender address rejected: Access denied',
    ),
    from('a@[127.0.0.1]', '554 5.7.1 <a@[127.0.0.1]>: Sender address rejected: self'),
    from('a@v6.good.example', '450 4.7.1 <a@v6.good.example>: Sender address rejected: Access denied'),
    from(
      'a@deep.text.good.example',
      '450 4.7.1 <a@deep.text.good.example>: Sender address rejected: Access denied',
    ),
    from('a@nowhere.example', OK),
    from('a@broken.example', OK),
    from(
      'a@b.example',
      '554 5.7.1 <a@good.example>: Recipient address rejected: Access denied',
      'a@good.example',
    ),
  ),
  'check_sender_mx_access that says OK': session(
    ['smtpd_sender_restrictions = check_sender_mx_access inline:{mail.good.example=OK}'],
    helo('h'),
    from('a@good.example', '451 4.3.5 Server configuration error'),
  ),
  permit_dnswl_client: session(
    ['smtpd_client_restrictions = permit_dnswl_client wl.example=127.0.9.1, reject', RELAYS],
    helo('h', OK),
    from(
      'a@b.example',
      '554 5.7.1 <unknown[127.0.0.1]>: Client host rejected: Access denied',
      'a@good.example',
    ),
  ),
  'permit_dnswl_client that fails': session(
    [
      'smtpd_client_restrictions = permit_dnswl_client broken.example, permit_rhswl_client wl.example, reject',
    ],
    helo('h', '450 4.7.1 <127.0.0.1>: Client host rejected: Service unavailable'),
  ),
};

const dialogues: readonly Dialogue[] = Object.entries(TEXTS).flatMap(([name, text]) =>
  parseDialogue(name, `# profile: 3.x\n${text}`),
);

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer(ZONE, FAILING);
});
afterAll(() => server.close());

test('RFC 1035 §3.7: what rules learn of names decides, in simulated time and on our server', async () => {
  const asking = dialogues.map((dialogue) => ({
    ...dialogue,
    settings: [...dialogue.settings, `resolver_address = 127.0.0.1:${server.port}`],
  }));
  const played = await playOnServer(asking);
  // A list of mail exchangers that no datagram holds.
  expect(new Set(server.heard)).toEqual(new Set(['UDP', 'TCP']));
  for (const [at, dialogue] of dialogues.entries()) {
    const simulated = playOnSimulator(dialogue, { zones: { '/etc/zone': ZONE }, failingNames: FAILING });
    expect.soft(simulated.said, dialogue.name).toEqual(expected(dialogue));
    expect.soft(played[at]?.said, dialogue.name).toEqual(expected(dialogue));
  }
});

const compare = canMount ? testWithOracle('postfix') : () => undefined;
compare(
  'RFC 1035 §3.7: Postfix says the same when it asks the same name server',
  async () => {
    const theirs = await startDnsServer(ZONE, FAILING, FOR_POSTFIX);
    try {
      const instance = await startPostfix(dialogues, FOR_POSTFIX.address);
      try {
        const played = await instance.play(dialogues);
        for (const [at, dialogue] of dialogues.entries())
          expect.soft(played[at]?.said, dialogue.name).toEqual(expected(dialogue));
      } finally {
        instance.stop();
      }
    } finally {
      await theirs.close();
    }
  },
  60_000,
);
