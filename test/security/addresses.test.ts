/** Hostile addresses: relaying, parsers that disagree, commands as names. Numbers as in docs/security.md. */
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { TO_ALEXANDRE, target } from './hostile.ts';

const server = target('addresses');
const BEGIN = ['EHLO a.example\r\n', 'MAIL FROM:<a@a.example>\r\n'];

async function answerTo(recipient: string): Promise<string> {
  const { said } = await server.send([...BEGIN, `RCPT TO:<${recipient}>\r\n`]);
  return said.split('\r\n').at(-2) ?? '';
}

test.each([
  'u@evil.test',
  'u%evil.test@gouv.bj',
  'evil.test!u',
  'evil.test!alexandre@gouv.bj',
  '@gouv.bj,@x.example:u@evil.test',
  '@gouv.bj:alexandre%evil.test@gouv.bj',
  '"u@evil.test"@gouv.bj',
  '"u@evil.test"',
  'u@evil.test@gouv.bj',
  '@evil.test',
  'u@[IPv6:::1]',
  'alexandre@gouv.bj@evil.test',
])('security 18: no relaying for strangers, however it is written: <%s>', async (recipient) => {
  await server.start();
  expect(await answerTo(recipient)).toMatch(/^554 5\.7\.1 <.*>: Relay access denied$/);
});

test.each([
  ['u@[127.0.0.1]', /^550 5\.1\.1 /],
  ['alexandre@gouv.bj.', /^250 2\.1\.5 Ok$/],
  ['alexandre@', /^501 5\.1\.3 /],
  ['u@[evil.test]', /^501 5\.1\.3 /],
  ['alexandre@gouv.bj%evil.test', /^501 5\.1\.3 /],
] as const)('security 18: odd domains: <%s>', async (recipient, answer) => {
  await server.start();
  expect(await answerTo(recipient)).toMatch(answer);
});

test('security 19: what the envelope says is where it goes, whatever else could be read in it', async () => {
  await server.start();
  expect(await answerTo('"xclow3n@gmail.com x"@gouv.bj')).toMatch(/^50\d /);
  expect(await answerTo('=?utf-8?q?=41=42?=@evil.test')).toMatch(/^554 5\.7\.1 /);
  expect(await answerTo('alexandre@gouv.bj(x)evil.test')).toMatch(/^5\d\d /);
  await server.letter(
    'To: user@good-corp.com(x)evil.com\r\nCc: =?utf-8?q?=41=40b?= <c@d.example>\r\n\r\nx\r\n.\r\n',
  );
  const [letter = ''] = await server.letters(1);
  // A comment ends nothing, and an encoded word is no address.
  expect(letter).not.toMatch(/^To: .*good-corp\.comevil/m);
  expect(letter).toMatch(/^Cc: =\?utf-8\?q\?=41=40b\?= <c@d\.example>$/m);
});

test.each([
  ['groups in groups', `To: ${'g:'.repeat(5000)};`],
  ['open comments', `To: ${'('.repeat(20_000)}`],
  ['open quotes', `To: ${'"'.repeat(20_001)}`],
  ['many addresses', `To: ${'a@b, '.repeat(19_000)}c@d`],
  ['many headers', 'To: a@b\r\n'.repeat(20_000).trimEnd()],
])('security 20: a header made to keep a parser busy is passed on: %s', async (_what, header) => {
  await server.start();
  const { said } = await server.letter(`${header}\r\nSubject: end\r\n\r\nx\r\n.\r\n`);
  expect(said).toContain('queued as');
  const [letter = ''] = await server.letters(1);
  expect(letter).toMatch(/^[Ss]ubject: end$/m);
});

test.each([
  ['-oXalexandre@gouv.bj', /^501 5\.1\.3 /],
  ['|sh@gouv.bj', /^550 5\.1\.1 /],
  ['"|sh"@gouv.bj', /^550 5\.1\.1 /],
  ['/etc/passwd@gouv.bj', /^550 5\.1\.1 /],
  [':include:/etc/passwd@gouv.bj', /^5\d\d /],
  ['../../etc/passwd@gouv.bj', /^550 5\.1\.1 /],
] as const)(
  'security 21, 47: a name is never a command, an option or a path: <%s>',
  async (recipient, answer) => {
    await server.start();
    expect(await answerTo(recipient)).toMatch(answer);
  },
);

test('security 21: names with characters of a shell reach the box of their user, and nothing else', async () => {
  await server.start('recipient_delimiter = +\n');
  const [hello = '', from = '', , data = ''] = TO_ALEXANDRE;
  const mark = server.path('mark');
  const evil = `alexandre+;touch ${mark};$(touch ${mark})\`touch ${mark}\`@gouv.bj`.replaceAll(' ', '${IFS}');
  const to = `RCPT TO:<"${evil.replace('@gouv.bj', '')}"@gouv.bj>\r\n`;
  const { said } = await server.send([hello, from, to, data, 'x\r\n.\r\n', 'QUIT\r\n']);
  expect(said).toContain('queued as');
  expect(await server.letters(1)).toHaveLength(1);
  expect(fs.existsSync(mark)).toBe(false);
});

test('security 22: aliases that go in circles end in a notice, not in a loop', async () => {
  const aliases = `inline:{ {a = a@gouv.bj} {b = c} {c = b, alexandre} }`;
  await server.start(`virtual_alias_maps =\nalias_maps = ${aliases}\n`);
  for (const name of ['a', 'b']) {
    const parts = TO_ALEXANDRE.map((part) => part.replace('<alexandre@', `<${name}@`));
    const { said } = await server.send([...parts, 'Subject: round\r\n\r\nx\r\n.\r\n', 'QUIT\r\n']);
    expect(said, name).toContain('queued as');
  }
  // Of the circle of two, who is not in it still gets his letter, once.
  expect(await server.letters(1)).toHaveLength(1);
  await expect
    .poll(() => server.log().match(/: removed/g)?.length ?? 0, { timeout: 5000 })
    .toBeGreaterThan(1);
});

test('security 23: an unknown person is refused while the sender still listens: no notice goes to a stranger', async () => {
  await server.start();
  const { said } = await server.send([
    'EHLO a.example\r\n',
    'MAIL FROM:<victim@b.example>\r\n',
    'RCPT TO:<nobody-here@gouv.bj>\r\n',
  ]);
  expect(said).toMatch(/\r\n550 5\.1\.1 .*User unknown/);
  expect(server.log()).not.toMatch(/postfix\/bounce/);
  expect(server.queue()).toEqual([]);
});

test('security 26: with disable_vrfy_command nobody learns who exists, and EXPN is no command', async () => {
  await server.start('disable_vrfy_command = yes\n');
  const answers = async (user: string): Promise<readonly string[]> => {
    const { said } = await server.send(['EHLO a.example\r\n', `VRFY ${user}\r\n`, `EXPN ${user}\r\n`]);
    return said.split('\r\n').filter((line) => line.startsWith('50'));
  };
  const known = await answers('alexandre@gouv.bj');
  expect(known).toEqual([
    '502 5.5.1 VRFY command is disabled',
    expect.stringMatching(/^50[02] 5\.5\.[12] Error: command not /),
  ]);
  expect(await answers('nobody-here@gouv.bj')).toEqual(known);
  expect((await server.send(['EHLO a.example\r\n'])).said).not.toContain('VRFY');
});
