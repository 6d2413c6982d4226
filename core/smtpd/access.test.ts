/** check_…_access: what is looked up, under which keys, and what the entry does. */
import { expect, test } from 'vitest';
import type { Profile } from '../config/profile.ts';
import { judge, startCursor } from './restrictions.ts';
import { fakeResolution, openSession, talk, testSettings } from './test-session.ts';
import type { Judgement, Matter, PlanStep } from './verdict.ts';

interface Asked {
  readonly client?: { readonly name: string; readonly reverseName?: string; readonly address: string };
  readonly helo?: string;
  readonly sender?: string;
  readonly recipient?: string;
  readonly etrn?: string;
  readonly list?: string;
  readonly mainCf?: string;
  readonly profile?: Profile;
}

function ask(rules: string, asked: Asked = {}): Judgement {
  const { list = 'recipient', mainCf = '', profile = '3.x', helo = '', etrn = '' } = asked;
  const parameter = `smtpd_${list}_restrictions`;
  const settings = testSettings(`${parameter} = ${rules}\n${mainCf}`, profile);
  const party = (given: string) => {
    return { given, standard: given, resolution: given === '' ? undefined : fakeResolution(settings, given) };
  };
  const { name = 'host.client.example', address = '192.0.2.17' } = asked.client ?? {};
  const { reverseName = name } = asked.client ?? {};
  const matter: Matter = {
    ...{ settings, client: { name, address, reverseName, port: 1 }, helo, etrn },
    sender: party(asked.sender ?? 'ann@gouv.bj'),
    recipient: party(asked.recipient ?? 'bob@gouv.bj'),
    ...{ stage: 'rcpt', accepted: 0, pipelined: false, answers: new Map() },
  };
  const step: PlanStep = { type: 'list', parameter, fresh: true, what: 'Recipient address', name: 'r@x' };
  return judge(matter, startCursor([step, { type: 'settle' }]));
}

/** `554 key` of a refusal, or what else came of it. */
function found(rules: string, asked: Asked = {}): string {
  const judgement = ask(rules, asked);
  if (judgement.type !== 'refused') return judgement.type;
  return `${judgement.refusal.code} ${judgement.refusal.because.key ?? ''}`;
}

const table = (key: string): string => `inline:{{${key} = REJECT}}`;

test.each([
  ['host.client.example', '554 host.client.example'],
  ['client.example', '554 client.example'],
  ['example', '554 example'],
  ['.client.example', 'accepted'],
  ['192.0.2.17', '554 192.0.2.17'],
  ['192.0.2', '554 192.0.2'],
  ['192', '554 192'],
  ['192.0.2.1', 'accepted'],
])(
  'access(5) HOST NAME/ADDRESS PATTERNS: the client host.client.example[192.0.2.17] and the key %s',
  (key, w) => {
    expect(found(`check_client_access ${table(key)}`)).toBe(w);
  },
);

test('access(5): the name goes before the address, and DUNNO for the name ends the search', () => {
  const both = 'check_client_access inline:{{client.example = DUNNO}, {192.0.2 = REJECT}}';
  expect(found(both)).toBe('accepted');
  expect(found(both, { client: { name: 'unknown', address: '192.0.2.17' } })).toBe('554 192.0.2');
});

test('postconf(5) parent_domain_matches_subdomains: without smtpd_access_maps parents have a dot', () => {
  const mainCf = 'parent_domain_matches_subdomains =';
  expect(found(`check_client_access ${table('client.example')}`, { mainCf })).toBe('accepted');
  expect(found(`check_client_access ${table('.client.example')}`, { mainCf })).toBe('554 .client.example');
});

test.each([
  ['ann+x@mail.gouv.bj', '554 ann+x@mail.gouv.bj'],
  ['ann@mail.gouv.bj', '554 ann@mail.gouv.bj'],
  ['mail.gouv.bj', '554 mail.gouv.bj'],
  ['bj', '554 bj'],
  ['ann+x@', '554 ann+x@'],
  ['ann@', '554 ann@'],
  ['ann', 'accepted'],
  ['@mail.gouv.bj', 'accepted'],
])('access(5) EMAIL ADDRESS PATTERNS: ann+x@mail.gouv.bj and the key %s', (key, wanted) => {
  const mainCf = 'recipient_delimiter = +';
  expect(found(`check_sender_access ${table(key)}`, { mainCf, sender: 'ann+x@mail.gouv.bj' })).toBe(wanted);
  expect(found(`check_recipient_access ${table(key)}`, { mainCf, recipient: 'ann+x@mail.gouv.bj' })).toBe(
    wanted,
  );
});

test('postconf(5) smtpd_null_access_lookup_key: the null sender has a key of its own', () => {
  expect(found(`check_sender_access ${table('<>')}`, { sender: '' })).toBe('554 <>');
  const mainCf = 'smtpd_null_access_lookup_key = nobody';
  expect(found(`check_sender_access ${table('nobody')}`, { sender: '', mainCf })).toBe('554 nobody');
});

test('postconf(5) check_helo_access, check_etrn_access: the name and its parents', () => {
  expect(found(`check_helo_access ${table('example')}`, { helo: 'a.client.example' })).toBe('554 example');
  expect(found(`check_helo_access ${table('[192.0.2.1]')}`, { helo: '[192.0.2.1]' })).toBe('554 [192.0.2.1]');
  expect(found(`check_helo_access ${table('192')}`, { helo: '192.0.2.1' })).toBe('accepted');
  expect(found(`check_helo_access ${table('example')}`)).toBe('accepted');
  expect(found(`check_etrn_access ${table('example')}`, { etrn: 'relay.example' })).toBe('554 example');
});

test('postconf(5) allow_untrusted_routing: OK for a source route becomes DUNNO, from a list too', () => {
  const routed = { recipient: 'a%b@relay.example' };
  for (const value of ['OK', '77', 'permit', 'DUNNO']) {
    const rules = `check_recipient_access inline:{{relay.example = ${value}}}, defer`;
    expect(found(rules, routed), value).toBe('450 ');
  }
  const ok = 'check_recipient_access inline:{{relay.example = OK}}, defer';
  expect(found(ok, { recipient: 'a@relay.example' })).toBe('accepted');
  expect(found(ok, { ...routed, mainCf: 'allow_untrusted_routing = yes' })).toBe('accepted');
  const sender = 'check_sender_access inline:{{relay.example = OK}}, defer';
  expect(found(sender, { sender: 'a%b@relay.example' })).toBe('accepted');
});

test.each([
  ['client', '192.0.2.17'],
  ['helo', 'h.example'],
  ['sender', 'ann@gouv.bj'],
  ['recipient', 'bob@gouv.bj'],
  ['relay', 'bob@gouv.bj'],
  ['etrn', 'etrn.example'],
])('access(5): a bare table in smtpd_%s_restrictions asks for %s', (list, key) => {
  expect(found(table(key), { list, helo: 'h.example', etrn: 'etrn.example' })).toBe(`554 ${key}`);
});

function warnings(judgement: Judgement): readonly string[] {
  return judgement.remarks.flatMap((remark) => (remark.type === 'warning' ? [remark.text] : []));
}

test('smtpd(8) DIAGNOSTICS: mistakes in lists and tables are ours: 451, whatever warn_if_reject says', () => {
  const mistakes: readonly (readonly [string, string, string?])[] = [
    ['check_sender_access', 'restriction check_sender_access: bad argument "": need maptype:mapname'],
    ['check_sender_access x', 'restriction check_sender_access: bad argument "x": need maptype:mapname'],
    ['inline:{{ann@gouv.bj = OK}}', 'specify one of (check_client_access, ', 'data'],
    [
      'check_sender_access inline:{{ann@gouv.bj = static:x}}',
      'access table inline:{{ann@gouv.bj = static:x}} has entry with lookup table: static:x',
    ],
    ['check_sender_access inline:{{ann@gouv.bj = nonsense}}', 'unknown smtpd restriction: "nonsense"'],
  ];
  for (const [rules, text, list] of mistakes) {
    const judgement = ask(`warn_if_reject ${rules}`, list === undefined ? {} : { list });
    expect(judgement, rules).toMatchObject({ type: 'refused', refusal: { code: 451, enhanced: '4.3.5' } });
    expect(warnings(judgement)[0]).toContain(text);
  }
});

test('access(5): a table that fails is no permission', () => {
  const judgement = ask('check_client_access hash:/nowhere');
  expect(judgement).toMatchObject({ type: 'refused', refusal: { code: 451, enhanced: '4.3.5' } });
  expect(warnings(judgement)).toEqual(['hash:/nowhere: table lookup problem']);
});

test('access(5): lists within lists end somewhere', () => {
  const rules = 'check_sender_access inline:{{ann@gouv.bj = again}}';
  const mainCf = `smtpd_restriction_classes = again\nagain = ${rules}`;
  expect(warnings(ask(rules, { mainCf }))[0]).toMatch(/ entry again causes unreasonable recursion$/);
});

test('access(5): the answer names rule, list, table and key, and so does a list from a table', () => {
  const plain = 'inline:{{gouv.bj = 550 5.1.1 no}}';
  expect(ask(`check_sender_access ${plain}`)).toMatchObject({
    refusal: {
      ...{ code: 550, enhanced: '5.1.7', text: '<ann@gouv.bj>: Sender address rejected: no' },
      because: {
        ...{ rule: 'check_sender_access', parameter: 'smtpd_recipient_restrictions' },
        ...{ table: plain, key: 'gouv.bj' },
      },
    },
  });
  const list = 'inline:{{gouv.bj = permit_mynetworks defer}}';
  expect(ask(`check_sender_access ${list}`)).toMatchObject({
    refusal: {
      text: '<ann@gouv.bj>: Sender address rejected: Try again later',
      because: { rule: 'defer', parameter: 'smtpd_recipient_restrictions', table: list, key: 'gouv.bj' },
    },
  });
});

test.each([
  ['REJECT', '554 5.7.1', 'Access denied'],
  ['reject go away', '554 5.7.1', 'go away'],
  ['REJECT 5.2.1 gone', '554 5.2.1', 'gone'],
  ['DEFER', '450 4.7.1', 'Access denied'],
  ['DEFER_IF_PERMIT', '450 4.7.1', 'Service unavailable'],
  ['450 4.3.3 full', '450 4.3.3', 'full'],
  ['521 no', '521 5.7.1', 'no'],
])('access(5) REJECT ACTIONS: %s', (value, codes, text) => {
  const judgement = ask(`check_client_access static:{${value}}`);
  if (judgement.type !== 'refused') throw new Error('not refused');
  const { code, enhanced, text: said } = judgement.refusal;
  expect(`${code} ${enhanced}`).toBe(codes);
  expect(said).toBe(`<host.client.example[192.0.2.17]>: Client host rejected: ${text}`);
});

test('access(5) DEFER, INFO: in 2.3 these are names of restrictions', () => {
  const said = (value: string, profile: Profile) => {
    const judgement = ask(`check_client_access inline:{client.example=${value}}`, { profile });
    return judgement.type === 'refused' ? judgement.refusal.text : judgement.type;
  };
  const host = '<host.client.example[192.0.2.17]>: Client host rejected';
  expect(said('DEFER', '2.3')).toBe(`${host}: Try again later`);
  expect(said('DEFER', '3.x')).toBe(`${host}: Access denied`);
  expect(said('INFO', '2.3')).toBe('Server configuration error');
  expect(said('INFO', '3.x')).toBe('accepted');
});

test('access(5) WARN, INFO: a line in the log, and the search goes on', () => {
  const mainCf =
    'smtpd_client_restrictions = check_client_access inline:{{10 = WARN watch out}}, inline:{{10 = INFO x}}';
  const session = openSession({ mainCf });
  expect(talk(session, 'HELO h', 'MAIL FROM:<>', 'RCPT TO:<ann>')).toBe('250 2.1.5 Ok\r\n');
  const tail = '; from=<> to=<ann> proto=SMTP helo=<h>';
  expect(session.logs.slice(1, 3)).toEqual([
    `NOQUEUE: warn: RCPT from unknown[10.0.0.7]: watch out${tail}`,
    `NOQUEUE: info: RCPT from unknown[10.0.0.7]: x${tail}`,
  ]);
});

test('access(5): at DATA the only recipient is known, of several none', () => {
  const mainCf = 'smtpd_data_restrictions = check_recipient_access inline:{{ann@gouv.bj = REJECT}}';
  expect(talk(openSession({ mainCf }), 'HELO h', 'MAIL FROM:<>', 'RCPT TO:<ann>', 'DATA')).toContain(
    '554 5.7.1',
  );
  const two = ['RCPT TO:<ann>', 'RCPT TO:<bob>', 'DATA'];
  expect(talk(openSession({ mainCf }), 'HELO h', 'MAIL FROM:<>', ...two)).toContain('354 ');
});

test('postconf(5) check_reverse_client_hostname_access: the name that nobody verified, then the address', () => {
  const rule = 'check_reverse_client_hostname_access';
  const client = { name: 'unknown', reverseName: 'host.client.example', address: '192.0.2.17' };
  expect(found(`${rule} ${table('client.example')}`, { client })).toBe('554 client.example');
  expect(found(`${rule} ${table('unknown')}`, { client })).toBe('accepted');
  expect(found(`${rule} ${table('192.0.2')}`, { client })).toBe('554 192.0.2');
  const ok = ask(`${rule} inline:{client.example=OK}`, { client });
  expect(ok).toMatchObject({ type: 'refused', refusal: { code: 451, enhanced: '4.3.5' } });
  expect(warnings(ok)[0]).toBe(`restriction ${rule} returns OK for host.client.example`);
  const old = ask(`${rule} ${table('client.example')}`, { client, profile: '2.3' });
  expect(warnings(old)[0]).toBe(`unknown smtpd restriction: "${rule}"`);
});
