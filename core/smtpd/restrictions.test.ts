/** The algebra of restriction lists, and in which order they are read. */
import { expect, test } from 'vitest';
import { replyOf } from './judge.ts';
import { missingRelayControl, planOf } from './restriction-plan.ts';
import { judge, startCursor } from './restrictions.ts';
import { fakeResolution, openSession, talk, testSettings } from './test-session.ts';
import type { Matter, PlanStep } from './verdict.ts';

const LIST: PlanStep = {
  ...{ type: 'list', parameter: 'smtpd_recipient_restrictions', fresh: true },
  ...{ what: 'Recipient address', name: 'x@y.example' },
};
const SETTLE: PlanStep = { type: 'settle' };

function matter(list: string, recipient = 'x@y.example', mainCf = ''): Matter {
  const settings = testSettings(`smtpd_recipient_restrictions = ${list}\n${mainCf}`);
  const resolution = fakeResolution(settings, recipient);
  const client = { name: 'unknown', reverseName: 'unknown', address: '10.0.0.7', port: 1 };
  return {
    settings,
    client,
    helo: 'h',
    sender: undefined,
    ...{ etrn: '', stage: 'rcpt', accepted: 0, pipelined: false, answers: new Map() },
    recipient: { given: recipient, standard: recipient, resolution },
  };
}

function verdict(list: string, recipient?: string, mainCf?: string): string {
  const judgement = judge(matter(list, recipient, mainCf), startCursor([LIST, SETTLE]));
  return judgement.type === 'refused'
    ? `${judgement.refusal.code} ${judgement.refusal.because.rule}`
    : judgement.type;
}

test.each([
  ['', 'accepted'],
  ['permit', 'accepted'],
  ['permit, reject', 'accepted'],
  ['reject', '554 reject'],
  ['defer', '450 defer'],
  ['REJECT', '554 reject'],
  ['warn_if_reject reject', 'accepted'],
  ['warn_if_reject, reject, defer', '450 defer'],
  ['warn_if_reject permit, reject', 'accepted'],
  // A configuration error is no refusal: it cannot be turned into a warning.
  ['warn_if_reject bogus', '451 bogus'],
  ['bogus, permit', '451 bogus'],
  ['check_client_access hash:/x', '451 check_client_access'],
  ['defer_if_permit', '450 defer_if_permit'],
  ['defer_if_permit, permit', '450 defer_if_permit'],
  ['defer_if_permit, reject', '554 reject'],
  ['defer_if_reject', 'accepted'],
  ['defer_if_reject, reject', '450 defer_if_reject'],
  ['defer_if_reject, defer', '450 defer'],
  ['defer_if_reject, warn_if_reject reject, reject', '450 defer_if_reject'],
  ['defer_if_permit, defer_if_reject, reject', '450 defer_if_permit'],
  ['sleep', '451 sleep'],
  ['sleep x', '451 sleep'],
  ['permit_mynetworks, permit_inet_interfaces, permit_sasl_authenticated', 'accepted'],
  ['reject_unauth_destination', '554 reject_unauth_destination'],
  ['defer_unauth_destination', '454 defer_unauth_destination'],
  ['permit_auth_destination, reject', '554 reject'],
  ['permit_tls_clientcerts, reject_unlisted_sender, reject_unlisted_recipient', 'accepted'],
])('postconf(5) smtpd_recipient_restrictions: %s', (list, wanted) => {
  expect(verdict(list)).toBe(wanted);
});

test.each([
  ['ann@gouv.bj', 'accepted'],
  ['a@relay.example', 'accepted'],
  ['a%b@relay.example', '554 reject_unauth_destination'],
  ['a@lookup.example', '451 reject_unauth_destination'],
])('postconf(5) reject_unauth_destination: %s', (recipient, wanted) => {
  expect(verdict('reject_unauth_destination', recipient)).toBe(wanted);
});

test('postconf(5) allow_untrusted_routing: a source route is followed for everybody', () => {
  expect(verdict('reject_unauth_destination', 'a%b@relay.example', 'allow_untrusted_routing = yes')).toBe(
    'accepted',
  );
});

test('postconf(5) sleep: the run stands still as plain data, and goes on where it stood', () => {
  const asked = matter('sleep 3, warn_if_reject reject, defer');
  const first = judge(asked, startCursor([LIST]));
  if (first.type !== 'pause') throw new Error('no pause');
  expect(first.afterMs).toBe(3000);
  const second = judge(asked, structuredClone(first.cursor));
  expect(second).toMatchObject({
    type: 'refused',
    refusal: { code: 450 },
    remarks: [{ type: 'rejectWarning' }],
  });
});

test('postconf(5) sleep: the client waits', () => {
  const session = openSession({ mainCf: 'smtpd_client_restrictions = sleep 2' });
  talk(session, 'MAIL FROM:<>');
  expect(session.say('RCPT TO:<ann>')).toBe('');
  expect(session.wait(1999)).toBe('');
  expect(session.wait(1)).toBe('250 2.1.5 Ok\r\n');
});

test('SMTPD_ACCESS_README: what is written behind a rule that always decides is named', () => {
  const { remarks } = judge(matter('permit, reject'), startCursor([LIST]));
  expect(remarks).toEqual([
    {
      ...{ type: 'warning', text: "restriction `reject' after `permit' is ignored" },
      because: { rule: 'permit', parameter: 'smtpd_recipient_restrictions', position: 1 },
    },
  ]);
});

function parameters(
  stage: 'rcpt' | 'vrfy' | 'etrn' | 'data' | 'mail',
  mainCf = '',
  profile: '2.3' | '3.x' = '3.x',
) {
  const settings = testSettings(mainCf, profile);
  const party = { given: 'a@b.example', standard: 'a@b.example', resolution: undefined };
  const client = { name: 'unknown', reverseName: 'unknown', address: '10.0.0.7', port: 1 };
  const session = { etrn: '', stage, accepted: 0, pipelined: false, answers: new Map() };
  const plan = planOf({ settings, client, helo: 'h', sender: party, recipient: party, ...session });
  return plan.map((step) =>
    step.type === 'list' ? step.parameter.replace(/^smtpd_|_restrictions$/g, '') : step.type,
  );
}

test('postconf(5) smtpd_delay_reject: the lists of all stages are read for each recipient', () => {
  expect(parameters('rcpt')).toEqual([
    ...['client', 'helo', 'sender', 'relay', 'recipient', 'settle', 'unlisted'],
  ]);
  expect(parameters('rcpt', '', '2.3')).toEqual([
    'client',
    'helo',
    'sender',
    'recipient',
    'settle',
    'unlisted',
  ]);
  expect(parameters('rcpt', 'smtpd_delay_reject = no')).toEqual(['relay', 'recipient', 'settle', 'unlisted']);
  expect(parameters('etrn')).toEqual(['client', 'helo', 'etrn', 'settle']);
  expect(parameters('data')).toEqual(['data', 'settle']);
});

test('postconf(5) smtpd_relay_before_recipient_restrictions, smtpd_reject_unlisted_…', () => {
  const mainCf =
    'smtpd_relay_before_recipient_restrictions = no\nsmtpd_reject_unlisted_recipient = no\n' +
    'smtpd_reject_unlisted_sender = yes';
  expect(parameters('rcpt', mainCf)).toEqual([
    ...['client', 'helo', 'sender', 'unlisted', 'recipient', 'relay', 'settle'],
  ]);
});

test('RFC 5321 §4.5.1: mail to postmaster passes all lists', () => {
  const session = openSession({ mainCf: 'smtpd_client_restrictions = reject' });
  expect(talk(session, 'MAIL FROM:<>', 'RCPT TO:<Postmaster>')).toBe('250 2.1.5 Ok\r\n');
  expect(session.say('RCPT TO:<postmaster@gouv.bj>')).toContain('554 5.7.1');
});

test('postconf(5) warn_if_reject: the refusal is logged as a warning', () => {
  const session = openSession({ mainCf: 'smtpd_sender_restrictions = warn_if_reject reject' });
  expect(talk(session, 'HELO h', 'MAIL FROM:<a@b.example>', 'RCPT TO:<ann>')).toBe('250 2.1.5 Ok\r\n');
  expect(session.logs[1]).toBe(
    'NOQUEUE: reject_warning: RCPT from unknown[10.0.0.7]: 554 5.7.1 <a@b.example>: Sender address rejected: ' +
      'Access denied; from=<a@b.example> to=<ann> proto=SMTP helo=<h>',
  );
});

test('postconf(5) defer_if_permit: with smtpd_delay_reject = no it is remembered for the recipient', () => {
  const mainCf = 'smtpd_delay_reject = no\nsmtpd_client_restrictions = defer_if_permit';
  const session = openSession({ mainCf });
  talk(session, 'HELO h', 'MAIL FROM:<>');
  expect(session.say('RCPT TO:<ann>')).toContain(
    '450 4.7.0 <unknown[10.0.0.7]>: Client host rejected: defer_if_permit',
  );
});

const because = { rule: 'reject', parameter: 'x' };

test('smtpd(8): code and status agree; a code that is no refusal becomes one', () => {
  const settings = testSettings();
  expect(replyOf(settings, { code: 450, enhanced: '5.7.1', text: 'x', because })).toMatchObject({
    enhanced: '4.7.1',
  });
  expect(replyOf(settings, { code: 250, enhanced: '5.7.1', text: 'x', because })).toEqual({
    ...{ code: 450, enhanced: '4.7.1', text: 'Service unavailable', because },
  });
  const long = replyOf(settings, { code: 554, enhanced: '5.7.1', text: `\t${'x'.repeat(600)}`, because });
  expect(`554 5.7.1 ${String(long.text)}`).toMatch(/^554 5\.7\.1 {2}x+$/);
  expect(`554 5.7.1 ${String(long.text)}`).toHaveLength(510);
});

test.each([
  ['reject_unauth_destination', true],
  ['permit_mynetworks, defer', true],
  ['permit, reject', false],
  ['warn_if_reject reject', false],
  ['permit_mynetworks', false],
])('SMTPD_ACCESS_README: does "%s" refuse anything?', (list, safe) => {
  const settings = testSettings(`smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = ${list}`);
  expect(missingRelayControl(settings) === undefined).toBe(safe);
});
