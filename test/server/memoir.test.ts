/** The memoir's second session (telnet mail.gouv.bj 25) on a real socket, a real disk, a real mailbox. */
import fs from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { testLab } from '../support/test-lab.ts';

const lab = testLab('memoir');

function startLab(): Promise<number> {
  lab.make();
  return lab.start();
}

/** Sends each part when a reply has come, and gives back all that the server said. */
function talk(port: number, parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    const waiting = [...parts];
    let said = '';
    socket.setTimeout(20_000, () => socket.destroy(new Error(`the server fell silent after: ${said}`)));
    socket.on('error', reject);
    socket.on('close', () => resolve(said));
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString('latin1');
      if (!/(^|\r\n)\d{3} [^\r\n]*\r\n$/.test(said)) return;
      const next = waiting.shift();
      if (next !== undefined) socket.write(next);
    });
  });
}

async function mailbox(user: string): Promise<readonly string[]> {
  const directory = lab.path('home', user, 'Maildir', 'new');
  for (let turn = 0; turn < 200; turn += 1) {
    const names = fs.existsSync(directory) ? fs.readdirSync(directory) : [];
    if (names.length > 0) return names.map((name) => fs.readFileSync(join(directory, name), 'latin1'));
    await new Promise((done) => setTimeout(done, 25));
  }
  return [];
}

const TYPED = [
  'ehlo mail\r\n',
  'mail from: espera@gouv.bj\r\n',
  'rcpt to: alexandre@gouv.bj\r\n',
  'data\r\n',
  'subject: Bonjour\r\nFelicitacion mon frere on vient de reussir notre config\r\n.\r\n',
  'quit\r\n',
];

const SAID =
  '220 mail.gouv.bj ESMTP Postfix (2.3.6)\r\n' +
  '250-mail.gouv.bj\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-VRFY\r\n250-ETRN\r\n' +
  '250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 DSN\r\n' +
  '250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n' +
  '250 2.0.0 Ok: queued as ID\r\n221 2.0.0 Bye\r\n';

const withoutId = (text: string): string => text.replace(/queued as [0-9A-F]+/, 'queued as ID');

test('memoir L1117–1138: the second session gives the replies of 2.3.6 byte for byte', async () => {
  const port = await startLab();
  const said = await talk(port, TYPED);
  expect(withoutId(said)).toBe(SAID);
  expect(said).toMatch(/queued as [0-9A-F]{5}[0-9A-F]+\r\n/);
  const [letter = ''] = await mailbox('alexandre');
  const mail = await simpleParser(letter);
  expect(mail.subject).toBe('Bonjour');
  expect(mail.text?.trim()).toBe('Felicitacion mon frere on vient de reussir notre config');
  expect(letter.startsWith('Return-Path: <espera@gouv.bj>\nX-Original-To: alexandre@gouv.bj\n')).toBe(true);
  expect(fs.readdirSync(lab.path('spool', 'active'))).toEqual([]);
});

test('RFC 2920 §3: the same session sent in one piece gives the same replies', async () => {
  const port = await startLab();
  expect(withoutId(await talk(port, [TYPED.join('')]))).toBe(SAID);
});

test('architecture §7: bytes may come in any pieces', async () => {
  const port = await startLab();
  const bytes = Buffer.from(TYPED.join(''), 'latin1');
  const said = await new Promise<string>((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
    let text = '';
    let at = 0;
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.on('data', (more: Buffer) => {
      text += more.toString('latin1');
    });
    const next = (): void => {
      if (at >= bytes.length) return;
      const size = 1 + ((at * 7) % 3);
      socket.write(bytes.subarray(at, at + size), next);
      at += size;
    };
    socket.on('connect', next);
  });
  expect(withoutId(said)).toBe(SAID);
});

test('RFC 5321 §4.1.4: commands out of order and unknown people are refused in Postfix’s words', async () => {
  const port = await startLab();
  const said = await talk(port, [
    'RCPT TO:<alexandre@gouv.bj>\r\n',
    'DATA\r\n',
    'MAIL FROM:<espera@gouv.bj>\r\n',
    'MAIL FROM:<espera@gouv.bj>\r\n',
    'RCPT TO:<nobody@gouv.bj>\r\n',
    'DATA\r\n',
    'VERFY espera\r\n',
    'QUIT\r\n',
  ]);
  expect(said.split('\r\n').slice(1, -1)).toEqual([
    '503 5.5.1 Error: need MAIL command',
    '503 5.5.1 Error: need RCPT command',
    '250 2.1.0 Ok',
    '503 5.5.1 Error: nested MAIL command',
    '550 5.1.1 <nobody@gouv.bj>: Recipient address rejected: User unknown in local recipient table',
    '554 5.5.1 Error: no valid recipients',
    '502 5.5.2 Error: command not recognized',
    '221 2.0.0 Bye',
  ]);
});

test('postconf(5) default_transport: mail that has no transport here waits in the deferred queue', async () => {
  const port = await startLab();
  const said = await talk(port, [
    'HELO mail\r\n',
    'MAIL FROM:<espera@gouv.bj>\r\n',
    'RCPT TO:<someone@example.org>\r\n',
    'DATA\r\n',
    'Subject: away\r\n\r\nhello\r\n.\r\n',
    'QUIT\r\n',
  ]);
  const id = /queued as ([0-9A-F]+)/.exec(said)?.[1] ?? '';
  const path = lab.path('spool', 'deferred', id[0] ?? '', id);
  for (let turn = 0; turn < 200 && !fs.existsSync(path); turn += 1)
    await new Promise((done) => setTimeout(done, 25));
  expect(fs.statSync(path).mode & 0o777).toBe(0o700);
  expect(fs.readFileSync(lab.path('spool', 'defer', id[0] ?? '', id), 'latin1')).toContain(
    'reason=mail transport unavailable',
  );
});
