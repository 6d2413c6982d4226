// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${name} is Postfix's own notation here.
import { expect, test } from 'vitest';
import { parseAccounts } from './accounts.ts';
import type { Computed } from './computed.ts';
import { parseMainCf } from './main-cf.ts';
import { parseMasterCf } from './master-cf.ts';
import {
  boolOf,
  expandWith,
  forService,
  intOf,
  listOf,
  makeSettings,
  rawOf,
  type Settings,
  textOf,
  timeMsOf,
} from './settings.ts';

function settingsOf(mainText: string, computed: Computed = {}): Settings {
  return makeSettings({ mainCf: parseMainCf(mainText, 'main.cf').entries, computed });
}

const MACHINE: Computed = {
  myhostname: 'vm',
  interfaces: [
    { address: '127.0.0.1', prefixLength: 8 },
    { address: '::1', prefixLength: 128 },
    { address: '192.0.2.2', prefixLength: 24 },
    { address: 'fd00::2', prefixLength: 64 },
    { address: 'fe80::fc:ff:fe00:1', prefixLength: 64 },
  ],
};

test('postconf(5): values are expanded when read, defaults too', () => {
  const settings = settingsOf(
    'myhostname = mail.gouv.bj\nmydestination = $myhostname, localhost.$mydomain\n',
  );
  expect(rawOf(settings, 'mydestination')).toBe('$myhostname, localhost.$mydomain');
  expect(textOf(settings, 'mydestination')).toBe('mail.gouv.bj, localhost.gouv.bj');
  expect(textOf(settings, 'smtpd_banner')).toBe('mail.gouv.bj ESMTP Postfix');
  expect(listOf(settings, 'mydestination')).toEqual(['mail.gouv.bj', 'localhost.gouv.bj']);
  expect(textOf(settings, 'no_such_parameter')).toBe('');
  expect(expandWith(settings, '<${myorigin}>')).toBe('<mail.gouv.bj>');
});

test('postconf(5) forward_path, mailbox_command: what the reader expands comes as it is written', () => {
  const settings = settingsOf('mailbox_command = procmail -a "$EXTENSION"\nrecipient_delimiter = +\n');
  expect(textOf(settings, 'mailbox_command')).toBe('procmail -a "$EXTENSION"');
  expect(textOf(settings, 'forward_path')).toBe(
    '$home/.forward${recipient_delimiter}${extension}, $home/.forward',
  );
});

test('postconf(5): the last of two definitions counts', () => {
  expect(textOf(settingsOf('myorigin = a\nmyorigin = b\n'), 'myorigin')).toBe('b');
});

test('postfix_version_profile chooses the defaults; an unknown one counts as 3.x', () => {
  const old = settingsOf('postfix_version_profile = 2.3\n');
  expect(old.profile).toBe('2.3');
  expect(timeMsOf(old, 'minimal_backoff_time')).toBe(1_000_000);
  expect(timeMsOf(settingsOf(''), 'minimal_backoff_time')).toBe(300_000);
  expect(settingsOf('postfix_version_profile = 1.0\n').profile).toBe('3.x');
  expect(makeSettings({ mainCf: [...old.main.values()], profile: '3.x' }).profile).toBe('3.x');
});

test('postconf(5): booleans, numbers and times; a bad value falls back to the default', () => {
  const settings = settingsOf(
    'soft_bounce = YES\nbiff = maybe\nmessage_size_limit = 20480000\nhopcount_limit = many\n' +
      'maximal_queue_lifetime = 1\nqueue_run_delay = 5 m\n',
  );
  expect(boolOf(settings, 'soft_bounce')).toBe(true);
  expect(boolOf(settings, 'biff')).toBe(true);
  expect(intOf(settings, 'message_size_limit')).toBe(20_480_000);
  expect(intOf(settings, 'hopcount_limit')).toBe(50);
  expect(timeMsOf(settings, 'maximal_queue_lifetime')).toBe(86_400_000);
  expect(timeMsOf(settings, 'queue_run_delay')).toBe(300_000);
});

test('STRESS_README: limits shrink when the service is under stress', () => {
  const settings = settingsOf('');
  const [smtpd] = parseMasterCf('smtp inet n - - - - smtpd -o stress=yes', 'master.cf').services;
  if (smtpd === undefined) throw new Error('no service');
  expect(timeMsOf(settings, 'smtpd_timeout')).toBe(300_000);
  expect(timeMsOf(forService(settings, smtpd), 'smtpd_timeout')).toBe(10_000);
});

test('postconf(5) compatibility_level: defaults depend on it', () => {
  expect(textOf(settingsOf(''), 'mynetworks_style')).toBe('subnet');
  expect(textOf(settingsOf('compatibility_level = 3.6\n'), 'mynetworks_style')).toBe('host');
  expect(boolOf(settingsOf('compatibility_level = 1'), 'append_dot_mydomain')).toBe(false);
});

test('master(5) -o: wins over main.cf for that service alone, and is remembered', () => {
  const { services } = parseMasterCf(
    'smtp inet n - - - - smtpd\nsubmission inet n - - - - smtpd -o myorigin=x\n' +
      ' -o smtpd_client_restrictions=permit',
    'master.cf',
  );
  const [smtp, submission] = services;
  if (smtp === undefined || submission === undefined) throw new Error('no service');
  const settings = settingsOf('myorigin = a\nsyslog_name = postfix/$service_name\n');
  const own = forService(settings, submission);
  expect(textOf(own, 'myorigin')).toBe('x');
  expect(textOf(own, 'smtpd_client_restrictions')).toBe('permit');
  expect(textOf(own, 'syslog_name')).toBe('postfix/submission');
  expect(textOf(own, 'process_name')).toBe('smtpd');
  expect(textOf(settings, 'myorigin')).toBe('a');
  expect(textOf(forService(settings, smtp), 'myorigin')).toBe('a');
  expect(forService(settings, submission)).toBe(own);
});

test('postconf(5) transport_destination_concurrency_limit: any transport follows the default', () => {
  const settings = settingsOf(
    'default_destination_concurrency_limit = 7\nslow_destination_recipient_limit = 3\n' +
      'default_destination_rate_delay = 2m\nbad_destination_concurrency_limit = x\n',
  );
  expect(intOf(settings, 'slow_destination_concurrency_limit')).toBe(7);
  expect(intOf(settings, 'bad_destination_concurrency_limit')).toBe(7);
  expect(intOf(settings, 'slow_destination_recipient_limit')).toBe(3);
  expect(intOf(settings, 'local_destination_concurrency_limit')).toBe(2);
  expect(timeMsOf(settings, 'slow_destination_rate_delay')).toBe(120_000);
  expect(intOf(settings, 'slow_extra_recipient_limit')).toBe(1000);
});

test('postconf(5) smtpd_recipient_restrictions: text in braces is one item since 3.0', () => {
  const text = 'smtpd_recipient_restrictions = permit, { check_recipient_access x, reject }\n';
  const name = 'smtpd_recipient_restrictions';
  expect(listOf(settingsOf(text), name)).toEqual(['permit', 'check_recipient_access x, reject']);
  expect(listOf(settingsOf(`postfix_version_profile=2.3\n${text}`), name)).toHaveLength(6);
});

test('postconf(5) myhostname, mydomain: defaults from the machine’s name, as postconf -x prints them', () => {
  const names = (text: string): readonly string[] => {
    const settings = settingsOf(text, MACHINE);
    return ['myhostname', 'mydomain'].map((name) => textOf(settings, name));
  };
  expect(names('')).toEqual(['vm.localdomain', 'localdomain']);
  expect(names('mydomain = x.y\n')).toEqual(['vm.x.y', 'x.y']);
  expect(names('myhostname = h\n')).toEqual(['h', 'localdomain']);
  expect(names('myhostname = mail.$mydomain\n')).toEqual(['mail.', '']);
  expect(names('mydomain = $myhostname\n')).toEqual(['vm.', 'vm.']);
  expect(textOf(settingsOf('myhostname = mail.$mydomain\n'), 'mydomain')).toBe('');
});

test.each([
  ['', '127.0.0.0/8 [::1]/128 192.0.2.0/24 [fd00::]/64 [fe80::]/64'],
  ['mynetworks_style = host', '127.0.0.1/32 [::1]/128 192.0.2.2/32 [fd00::2]/128 [fe80::fc:ff:fe00:1]/128'],
  ['mynetworks_style = class\ninet_protocols = ipv4', '127.0.0.0/8 192.0.2.0/24'],
  ['inet_interfaces = loopback-only', '127.0.0.0/8 [::1]/128'],
  ['inet_interfaces = 192.0.2.2, [::1]', '[::1]/128 192.0.2.0/24'],
  ['postfix_version_profile = 2.3', '127.0.0.0/8 192.0.2.0/24'],
  ['mynetworks = 10.0.0.0/8', '10.0.0.0/8'],
])('postconf(5) mynetworks: %j', (text, expected) => {
  expect(textOf(settingsOf(text, MACHINE), 'mynetworks')).toBe(expected);
});

test('postconf(5) mynetworks_style class: the network of the address class, as before 1993', () => {
  const addresses = ['10.1.2.3', '172.16.5.6', '192.168.7.8', '224.0.0.5'];
  const interfaces = addresses.map((address) => ({ address, prefixLength: 30 }));
  expect(textOf(settingsOf('mynetworks_style = class\n', { interfaces }), 'mynetworks')).toBe(
    '10.0.0.0/8 172.16.0.0/16 192.168.7.0/24 224.0.0.0/4',
  );
});

test('postconf(5) mynetworks: nothing known of the machine means the loopback', () => {
  expect(textOf(settingsOf(''), 'mynetworks')).toBe('127.0.0.0/8');
});

test('postconf(5) config_directory, mail_version: the machine’s, or the built-in', () => {
  const settings = settingsOf('', { config_directory: '/srv/etc', mail_version: '9.9' });
  expect(textOf(settings, 'config_directory')).toBe('/srv/etc');
  expect(textOf(settings, 'mail_version')).toBe('9.9');
  expect(textOf(settingsOf(''), 'config_directory')).toBe('/etc/postfix');
});

test('settings are plain data that can be cloned, accounts included', () => {
  const accounts = parseAccounts('root:x:0:0::/:/bin/sh\n');
  const settings = makeSettings({ mainCf: parseMainCf('myorigin = a\n', 'main.cf').entries, accounts });
  expect(textOf(settings, 'myorigin')).toBe('a');
  const copy = structuredClone(settings);
  expect(textOf(copy, 'myorigin')).toBe('a');
  expect(copy.tables.accounts.byUid.get(0)?.name).toBe('root');
});
