/** Restrictions about the form of names and addresses, and the obsolete ones. */
import { expect, test } from 'vitest';
import type { Profile } from '../config/profile.ts';
import { missingRelayControl } from './restriction-plan.ts';
import { judge, startCursor } from './restrictions.ts';
import { fakeResolution, openSession, talk, testSettings } from './test-session.ts';
import type { Judgement, Matter, PlanStep } from './verdict.ts';

const STEP: PlanStep = {
  ...{ type: 'list', parameter: 'smtpd_recipient_restrictions', fresh: true },
  ...{ what: 'Recipient address', name: 'r@x.example' },
};

function ask(rules: string, matter: Partial<Matter> = {}, mainCf = '', profile: Profile = '3.x'): Judgement {
  const settings = testSettings(`smtpd_recipient_restrictions = ${rules}\n${mainCf}`, profile);
  const client = { name: 'unknown', reverseName: 'unknown', address: '10.0.0.7', port: 1 };
  return judge(
    {
      ...{ settings, client, helo: '', etrn: '', sender: undefined, recipient: undefined },
      ...{ stage: 'rcpt', accepted: 0, pipelined: false, answers: new Map() },
      ...matter,
    },
    startCursor([STEP]),
  );
}

function said(judgement: Judgement): string {
  if (judgement.type !== 'refused') return judgement.type;
  const { code, enhanced, text } = judgement.refusal;
  return `${code} ${enhanced} ${text}`;
}

const party = (given: string) => ({ given, standard: given, resolution: undefined });

test.each([
  ['client.example', true, true],
  ['client.example.', true, true],
  ['client', true, false],
  ['192.0.2.1', true, false],
  ['0.1.2.3', false, false],
  ['client..example', false, false],
  ['-a.example', false, false],
  ['2001:db8::1', true, false],
])('postconf(5) reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname: %s', (helo, valid, full) => {
  const invalid = `501 5.5.2 <${helo}>: Helo command rejected: Invalid name`;
  const short = `504 5.5.2 <${helo}>: Helo command rejected: need fully-qualified hostname`;
  for (const rule of ['reject_invalid_helo_hostname', 'reject_invalid_hostname'])
    expect(said(ask(rule, { helo }))).toBe(valid ? 'accepted' : invalid);
  for (const rule of ['reject_non_fqdn_helo_hostname', 'reject_non_fqdn_hostname'])
    expect(said(ask(rule, { helo }))).toBe(full ? 'accepted' : short);
});

test('RFC 5321 §4.1.3: an address literal is a name for both', () => {
  for (const rule of ['reject_invalid_helo_hostname', 'reject_non_fqdn_helo_hostname']) {
    expect(said(ask(rule, { helo: '[192.0.2.1]' }))).toBe('accepted');
    expect(said(ask(rule, { helo: '[IPv6:2001:db8::1]' }))).toBe('accepted');
    const text = '501 5.5.2 <[192.0.2]>: Helo command rejected: invalid ip address';
    expect(said(ask(rule, { helo: '[192.0.2]' }))).toBe(text);
    expect(said(ask(rule))).toBe('accepted');
  }
});

test.each([
  ['a@b.example', true],
  ['a@[192.0.2.1]', true],
  ['', true],
  ['a', false],
  ['a@b', false],
  ['a@b_.example', true],
])('postconf(5) reject_non_fqdn_sender, reject_non_fqdn_recipient: <%s>', (given, full) => {
  for (const who of ['sender', 'recipient'] as const) {
    const what = who === 'sender' ? 'Sender' : 'Recipient';
    const text = `504 5.5.2 <${given}>: ${what} address rejected: need fully-qualified address`;
    expect(said(ask(`reject_non_fqdn_${who}`, { [who]: party(given) }))).toBe(full ? 'accepted' : text);
  }
});

test('postconf(5) …_reject_code: the codes are parameters', () => {
  const mainCf =
    'invalid_hostname_reject_code = 550\nnon_fqdn_reject_code = 551\nplaintext_reject_code = 530';
  expect(said(ask('reject_invalid_helo_hostname', { helo: '-' }, mainCf))).toMatch(/^550 /);
  expect(said(ask('reject_non_fqdn_helo_hostname', { helo: 'a' }, mainCf))).toMatch(/^551 /);
  expect(said(ask('reject_plaintext_session', {}, mainCf))).toBe('530 4.7.1 Session encryption is required');
});

test('postconf(5) reject_unknown_client_hostname: 4.7.25 in 3.x; a name without proof is no name', () => {
  const proof = (name: string, reverseName: string) => ({
    client: { name, reverseName, address: '10.0.0.7', port: 1 },
  });
  const text = 'Client host rejected: cannot find your hostname, [10.0.0.7]';
  for (const rule of ['reject_unknown_client_hostname', 'reject_unknown_client']) {
    expect(said(ask(rule, proof('unknown', 'a.example')))).toBe(`450 4.7.25 ${text}`);
    expect(said(ask(rule, proof('unknown', 'a.example'), '', '2.3'))).toBe(`450 4.7.1 ${text}`);
    expect(said(ask(rule, proof('a.example', 'a.example')))).toBe('accepted');
  }
  const reverse = 'reject_unknown_reverse_client_hostname';
  expect(said(ask(reverse, proof('unknown', 'a.example')))).toBe('accepted');
  expect(said(ask(reverse))).toContain('450 4.7.1 Client host rejected: cannot find your reverse hostname');
});

test('RFC 2920 §3.1: reject_unauth_pipelining refuses who spoke too early', () => {
  expect(said(ask('reject_unauth_pipelining', { pipelined: true }))).toMatch(/^503 5\.5\.0 .*pipelining$/);
  expect(said(ask('reject_unauth_pipelining'))).toBe('accepted');
  const mainCf = 'smtpd_data_restrictions = reject_unauth_pipelining';
  const session = openSession({ mainCf, profile: '2.3' });
  talk(session, 'EHLO h', 'MAIL FROM:<>', 'RCPT TO:<ann>');
  expect(session.send('DATA\r\nNOOP\r\n')).toContain('503 5.5.0 <DATA>: Data command rejected: Improper use');
});

test.each([
  ['rcpt', 0, 'accepted'],
  ['rcpt', 1, '550'],
  ['vrfy', 1, 'accepted'],
  ['data', 1, 'accepted'],
  ['data', 2, '550'],
  ['endOfData', 2, '550'],
] as const)(
  'postconf(5) reject_multi_recipient_bounce: at %s after %d recipients',
  (stage, accepted, wanted) => {
    const rule = 'reject_multi_recipient_bounce';
    expect(said(ask(rule, { stage, accepted, sender: party('') })).split(' ')[0]).toBe(wanted);
    expect(said(ask(rule, { stage, accepted, sender: party('a@b.example') }))).toBe('accepted');
  },
);

test('postconf(5) permit_naked_ip_address, check_relay_domains: they work, with a warning', () => {
  const naked = ask('permit_naked_ip_address, reject', { helo: '192.0.2.1' });
  expect(naked).toMatchObject({ type: 'accepted', remarks: [{ type: 'warning' }] });
  expect(said(ask('permit_naked_ip_address, reject', { helo: 'h' }))).toMatch(/^554 /);
  const to = (given: string) => ({
    recipient: { ...party(given), resolution: fakeResolution(testSettings(), given) },
  });
  const relay = ask('check_relay_domains, defer', to('a@relay.example'));
  expect(relay).toMatchObject({ type: 'accepted', remarks: [{ type: 'warning' }] });
  expect(said(ask('check_relay_domains', to('a@b.example')))).toBe(
    '554 5.7.1 <a@b.example>: Recipient address rejected: Relay access denied',
  );
  expect(said(ask('check_relay_domains', to('a@b.example'), 'relay_domains = unknown'))).toBe('accepted');
});

test('SMTPD_ACCESS_README: classes in classes, with OK, warn_if_reject and a pause in them', () => {
  const mainCf = [
    'smtpd_restriction_classes = one, two, Three',
    'one = two, reject',
    'two = warn_if_reject reject, warn_if_reject',
    'Three = sleep 1, defer',
  ].join('\n');
  expect(ask('one', {}, mainCf)).toMatchObject({
    ...{ refusal: { code: 554, because: { rule: 'reject', classes: ['one'] } } },
    remarks: [{ type: 'rejectWarning', refusal: { because: { classes: ['one', 'two'] } } }],
  });
  expect(said(ask('warn_if_reject one, defer', {}, mainCf))).toMatch(/^450 /);
  expect(ask('three', {}, mainCf)).toMatchObject({ refusal: { code: 451 } });
  expect(ask('Three', {}, mainCf)).toMatchObject({ type: 'pause', cursor: { frames: { length: 2 } } });
});

test('SMTPD_ACCESS_README: a class that leads back to itself ends; one without rules is no configuration', () => {
  const loop = ask('loop', {}, 'smtpd_restriction_classes = loop\nloop = loop');
  expect(loop).toMatchObject({ refusal: { code: 451, enhanced: '4.3.5' } });
  const undefinedClass = testSettings('smtpd_restriction_classes = nothing');
  expect(missingRelayControl(undefinedClass)).toBe("restriction class `nothing' needs a definition");
});

test('SMTPD_ACCESS_README: relay control in a class is relay control', () => {
  const inside = 'smtpd_restriction_classes = one\nsmtpd_relay_restrictions = one\none =';
  expect(missingRelayControl(testSettings(`${inside} reject_unauth_destination`))).toBeUndefined();
  expect(missingRelayControl(testSettings(`${inside} permit_mynetworks`))).toContain('specify at least one');
  expect(missingRelayControl(testSettings(`${inside} one`))).toContain('specify at least one');
});
