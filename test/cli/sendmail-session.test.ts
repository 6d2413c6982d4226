/** `sendmail -bs`: an SMTP session on standard input and output, whose messages go into maildrop. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postcat } from '../../server/cli/postcat.ts';
import { ours } from '../support/commands.ts';

const BIN = resolve(import.meta.dirname, '../../server/bin');
let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-session-'));
  for (const name of ['maildrop', 'incoming', 'public']) fs.mkdirSync(join(folder, name));
  const main = `queue_directory = ${folder}\nmyhostname = mail.gouv.bj\nmaillog_file = ${folder}/log\nalias_maps =\n`;
  fs.writeFileSync(join(folder, 'main.cf'), main);
  fs.writeFileSync(join(folder, 'master.cf'), '127.0.0.1:0 inet n - n - - smtpd\n');
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** `sendmail -bs` as a program of its own, all input at once. */
function session(input: string): Promise<string> {
  return new Promise((done) => {
    const child = spawn(join(BIN, 'sendmail'), ['-C', folder, '-bs'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('latin1').on('data', (part: string) => {
      text += part;
    });
    child.once('close', () => done(text));
    child.stdin.end(input);
  });
}

const SESSION = [
  'ehlo a',
  'mail from:<a@b.example> ret=hdrs envid=x1',
  'rcpt to:<c> notify=delay',
  'data',
  'Subject: x',
  '',
  'y',
  '.',
];

test('sendmail(1) -bs: a session on standard input puts its messages into maildrop', async () => {
  const text = await session(
    [...SESSION, 'mail from:<>', 'rcpt to:<d@e.example>', 'data', '', '..', '.', 'quit', ''].join('\n'),
  );
  expect(text).toMatch(/^220 mail\.gouv\.bj ESMTP Postfix\r\n/);
  const ids = [...text.matchAll(/^250 2\.0\.0 Ok: queued as (\S+)\r$/gm)].map(([, id = '']) => id);
  expect(text).toMatch(/221 2\.0\.0 Bye\r\n$/);
  expect(ids).toHaveLength(2);
  expect(fs.readdirSync(join(folder, 'maildrop')).sort()).toEqual([...ids].sort());
  expect(fs.readdirSync(join(folder, 'incoming'))).toEqual([]);
  const [first = '', second = ''] = ids.map((id) => join(folder, 'maildrop', id));
  expect(fs.statSync(first).mode & 0o777).toBe(0o744);
  const one = (await ours('postcat', postcat, ['-c', folder, first])).out;
  expect(one).toContain(
    'named_attribute: envelope_id=x1\nnamed_attribute: ret_flags=2\nsender: a@b.example\n',
  );
  expect(one).toContain('notify_flags=8\nnamed_attribute: dsn_orig_rcpt=rfc822;c\nrecipient: c\n');
  expect(one).toMatch(/\*\*\* MESSAGE CONTENTS .*\nReceived: from a \(localhost/);
  const two = (await ours('postcat', postcat, ['-c', folder, second])).out;
  expect(two).toMatch(
    /sender: \nnamed_attribute: dsn_orig_rcpt=rfc822;d@e.example\nrecipient: d@e.example\n/,
  );
  expect(two).toMatch(/\n\n\.\n\*\*\* HEADER EXTRACTED/);
  for (const path of [first, second]) fs.rmSync(path);
});

test('sendmail(1) -bs: input that ends in the middle of a message leaves nothing', async () => {
  await session(SESSION.slice(0, -1).join('\n'));
  expect(fs.readdirSync(join(folder, 'maildrop'))).toEqual([]);
});
