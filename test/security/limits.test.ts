/** Hostile amounts and characters: lines, commands, recipients, sizes, the log. docs/security.md */
import fs from 'node:fs';
import net from 'node:net';
import { describe, expect, test } from 'vitest';
import { freePort, startServerProcess } from '../support/server-process.ts';
import { BOTH, TO_ALEXANDRE, target } from './hostile.ts';

const server = target('limits');
const HELLO = 'EHLO a.example\r\n';
const FROM = 'MAIL FROM:<a@a.example>\r\n';

/** Anything that would move a cursor, begin a line or end a string. */
const CONTROL = /[\0-\x08\x0b-\x1f\x7f]/;

test('security 12: a line without an end costs no memory, and the session goes on', async () => {
  await server.start();
  // Another process, so that the memory is the server's own.
  const port = await freePort();
  const etc = server.path('etc');
  fs.writeFileSync(
    `${etc}/master.cf`,
    fs.readFileSync(`${etc}/master.cf`, 'utf8').replace(/127\.0\.0\.1:\d+/g, `127.0.0.1:${port}`),
  );
  fs.appendFileSync(`${etc}/main.cf`, `page_listen =\nqueue_directory = ${server.path('other-spool')}\n`);
  const child = await startServerProcess(etc, port);
  try {
    const peakKb = (): number =>
      Number(/^VmHWM:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1]);
    const before = peakKb();
    const socket = net.connect(port, '127.0.0.1');
    let said = '';
    socket.on('data', (part: Buffer) => {
      said += part.toString('latin1');
    });
    await new Promise((done) => socket.once('data', done));
    const piece = Buffer.alloc(1024 * 1024, 'x');
    for (let mib = 0; mib < 300; mib += 1)
      if (!socket.write(piece)) await new Promise((done) => socket.once('drain', done));
    socket.write('\r\n');
    await new Promise((done) => socket.once('data', done));
    socket.write('QUIT\r\n');
    await new Promise((done) => socket.once('close', done));
    expect(said).toMatch(/\r\n50\d 5\.\d\.\d .*\r\n221 2\.0\.0 Bye\r\n$/);
    expect(peakKb() - before).toBeLessThan(150 * 1024);
  } finally {
    await child.stop();
  }
});

describe.each(BOTH)('sent in pieces: %s', (pieces) => {
  test('security 13: NUL, controls and 8-bit in commands', async () => {
    await server.start();
    const { codes } = await server.send(
      [HELLO, 'MAIL FROM:<a\0b@c.example>\r\n', 'NO\0OP\r\n', 'NOOP\r\n'],
      pieces,
    );
    expect(codes).toEqual(['220', '250', '501', expect.stringMatching(/^50\d$/), '250']);
    const { said } = await server.send(
      ['EHLO \x1b[2J\r\n', FROM, 'RCPT TO:<\x1b[2J@gouv.bj>\r\n', '\x1b[2J\r\n'],
      pieces,
    );
    expect(said.replaceAll('\r\n', '')).not.toMatch(CONTROL);
    expect(server.log().replaceAll('\n', '')).not.toMatch(CONTROL);
  });
});

test.each([
  ['MAIL FROM:<a@b.example> ENVID=x+0D+0ARCPT', /^501 5\.5\.4 /],
  ['MAIL FROM:<a@b.example> ENVID=x+00y', /^501 5\.5\.4 /],
  ['MAIL FROM:<a@b.example> ENVID=x+0', /^501 5\.5\.4 /],
  ['MAIL FROM:<a@b.example> SIZE=99999999999999999999', /^(501 5\.5\.4|552 5\.3\.4) /],
  ['MAIL FROM:<a@b.example> SIZE=-1', /^501 5\.5\.4 /],
  ['MAIL FROM:<a@b.example> __proto__=1', /^5\d\d /],
] as const)('security 14, 31, 54: parameters that hide something: %s', async (command, answer) => {
  await server.start();
  const { said } = await server.send([HELLO, `${command}\r\n`]);
  expect(said.split('\r\n').at(-2)).toMatch(answer);
});

test('security 14: nothing is hidden in ORCPT', async () => {
  await server.start();
  const to = (orcpt: string): string => `RCPT TO:<alexandre@gouv.bj> ORCPT=${orcpt}\r\n`;
  const { codes } = await server.send([
    HELLO,
    FROM,
    to('rfc822;a+0Ab'),
    to('rfc822;a+00b'),
    to('rfc822;a+0'),
  ]);
  expect(codes.slice(3)).toEqual(['501', '501', '501']);
});

test('security 15: what a client calls itself adds no header', async () => {
  await server.start();
  const [, ...rest] = TO_ALEXANDRE;
  for (const name of ['a(b\\', 'a;\tid=x', `${'x'.repeat(600)}`, 'a\x0bX:y', '[1.2.3.4', '(', '")', 'a\xffb'])
    await server.send([`HELO ${name}\r\n`, ...rest, 'Subject: s\r\n\r\nx\r\n.\r\n', 'QUIT\r\n']);
  const letters = await server.letters(8);
  expect(letters).toHaveLength(8);
  for (const letter of letters) {
    const head = letter.slice(0, letter.indexOf('\n\n'));
    const names = head.split('\n').flatMap((line) => /^([^\s:]+):/.exec(line)?.[1] ?? []);
    expect(new Set(names)).toEqual(
      new Set([
        ...['Return-Path', 'X-Original-To', 'Delivered-To', 'Received', 'Subject'],
        // This client is one of the machine's own: local_header_rewrite_clients.
        ...['Message-Id', 'Date', 'From'],
      ]),
    );
    expect(head.replaceAll(/[\n\t]/g, '')).not.toMatch(CONTROL);
    // Parentheses of a comment that a reader would look for the end of.
    const received = /^Received: ([\s\S]*?)\n(?=\S)/m.exec(head)?.[1] ?? '';
    expect(received.match(/\(/g)?.length).toBe(received.match(/\)/g)?.length);
  }
});

test('security 28: a flood of commands that do nothing ends, and others are served meanwhile', async () => {
  await server.start();
  const flood = server.send([HELLO, 'NOOP\r\nRSET\r\n\r\nVRFY <>\r\n'.repeat(50_000)]);
  const { codes } = await server.send([HELLO, FROM, 'QUIT\r\n']);
  expect(codes).toEqual(['220', '250', '250', '221']);
  const { said, codes: answers, hungUp } = await flood;
  expect(said).toMatch(
    /\r\n(421 4\.7\.0 .*too many errors|554 5\.5\.0 Error: SMTP protocol synchronization)\r\n$/,
  );
  expect(answers.length).toBeLessThan(500);
  expect(hungUp).toBe(true);
});

test('security 29: 50,000 recipients: a thousand are taken, the rest is told to wait', async () => {
  await server.start();
  const many = Array.from({ length: 50_000 }, (_, at) => `RCPT TO:<alexandre+${at}@gouv.bj>\r\n`).join('');
  const { said } = await server.send([HELLO, `${FROM}${many}`]);
  expect(said.match(/^250 2\.1\.5 Ok\r$/gm)?.length ?? 0).toBeLessThanOrEqual(1000);
  expect(said).toContain('452 4.5.3 Error: too many recipients');
});

test('security 30: a text of nothing but stuffed dots is read like another', async () => {
  await server.start('message_size_limit = 40000000\n');
  const lines = 2_000_000;
  const { said } = await server.letter(`\r\n${'..\r\n'.repeat(lines)}.\r\n`);
  expect(said).toContain('queued as');
  const [letter = ''] = await server.letters(1);
  expect(letter.length - letter.indexOf('\n\n') - 2).toBe(2 * lines);
}, 20_000);

test('security 31: a text longer than the limit is refused, and nothing of it stays', async () => {
  await server.start('message_size_limit = 100000\n');
  const said = await server.send([HELLO, 'MAIL FROM:<a@a.example> SIZE=100001\r\n']);
  expect(said.codes.at(-1)).toBe('552');
  const text = await server.letter(`\r\n${'x'.repeat(70)}\r\n`.repeat(3000).concat('.\r\n'));
  expect(text.said).toMatch(/\r\n552 5\.3\.4 .*\r\n221 /);
  expect(server.queue()).toEqual([]);
  expect(await server.letters(0)).toEqual([]);
});

test('security 40: what comes from outside moves no cursor and begins no line in the log', async () => {
  await server.start();
  const dirty = 'a\x1b[31mb\x07c\x7fd\x08e';
  await server.send([
    HELLO,
    `MAIL FROM:<${dirty}@a.example>\r\n`,
    `RCPT TO:<${dirty}@gouv.bj>\r\n`,
    `VRFY ${dirty}\r\n`,
  ]);
  await server.letter(
    `Message-ID: <${dirty}@x>\r\n postfix/smtpd[1]: forged\r\nSubject: s\r\n\r\nx\r\n.\r\n`,
  );
  await server.letters(1);
  const lines = server.log().split('\n').slice(0, -1);
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) {
    expect(line).toMatch(/^\w{3} [ \d]\d [\d:]{8} \S+ postfix\/[\w-]+\[\d+\]: /);
    expect(line).not.toMatch(CONTROL);
  }
});
