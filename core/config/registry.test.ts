/** The registry of main.cf parameters is complete, sorted and well formed. postconf(5). */
import { expect, test } from 'vitest';
import {
  defaultOf,
  type ParameterEntry,
  type Profile,
  parameterIn,
  parameterNames,
  parameterOf,
} from './registry.ts';

const PROFILES: readonly Profile[] = ['2.3', '3.x'];
const TYPES = ['bool', 'int', 'long', 'time', 'string', 'raw', 'nint', 'nbool'];
const OURS = [
  'lab_mode',
  'page_listen',
  'passwd_file',
  'postfix_version_profile',
  'resolver_address',
  'trace_events_limit',
];

/** Every entry, each name once. */
function everyEntry(): readonly ParameterEntry[] {
  const names = [...new Set(PROFILES.flatMap((profile) => parameterNames(profile)))];
  return names.flatMap((name) => parameterOf(name) ?? []);
}

/** The defaults, with their names, of the entries of some types. */
function defaultsOfTypes(...types: readonly string[]): readonly (readonly [ParameterEntry, string])[] {
  return everyEntry()
    .filter((entry) => types.includes(entry.type))
    .flatMap((entry) =>
      [entry.v2, entry.v3].flatMap((value) => (value === undefined ? [] : [[entry, value]])),
    );
}

test('postconf(5): 537 names in 2.3.6 and 884 in 3.10.13, and six of ours in both', () => {
  const theirs = (profile: Profile) => parameterNames(profile).filter((name) => !parameterOf(name)?.ours);
  expect(theirs('2.3')).toHaveLength(537);
  expect(theirs('3.x')).toHaveLength(884);
  for (const profile of PROFILES) {
    expect(parameterNames(profile).filter((name) => parameterOf(name)?.ours)).toEqual(OURS);
  }
});

test('postconf(5): the union has 890 names, since 2.3.6 has none that 3.10.13 lost', () => {
  expect(everyEntry()).toHaveLength(890);
  const later = new Set(parameterNames('3.x'));
  expect(parameterNames('2.3').filter((name) => !later.has(name))).toEqual([]);
});

test('postconf(1): names come in byte order, digits before letters, each once', () => {
  for (const profile of PROFILES) {
    const names = parameterNames(profile);
    expect(names).toEqual([...new Set(names)].sort((a, b) => (a < b ? -1 : 1)));
    expect(names[0]).toBe('2bounce_notice_recipient');
  }
});

test('postconf(5): every type is one of eight, and times alone have a unit', () => {
  for (const entry of everyEntry()) {
    expect(TYPES, entry.name).toContain(entry.type);
    expect(entry.unit !== undefined, entry.name).toBe(entry.type === 'time');
  }
});

test('postconf(5): every yes/no default is yes, no or an expression', () => {
  const values = defaultsOfTypes('bool', 'nbool');
  expect(values.length).toBeGreaterThan(200);
  for (const [entry, value] of values) expect(value, entry.name).toMatch(/^(yes|no|\$.*)$/);
});

test('postconf(5): every number default is digits within its range, or an expression', () => {
  for (const [entry, value] of defaultsOfTypes('int', 'long', 'nint')) {
    expect(value, entry.name).toMatch(entry.type === 'nint' ? /^(\d+|\$.*)$/ : /^\d+$/);
    if (!/^\d+$/.test(value)) continue;
    expect(Number(value), entry.name).toBeGreaterThanOrEqual(entry.min ?? 0);
    expect(Number(value), entry.name).toBeLessThanOrEqual(entry.max ?? Number.MAX_SAFE_INTEGER);
  }
});

test('postconf(5): every time default is a number and its unit, or an expression and its unit', () => {
  const values = defaultsOfTypes('time');
  expect(values.length).toBeGreaterThan(150);
  for (const [entry, value] of values) {
    const [, unit] = /^(?:\d+|\$\{.*\})([smhdw])$/.exec(value) ?? [];
    expect(unit, `${entry.name} = ${value}`).toBe(entry.unit);
  }
});

// virtual(8) alone reads virtual_mailbox_base, and refuses to run until it is set.
test('postconf(5): text that may not be empty has such a default, virtual_mailbox_base apart', () => {
  const short = defaultsOfTypes('string', 'raw')
    .filter(([entry, value]) => !entry.computed && value.length < (entry.min ?? 0))
    .map(([entry]) => entry.name);
  expect([...new Set(short)]).toEqual(['virtual_mailbox_base']);
});

test.each([
  ['myorigin', '$myhostname', '$myhostname'],
  ['mail_version', '2.3.6', '3.10.13'],
  ['minimal_backoff_time', '1000s', '300s'],
  ['delay_warning_time', '0h', '0h'],
  ['body_checks_size_limit', '51200', '51200'],
  ['smtp_always_send_ehlo', 'yes', 'yes'],
  ['in_flow_delay', '1s', '1s'],
  ['mailbox_delivery_lock', 'fcntl, dotlock', 'fcntl, dotlock'],
  ['append_dot_mydomain', 'yes', expect.stringContaining('<level {1} ? {yes} : {no}')],
  ['smtpd_relay_restrictions', undefined, expect.stringContaining('defer_unauth_destination')],
  ['forward_path', expect.stringContaining('$home/.forward'), expect.stringContaining('$home/.forward')],
  ['postfix_version_profile', '3.x', '3.x'],
])('postconf(5) %s: the defaults of both versions', (name, before, after) => {
  expect(defaultOf(name, '2.3')).toEqual(before);
  expect(defaultOf(name, '3.x')).toEqual(after);
});

test('postconf(5): a bare number takes the unit of the default', () => {
  expect(parameterOf('delay_warning_time')?.unit).toBe('h');
  expect(parameterOf('maximal_queue_lifetime')).toMatchObject({ unit: 'd', min: 0, max: 8640000 });
});

test('postconf(5): a name is unknown in a profile without it, and everywhere if it is nobody’s', () => {
  expect(parameterIn('smtpd_relay_restrictions', '2.3')).toBeUndefined();
  expect(parameterIn('mynetworks', '2.3')).toMatchObject({ default: '', computed: true, listed: true });
  for (const name of ['constructor', '__proto__', 'Myorigin', '']) expect(parameterOf(name)).toBeUndefined();
});

test('postconf(1) -d: legacy and unread names are known but not listed', () => {
  expect(parameterIn('postscreen_blacklist_action', '3.x')?.listed).toBe(false);
  expect(parameterIn('lmtp_skip_quit_response', '2.3')?.listed).toBe(false);
  expect(parameterIn('lmtp_skip_quit_response', '3.x')?.listed).toBe(true);
  const listed = (profile: Profile) => parameterNames(profile).filter((n) => parameterIn(n, profile)?.listed);
  expect(listed('2.3')).toHaveLength(543 - 22);
  expect(listed('3.x')).toHaveLength(890 - 27);
});
