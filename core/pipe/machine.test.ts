import { expect, test } from 'vitest';
import { parseAccounts } from '../config/accounts.ts';
import { parseMainCf } from '../config/main-cf.ts';
import { parseMasterCf } from '../config/master-cf.ts';
import { makeSettings } from '../config/settings.ts';
import type { Effect, ProcessRun } from '../kernel/effects.ts';
import type { ProcessEnded, WorldEvent } from '../kernel/events.ts';
import { UTC } from '../mail/date.ts';
import { encodeRecords } from '../mail/queue-records.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { pipeDaemon } from './daemon.ts';

/** Tue, 24 Nov 2026 22:40:49 UTC. */
const AT = 1_795_560_049_000;
const PASSWD = 'root:x:0:0::/:\nnobody:x:65534:65534::/:\npostfix:x:101:102::/:\nwheel:x:7:0::/:\n';
const MESSAGE = encodeRecords([
  ...([
    ['M', ''],
    ['N', 'Subject: x'],
    ['N', ''],
    ['N', 'From me'],
    ['N', '.dot'],
    ['X', ''],
    ['E', ''],
  ] as const),
]);

/** One delivery by a line of master.cf. */
function deliver(line: string, more: object = {}, mainCf = '') {
  const settings = makeSettings({
    mainCf: parseMainCf(`recipient_delimiter = +\nmail_owner = postfix\n${mainCf}`, 'main.cf').entries,
    masterCf: parseMasterCf(`sift unix - n n - - pipe ${line}\n`, 'master.cf').services,
    accounts: parseAccounts(PASSWD),
  });
  const services = ['bounce', 'defer', 'sift'];
  const birth = {
    settings,
    process: 'sift:1',
    pid: 1,
    service: 'sift',
    services,
    zone: UTC,
    seed: 1,
    at: AT,
  };
  let { state } = pipeDaemon.start(birth, AT);
  const give = (event: object): readonly Effect[] => {
    const step = pipeDaemon.step(state, { ...event, at: AT } as WorldEvent);
    expect(step.rows.length).toBeGreaterThan(0);
    state = step.state;
    return step.effects;
  };
  const recipients = ['Some+Ext@Sift.Example', 'two w@sift.example'].map((address, index) => ({
    ...{ address, original: address, notify: 0, orcpt: '', offset: 100 + index },
  }));
  const request = give({
    ...{ type: 'deliver.request', token: '9', queueId: 'A1', path: 'active/A1', transport: 'sift' },
    ...{
      nexthop: 'Sift.Example',
      sender: 'me x@Gouv.bj',
      attributes: new Map([['client_address', '1.2.3.4']]),
    },
    ...{ dsn: { ret: 0, envid: '' }, recipients, from: 'qmgr', sizeBytes: 266, arrivalAt: AT, activeAt: AT },
    ...more,
  });
  const load = () =>
    give({ type: 'file.loaded', file: 'message', path: 'active/A1', bytes: MESSAGE, mode: 0o700, uid: 1 });
  return { give, request, load };
}

function commandOf(effects: readonly Effect[]): ProcessRun {
  const run = effects.find((one) => one.type === 'process.run');
  if (run === undefined) throw new Error('no command is run');
  return run;
}

const argvOf = (line: string, more: object = {}) =>
  commandOf(deliver(line, more).load()).argv.map((word) => bytesToLatin1(word));
const stdinOf = (line: string, more: object = {}) =>
  bytesToLatin1(commandOf(deliver(line, more).load()).stdin);
const said = (effects: readonly Effect[]) =>
  effects.flatMap((one) => (one.type === 'log' ? [`${one.level}: ${one.text}`] : []));

test('pipe(8) argv: the arguments that the pipe of Debian gives', () => {
  const words = [
    ...['${sender}', '${recipient}', '${user}:${extension}:${mailbox}@${domain}', 'x${nexthop}', '$(size).'],
    ...['${client_address}/${client_hostname}', '$queue_id', '$$', '${sasl_username}'],
  ];
  expect(argvOf(`user=nobody argv=/bin/x ${words.join(' ')}`)).toEqual([
    ...['/bin/x', 'me x@Gouv.bj', 'Some+Ext@Sift.Example', 'two w@sift.example'],
    ...['Some:Ext:Some+Ext@Sift.Example', 'two w::two w@sift.example', 'xSift.Example', '266.', '1.2.3.4/'],
    ...['A1', '$', ''],
  ]);
  expect(argvOf('flags=hqu user=nobody argv=/bin/x ${recipient} ${sender} ${nexthop} ${mailbox}')).toEqual([
    ...['/bin/x', 'some+ext@sift.example', '"two w"@sift.example', '"me x"@Gouv.bj', 'sift.example'],
    ...['some+ext', 'two w'],
  ]);
  expect(argvOf('user=nobody argv=/bin/x ${sender}', { sender: '' })).toEqual(['/bin/x', 'MAILER-DAEMON']);
  expect(argvOf('user=nobody null_sender=<> argv=/bin/x ${sender}', { sender: '' })[1]).toBe('<>');
});

test('security 21: what an address holds stays one argument', () => {
  const evil = { address: '$(rm -rf /);`x` ${sender}@a', original: '', notify: 0, orcpt: '', offset: 1 };
  expect(argvOf('user=nobody argv=/bin/x -- ${recipient}', { recipients: [evil] })).toEqual([
    ...['/bin/x', '--', '$(rm -rf /);`x` ${sender}@a'],
  ]);
});

test('pipe(8) flags: lines before the message, quoting in it', () => {
  expect(stdinOf('user=nobody argv=/bin/x')).toBe('Subject: x\n\nFrom me\n.dot\n');
  expect(stdinOf('flags=FR.>B user=nobody argv=/bin/x')).toBe(
    'From "me x"@Gouv.bj  Tue Nov 24 22:40:49 2026\nReturn-Path: <"me x"@Gouv.bj>\n' +
      'Subject: x\n\n>From me\n..dot\n\n',
  );
  const one = { address: 'a@b', original: 'c@d', notify: 0, orcpt: '', offset: 1 };
  expect(stdinOf('flags=DO user=nobody eol=\\r\\n argv=/bin/x', { recipients: [one] })).toBe(
    'X-Original-To: c@d\r\nDelivered-To: a@b\r\nSubject: x\r\n\r\nFrom me\r\n.dot\r\n',
  );
});

test.each([
  ['user=root argv=/bin/x', 'user= command-line attribute specifies root privileges'],
  ['user=postfix argv=/bin/x', 'user= command-line attribute specifies mail system owner postfix'],
  ['user=wheel argv=/bin/x', 'user= command-line attribute specifies privileged group id 0'],
  ['user=who argv=/bin/x', 'unknown username: who'],
  ['argv=/bin/x', 'missing user= command-line attribute'],
  ['user=nobody', 'missing argv= command-line attribute'],
  ['user=nobody speed=9 argv=/bin/x', 'unknown attribute name: speed'],
  ['flags=D user=nobody argv=/bin/x', "flag `D' requires sift_destination_recipient_limit = 1"],
])('pipe(8) SECURITY: %s runs nothing, and the mail waits', (line, fatal) => {
  const { request } = deliver(line);
  expect(said(request)[0]).toBe(`fatal: ${fatal}`);
  expect(said(request)[1]).toContain('dsn=4.3.0, status=deferred (unknown mail transport error)');
  expect(request.map(({ type }) => type)).not.toContain('file.read');
});

test('pipe(8) argv: a macro that does not exist is a mistake', () => {
  const [warning, first] = said(deliver('user=nobody argv=/bin/x ${nonsense}').request);
  expect(warning).toContain('unknown macro name: "nonsense"');
  expect(first).toContain('dsn=4.3.5, status=deferred (mail system configuration error)');
});

test('pipe(8) size: what is larger is returned', () => {
  const { load } = deliver('user=nobody size=10 argv=/bin/x');
  expect(said(load())[0]).toContain('dsn=5.2.3, status=bounced (message too large)');
});

const exited = (status: number): ProcessEnded['how'] => ({ type: 'exited', status });
const COMMAND = '"/bin/x"';
test.each<readonly [ProcessEnded['how'], string, string]>([
  [exited(0), '', 'dsn=2.0.0, status=sent (delivered via sift service)'],
  [exited(0), 'all fine\ntwice\n', 'dsn=2.0.0, status=sent (delivered via sift service (all fine twice))'],
  [exited(0), `${'a'.repeat(101)}\n`, `status=sent (delivered via sift service (${'a'.repeat(100)}))`],
  [exited(0), ` b\n\n`, 'status=sent (delivered via sift service ( b))'],
  [exited(1), '', `dsn=5.3.0, status=bounced (Command died with status 1: ${COMMAND})`],
  [
    exited(1),
    'a\tb\x01c\n',
    `dsn=5.3.0, status=bounced (Command died with status 1: ${COMMAND}. Command output: a b_c )`,
  ],
  [exited(63), '', `dsn=5.3.0, status=bounced (Command died with status 63: ${COMMAND})`],
  [exited(64), '', 'dsn=5.3.0, status=bounced (command line usage error)'],
  [exited(65), '', 'dsn=5.6.0, status=bounced (data format error)'],
  [exited(67), '', 'dsn=5.1.1, status=bounced (user unknown)'],
  [exited(69), 'no\n', 'dsn=5.3.0, status=bounced (service unavailable. Command output: no )'],
  [exited(71), '', 'dsn=4.3.0, status=deferred (system resource problem)'],
  [exited(75), '', 'dsn=4.3.0, status=deferred (temporary failure)'],
  [exited(76), '', 'dsn=5.5.0, status=bounced (remote error in protocol)'],
  [exited(78), '', 'dsn=5.3.5, status=bounced (local configuration error)'],
  [exited(79), '', `dsn=5.3.0, status=bounced (Command died with status 79: ${COMMAND})`],
  [exited(1), '5.7.1 Forbidden it is\n', 'dsn=5.7.1, status=bounced (Forbidden it is )'],
  [exited(69), '4.7.1 Later\n', 'dsn=4.7.1, status=deferred (Later )'],
  [exited(69), '2.7.1 hm\n', 'dsn=5.0.0, status=bounced (hm )'],
  [
    { type: 'killed', signal: 15 },
    'x\n',
    `dsn=4.3.0, status=deferred (Command died with signal 15: ${COMMAND}. Command output: x )`,
  ],
  [
    { type: 'timedOut' },
    'hi\n',
    `dsn=5.3.0, status=bounced (Command time limit exceeded: ${COMMAND}. Command output: hi )`,
  ],
  [
    { type: 'notRun', why: 'No such file or directory' },
    '',
    'dsn=4.3.0, status=deferred (temporary failure. Command output: pipe: fatal: ' +
      'pipe_command: execvp /bin/x: No such file or directory )',
  ],
])('pipe(8) DIAGNOSTICS: %o %j is what the pipe of Debian says', (how, output, expected) => {
  const { give, load } = deliver('user=nobody argv=/bin/x');
  load();
  const effects = give({ type: 'process.ended', how, output: latin1ToBytes(output) });
  expect(said(effects)[0]).toMatch(/relay=sift, delay=0, delays=0\/0\/0\/0, dsn=/);
  expect(said(effects)[0]).toContain(expected);
  if (!expected.includes('status=sent')) {
    give({ type: 'bounce.appended', token: '0', ok: true });
    const last = give({ type: 'bounce.appended', token: '1', ok: false });
    const done = last.flatMap((one) =>
      one.type === 'send' && one.note.type === 'deliver.done' ? [one.note] : [],
    );
    // What bounce(8) could not keep is tried again.
    expect(done[0]?.results[1]?.status).toBe('deferred');
  } else expect(effects.at(-1)).toEqual({ type: 'exit' });
});

test('postconf(5) transport_time_limit, export_environment: what the command gets', () => {
  const { load } = deliver(
    'user=nobody argv=/bin/x',
    {},
    'sift_time_limit = 7s\nexport_environment = TZ A=b\n',
  );
  const { timeoutMs, environment, as } = commandOf(load());
  expect([timeoutMs, environment.kept, environment.fixed.A, as]).toEqual([
    ...[7000, ['TZ'], 'b', { uid: 65534, gid: 65534 }],
  ]);
  expect(commandOf(deliver('user=nobody argv=/bin/x').load()).timeoutMs).toBe(1_000_000);
});
