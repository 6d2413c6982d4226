/** The texts are those of postmap(1) and local(8) 3.7.11 after `fatal: `, except where 2.3 is named. */
import { expect, test } from 'vitest';
import { isHostName } from './identity-check.ts';
import { parseMainCf } from './main-cf.ts';
import { parseMasterCf } from './master-cf.ts';
import { makeSettings } from './settings.ts';
import { checkSettings } from './settings-check.ts';

const computed = { config_directory: '/etc/postfix', myhostname: 'mail.example.com' };

function problemsOf(main: string, master = '') {
  const mainCf = parseMainCf(main, '/etc/postfix/main.cf').entries;
  return checkSettings(
    makeSettings({ mainCf, masterCf: parseMasterCf(master, 'master.cf').services, computed }),
  );
}

function textsOf(main: string, master = ''): readonly string[] {
  return problemsOf(main, master).map(({ severity, text }) => `${severity}: ${text}`);
}

test('postconf(5): an empty main.cf has no problem, in any profile', () => {
  expect(textsOf('')).toEqual([]);
  expect(textsOf('postfix_version_profile = 2.3\n')).toEqual([]);
});

test.each([
  ['soft_bounce = maybe', 'bad boolean configuration: soft_bounce = maybe'],
  ['soft_bounce =', 'bad boolean configuration: soft_bounce = '],
  ['default_process_limit = 5x', 'bad numerical configuration: default_process_limit = 5x'],
  ['default_process_limit = 0', 'invalid default_process_limit parameter value 0 < 1'],
  ['line_length_limit = 0', 'invalid line_length_limit parameter value 0 < 512'],
  ['daemon_timeout = 5 s', 'parameter daemon_timeout: bad time value or unit: 5 s'],
  ['daemon_timeout = 0', 'invalid daemon_timeout: 0 (min 1)'],
  ['mail_name =', 'bad string length 0 < 1: mail_name = '],
  ['myorigin = b c', 'myorigin parameter setting must not contain multiple values: b c'],
  [
    'myhostname = foo_bar..x',
    'file /etc/postfix/main.cf: parameter myhostname: bad parameter value: foo_bar..x',
  ],
  ['mydomain = -x.y', 'file /etc/postfix/main.cf: parameter mydomain: bad parameter value: -x.y'],
  [
    'myhostname = a.b\nrelayhost = A.b',
    'myhostname and relayhost parameter settings must not be identical: a.b',
  ],
  ['compatibility_level = x', 'malformed compatibility level syntax: "x"'],
  ['mynetworks_style = foo', 'unknown mynetworks mask style value "foo" in "foo"'],
  [
    'message_size_limit = 60000000',
    'configuration error: mailbox_size_limit is smaller than message_size_limit',
  ],
  [
    'message_size_limit = 0',
    'configuration error: mailbox_size_limit is limited but message_size_limit is unlimited',
  ],
  ['slow_destination_rate_delay = x', 'parameter slow_destination_rate_delay: bad time value or unit: x'],
  ['postfix_version_profile = 1', 'bad postfix_version_profile: "1"'],
])('postconf(5): "%s" is fatal', (main, expected) => {
  expect(textsOf(main)).toEqual([`fatal: ${expected}`]);
});

test('postconf(5): a problem knows its file, its line and a way out', () => {
  const [problem] = problemsOf('\n\nsoft_bounce =\n maybe\n');
  expect(problem).toMatchObject({ file: '/etc/postfix/main.cf', line: 4 });
  expect(problem?.remedy?.en).toBe('Give soft_bounce yes or no, or remove the line.');
});

test('postconf(5) main.cf: an expansion that fails is a warning and then fatal', () => {
  expect(textsOf('smtpd_banner = $x-${\n')).toEqual([
    'warning: truncated macro reference: "$x-${"',
    'fatal: dictionary mail_dict: macro processing error',
  ]);
});

test('postconf(5) forward_path: what is expanded by the user of the value is not expanded here', () => {
  expect(textsOf('forward_path = $home/.forward$(\n')).toEqual([]);
});

test('local(8) 2.3.6: the size check has other words', () => {
  expect(textsOf('postfix_version_profile = 2.3\nmessage_size_limit = 60000000\n')).toEqual([
    'fatal: main.cf configuration error: mailbox_size_limit is smaller than message_size_limit',
  ]);
  expect(textsOf('message_size_limit = 60000000\nmailbox_size_limit = 0\n')).toEqual([]);
});

test('master(5) -o: overrides are checked too, at their line of master.cf', () => {
  const problems = problemsOf('', '#\nsmtp inet n - - - - smtpd -o smtpd_timeout=x\n');
  expect(problems).toMatchObject([
    {
      ...{ severity: 'fatal', file: '/etc/postfix/master.cf', line: 2 },
      text: 'parameter smtpd_timeout: bad time value or unit: x',
    },
  ]);
});

test('postconf(5) mynetworks: host bits are a warning since 3.0, and were fatal', () => {
  const text =
    'non-null host address bits in "192.168.0.1/24", perhaps you should use "192.168.0.0/24" instead';
  const [problem] = problemsOf('mynetworks = 127.0.0.0/8 192.168.0.1/24\n');
  expect(problem).toMatchObject({ severity: 'warning', text: `mynetworks: ${text}` });
  expect(problem?.remedy?.fr).toBe('Écrivez 192.168.0.0/24 à la place de 192.168.0.1/24.');
  expect(textsOf('postfix_version_profile=2.3\nmynetworks = 192.168.0.1/24\n')).toEqual([`fatal: ${text}`]);
  expect(textsOf('mynetworks = 10.0.0.0/33')).toEqual([
    'warning: mynetworks: bad mask length in "10.0.0.0/33"',
  ]);
});

test('postconf(5) mydestination: a comment after other text is no comment, and ! wants a pattern', () => {
  expect(textsOf('mydestination = a # b c d\n')).toEqual([
    'warning: mydestination: #comment after other text is not allowed: # b c d...',
  ]);
  expect(textsOf('mydestination = a !\n')).toEqual(["fatal: mydestination: no pattern after '!'"]);
});

test('DATABASE_README: a blank after the colon leaves a table without a name', () => {
  const [problem, ...more] = problemsOf('relay_recipient_maps = hash: /etc/postfix/relay_recipients\n');
  expect(problem).toMatchObject({
    severity: 'fatal',
    text: 'open dictionary: expecting "type:name" form instead of "hash:"',
  });
  expect(problem?.remedy?.en).toContain('without a blank');
  expect(more.map(({ text }) => text)).toEqual([
    'open dictionary: expecting "type:name" form instead of "/etc/postfix/relay_recipients"',
  ]);
});

test('DATABASE_README: a type that does not exist', () => {
  expect(textsOf('alias_maps = hsah:/etc/aliases\n')).toEqual(['warning: unsupported dictionary type: hsah']);
  expect(textsOf('postfix_version_profile=2.3\nalias_maps = hsah:/etc/aliases\n')).toEqual([
    'fatal: unsupported dictionary type: hsah',
  ]);
});

test.each([
  ['mail.gouv.bj', true],
  ['a_b', true],
  ['1a', true],
  ['a-b.c', true],
  ['', false],
  ['.a', false],
  ['a.', false],
  ['-a', false],
  ['a-.b', false],
  ['1.2', false],
  ['é', false],
  [`${'x'.repeat(64)}.y`, false],
])('RFC 1123 §2.1: %j as a host name is %s', (name, expected) => {
  expect(isHostName(name)).toBe(expected);
});
