/** Hostile files and sockets: forged queue files, garbage at the triggers. Numbers as in docs/security.md. */
import fs from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { parseMainCf, parseQueueFile } from '#core';
import { TO_ALEXANDRE, target } from './hostile.ts';

const server = target('storage');

/** A letter to a host that nobody delivers to here stays in the queue as a file. */
async function queuedFile(): Promise<string> {
  await server.start('transport_maps = inline:{ {gouv.bj = nowhere:} }\n');
  const { said } = await server.letter('Subject: kept\r\n\r\nline one\r\nline two\r\n.\r\n');
  const id = /queued as (\w+)/.exec(said)?.[1] ?? '';
  await expect.poll(() => server.queue().some((name) => name.endsWith(id)), { timeout: 10_000 }).toBe(true);
  for (const queue of ['deferred', 'active', 'incoming']) {
    const names = fs.readdirSync(server.path('spool', queue), { recursive: true }) as string[];
    const found = names.find((name) => name.endsWith(id));
    if (found !== undefined) return server.path('spool', queue, found);
  }
  throw new Error(`no file of ${id}`);
}

test('security 50: a queue file that ends too early, at whatever byte, is no message', async () => {
  const path = await queuedFile();
  const bytes = new Uint8Array(fs.readFileSync(path));
  const whole = parseQueueFile(bytes);
  expect([whole.complete, whole.problems]).toEqual([true, []]);
  for (let length = 0; length < bytes.length; length += 1) {
    const { complete, problems } = parseQueueFile(bytes.subarray(0, length));
    expect([length, complete]).toEqual([length, false]);
    expect(problems.length, `${length} bytes`).toBeGreaterThan(0);
  }
});

test('security 50: no field of the envelope can hold a record of its own', async () => {
  await server.start('transport_maps = inline:{ {gouv.bj = nowhere:} }\nrecipient_delimiter = +\n');
  const evil = 'x\x01R\x15evil@evil.example';
  const [, , , data = ''] = TO_ALEXANDRE;
  await server.send([
    `EHLO ${evil}\r\n`,
    `MAIL FROM:<"${evil}"@a.example> ENVID=x+0AR+15evil\r\n`,
    'MAIL FROM:<a@a.example>\r\n',
    `RCPT TO:<"alexandre+${evil}"@gouv.bj>\r\n`,
    'RCPT TO:<alexandre@gouv.bj> ORCPT=rfc822;x+0AR+15evil\r\n',
    'RCPT TO:<alexandre@gouv.bj>\r\n',
    data,
    `Subject: s\r\n${'R\x15evil@evil.example'}\r\n\r\nR\x15evil@evil.example\r\n.\r\n`,
    'QUIT\r\n',
  ]);
  await expect.poll(() => server.queue().length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(server.log()).not.toMatch(/to=<evil@evil\.example>/);
  expect(server.log()).toMatch(/to=<alexandre@gouv\.bj>/);
});

test('security 51: garbage at the sockets of other programs is nobody’s trouble', async () => {
  await server.start();
  const garbage = [
    Buffer.alloc(100_000, 0xff),
    Buffer.from('\0\n\r'.repeat(1000)),
    Buffer.from('Zi=../../x s='),
    Buffer.from('s=../../../etc/passwd'),
  ];
  for (const service of ['qmgr', 'pickup', 'flush'])
    for (const bytes of garbage)
      await new Promise<void>((done) => {
        const socket = net.connect(server.path('spool', 'public', service));
        socket.on('error', () => undefined);
        socket.on('close', () => done());
        socket.on('connect', () => socket.end(bytes));
        setTimeout(() => socket.destroy(), 1000).unref();
      });
  const { said } = await server.letter('Subject: s\r\n\r\nx\r\n.\r\n');
  expect(said).toContain('queued as');
  expect(await server.letters(1)).toHaveLength(1);
  expect(server.log()).not.toMatch(/panic|fatal/);
});

test('security 54: names that every JavaScript object has are names like others', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const { entries } = parseMainCf(names.map((name) => `${name} = x\n`).join(''), 'main.cf', '3.x');
  expect(entries.map(({ name }) => name)).toEqual(names);
  await server.start('recipient_delimiter = +\n');
  const headers = names.map((name) => `${name}: x\r\n`).join('');
  const { said } = await server.letter(`${headers}\r\nx\r\n.\r\n`);
  expect(said).toContain('queued as');
  const [letter = ''] = await server.letters(1);
  for (const name of names) expect(letter).toContain(`\n${name}: x\n`);
  for (const name of names) {
    const to = `RCPT TO:<${name}@gouv.bj>\r\n`;
    const { codes } = await server.send([
      'EHLO a.example\r\n',
      'MAIL FROM:<a@a.example>\r\n',
      to,
      `${name}\r\n`,
    ]);
    // What begins with no letter is a browser's, or worse.
    expect(codes.slice(2), name).toEqual(['250', '550', name.startsWith('_') ? '221' : '500']);
  }
});
