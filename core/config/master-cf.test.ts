// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${name} is Postfix's own notation here.
import { expect, test } from 'vitest';
import { inetAddress, parseMasterCf } from './master-cf.ts';
import type { Profile } from './profile.ts';

const FILE = '/etc/postfix/master.cf';

function textsOf(text: string, profile: Profile = '3.x'): readonly string[] {
  return parseMasterCf(text, FILE, profile).problems.map((problem) => problem.text);
}

test('master(5): eight columns, dashes for defaults', () => {
  const { services, problems } = parseMasterCf(
    'smtp inet n - - - - smtpd\n#c\nqmgr fifo n n n 300? 1 qmgr\nrelay unix y y y 60 0 smtp\n',
    FILE,
  );
  expect(problems).toEqual([]);
  expect(services).toEqual([
    {
      ...{ name: 'smtp', type: 'inet', private: false, unprivileged: true, chroot: false, wakeupMs: 0 },
      ...{ wakeupIfUsed: false, processLimit: undefined, command: 'smtpd', args: [], overrides: [], line: 1 },
    },
    {
      ...{
        name: 'qmgr',
        type: 'fifo',
        private: false,
        unprivileged: false,
        chroot: false,
        wakeupMs: 300_000,
      },
      ...{ wakeupIfUsed: true, processLimit: 1, command: 'qmgr', args: [], overrides: [], line: 3 },
    },
    {
      ...{ name: 'relay', type: 'unix', private: true, unprivileged: true, chroot: true, wakeupMs: 60_000 },
      ...{ wakeupIfUsed: false, processLimit: 0, command: 'smtp', args: [], overrides: [], line: 4 },
    },
  ]);
});

test('master(5) chroot: the default was y in 2.3', () => {
  expect(parseMasterCf('a unix - - - - - b', FILE, '2.3').services[0]?.chroot).toBe(true);
});

test('master(5) -o: every spelling, in order, up to the first word without a dash', () => {
  const { services } = parseMasterCf(
    'smtp inet n - y - - smtpd -o a=b\n  -o { c = d e }\n # comment\n\n -o x={y z} -oq=r -v -vo s= -D\n' +
      'old unix - n n - - pipe\n  -o m=n flags=R user=vmail argv=/bin/x -o ${sender}\n',
    FILE,
  );
  expect(services[0]?.overrides).toEqual([
    ['a', 'b'],
    ['c', 'd e'],
    ['x', '{y z}'],
    ['q', 'r'],
    ['s', ''],
  ]);
  expect(services[0]?.args).toEqual(['-v', '-v', '-D']);
  expect(services[1]?.overrides).toEqual([['m', 'n']]);
  expect(services[1]?.args).toEqual(['flags=R', 'user=vmail', 'argv=/bin/x', '-o', '${sender}']);
});

test('master(5) -o in 2.3: no braces, and a lone name is empty', () => {
  const { services } = parseMasterCf('a unix - - - - - b -o c -o d={e f', FILE, '2.3');
  expect(services[0]?.overrides).toEqual([
    ['c', ''],
    ['d', '{e'],
  ]);
  expect(services[0]?.args).toEqual(['f']);
});

test.each([
  ['smtp', 'missing "transport type" field'],
  ['smtp inet', 'missing "private" field'],
  ['smtp inet n - y - -', 'missing "command" field'],
  ['a - - - - - - b', 'field "transport type" has no default value'],
  ['a unix - - - - - -', 'field "command" has no default value'],
  ['smtp foo n - y - - smtpd', 'bad transport type: foo'],
  ['smtp inet x - y - - smtpd', 'field "private": bad value: "x"'],
  ['smtp inet y - y - - smtpd', 'inet service cannot be private'],
  ['smtp inet - - y - - smtpd', 'inet service cannot be private'],
  ['a unix n Y y - - b', 'field "unprivileged": bad value: "Y"'],
  ['a unix n - x - - b', 'field "chroot": bad value: "x"'],
  ['a unix n - y -5 - b', 'field "wakeup_time": bad value: "-5"'],
  ['a unix n - y - x b', 'field "max_proc": bad value: "x"'],
  ['25 inet n - - - - smtpd { a', 'missing \'}\' in "{ a"'],
  ['25 inet n - - - - smtpd {a}b', 'syntax error after \'}\' in "{a}b"'],
  ['25x inet n - - - - smtpd', 'garbage after numerical service in "25x"'],
  ['[::1 inet n - - - - smtpd', 'missing "]" in "[::1"'],
  ['[::1]25 inet n - - - - smtpd', 'garbage after "]" in "[::1]25"'],
  ['127.0.0.1: inet n - - - - smtpd', 'missing service information in "127.0.0.1:"'],
  ['a unix - - - - - b -o c', 'invalid "-o c" option value: missing \'=\' after attribute name'],
])('master(8): "%s" is fatal', (line, expected) => {
  expect(textsOf(line)).toEqual([`${FILE}: line 1: ${expected}`]);
});

test('master(5): pass came with 2.5', () => {
  expect(textsOf('a pass n - - - - b')).toEqual([]);
  expect(textsOf('a pass n - - - - b', '2.3')).toEqual([`${FILE}: line 1: bad transport type: pass`]);
});

test('master(8): the line of a problem is where the entry begins, in 2.3 where it ends', () => {
  const text = '\n#c\n\na unix - - - \n - - b\nc unix z - - - \n - - d\n\n';
  expect(textsOf(text)).toEqual([`${FILE}: line 6: field "private": bad value: "z"`]);
  expect(textsOf(text, '2.3')).toEqual([`${FILE}: line 8: field "private": bad value: "z"`]);
  expect(textsOf(' smtp inet n - y - - smtpd\n')).toEqual([
    `${FILE}: logical line must not start with whitespace: " smtp inet n - y - - smtpd"`,
  ]);
});

test.each([
  ['smtp', { host: '', port: 25 }],
  ['submission', { host: '', port: 587 }],
  ['smtps', { host: '', port: 465 }],
  ['1025', { host: '', port: 1025 }],
  ['127.0.0.1:1025', { host: '127.0.0.1', port: 1025 }],
  ['localhost:smtp', { host: 'localhost', port: 25 }],
  ['[::1]:25', { host: '::1', port: 25 }],
  [':25', { host: '', port: 25 }],
  ['nosuch', undefined],
  ['65536', undefined],
  ['a:', undefined],
])('services(5): %s', (name, expected) => {
  expect(inetAddress(name)).toEqual(expected);
});
