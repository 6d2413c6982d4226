/** check_policy_service in a session: what is asked, and what becomes of the answer. */
import { expect, test } from 'vitest';
import { serverOf } from './policy-server.ts';
import { openSession, talk, testSettings } from './test-session.ts';

const LIST = 'smtpd_recipient_restrictions = check_policy_service';
const LINES = ['EHLO there.example', 'MAIL FROM:<ann@gouv.bj> SIZE=70', 'RCPT TO:<bob@gouv.bj>'];

function session(argument: string, policy?: string, profile: '2.3' | '3.x' = '3.x') {
  const mainCf = `${LIST} ${argument}, reject_unauth_destination`;
  return openSession({ mainCf, profile, policy: () => policy });
}

function settings(profile: '2.3' | '3.x' = '3.x') {
  return testSettings('', profile);
}

test('SMTPD_POLICY_README: the answer is an action of access(5)', () => {
  const refused = '554 5.7.1 <bob@gouv.bj>: Recipient address rejected: no\r\n';
  expect(talk(session('inet:127.0.0.1:1', 'REJECT no'), ...LINES)).toBe(refused);
  expect(talk(session('inet:127.0.0.1:1', 'DUNNO'), ...LINES)).toBe('250 2.1.5 Ok\r\n');
  const empty = session('unix:private/policy', '');
  expect(talk(empty, ...LINES)).toBe('250 2.1.5 Ok\r\n');
  expect(empty.logs).toContain('warning: access table unix:private/policy entry  has empty value');
});

test('postconf(5) smtpd_policy_service_default_action: said where nobody could be asked', () => {
  const problem = '451 4.3.5 <bob@gouv.bj>: Recipient address rejected: Server configuration problem\r\n';
  expect(talk(session('inet:127.0.0.1:1'), ...LINES)).toBe(problem);
  expect(talk(session('inet:127.0.0.1:1', undefined, '2.3'), ...LINES)).toBe(problem);
  const own = session('{ inet:127.0.0.1:1, default_action=DUNNO }');
  expect(talk(own, ...LINES)).toBe('250 2.1.5 Ok\r\n');
});

test('SMTPD_POLICY_README: Postfix 2.3 sends fewer attributes', () => {
  const names = (profile: '2.3' | '3.x'): readonly string[] => {
    const one = session('inet:127.0.0.1:1', 'DUNNO', profile);
    talk(one, ...LINES);
    const [ask] = one.notes.flatMap((note) => (note.type === 'policy.ask' ? [note] : []));
    return (ask?.attributes ?? []).map(([name]) => name);
  };
  expect(names('3.x')).toHaveLength(29);
  expect(names('3.x').filter((name) => !names('2.3').includes(name))).toEqual([
    ...[
      'client_port',
      'server_address',
      'server_port',
      'stress',
      'ccert_pubkey_fingerprint',
      'policy_context',
    ],
  ]);
});

test.each([
  ['127.0.0.1:1', 'invalid transport name: 127.0.0.1 in service: 127.0.0.1:1'],
  ['reject', 'need service transport:endpoint instead of "reject"'],
  ['inet:nowhere', 'bad endpoint syntax: inet:nowhere'],
  ['{ inet:127.0.0.1:1, bogus=1 }', 'unknown option: "bogus = 1"'],
  ['{ inet:127.0.0.1:1, default_action=450 4.7.1 }', `malformed option: missing '=' after attribute name`],
  ['{ inet:127.0.0.1:1, timeout=x }', 'parameter timeout: bad time value or unit: x'],
])('postconf(5) check_policy_service: %s is an argument that nobody can use', (argument, text) => {
  expect(serverOf(settings(), argument)).toBe(text);
});

test('SMTPD_POLICY_README: a server has options of its own', () => {
  const options = 'timeout=3s, max_idle=4s, max_ttl=5m, request_limit=6, try_limit=7, retry_delay=8s';
  const more = 'policy_context=here, { default_action = 450 4.7.1 not now }';
  expect(serverOf(settings(), `{ inet:[::1]:9, ${options}, ${more} }`)).toEqual({
    ...{ written: 'inet:[::1]:9', defaultAction: '450 4.7.1 not now', policyContext: 'here' },
    server: {
      ...{ endpoint: { type: 'inet', host: '::1', port: 9 }, name: '[::1]:9', timeoutMs: 3000 },
      ...{ maxIdleMs: 4000, maxTtlMs: 300_000, requestLimit: 6, tryLimit: 7, retryDelayMs: 8000 },
    },
  });
  expect(serverOf(settings('2.3'), 'unix:private/p')).toMatchObject({
    server: { name: 'private/p', timeoutMs: 100_000, requestLimit: 0, tryLimit: 2, retryDelayMs: 1000 },
  });
});
