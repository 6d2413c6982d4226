/** Real programs against the real server: nodemailer, our own sendmail, Debian's postcat. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import { simpleParser } from 'mailparser';
import nodemailer from 'nodemailer';
import { expect, test } from 'vitest';
import { oraclePath, testWithOracle } from '../support/oracles.ts';
import { testLab } from '../support/test-lab.ts';

const SENDMAIL = resolve(import.meta.dirname, '../../server/bin/sendmail');
const lab = testLab('clients');

async function until<Value>(look: () => Value | undefined): Promise<Value> {
  for (let turn = 0; turn < 400; turn += 1) {
    const value = look();
    if (value !== undefined) return value;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('it did not happen within ten seconds');
}

function letters(user: string): readonly string[] | undefined {
  const directory = lab.path('home', user, 'Maildir', 'new');
  const names = fs.existsSync(directory) ? fs.readdirSync(directory) : [];
  return names.length === 0
    ? undefined
    : names.map((name) => fs.readFileSync(join(directory, name), 'latin1'));
}

test('RFC 5321 §4.5.2: nodemailer sends dots, accents and an attachment; they arrive unchanged', async () => {
  lab.make();
  const port = await lab.start();
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  const text = '.une ligne qui commence par un point\n..deux\nÉté à Porto-Novo\n';
  const attachment = { filename: 'liste.txt', content: 'un\ndeux\n' };
  await transport.sendMail({
    ...{
      from: 'espera@gouv.bj',
      to: 'alexandre+test@gouv.bj',
      subject: 'Été',
      text,
      attachments: [attachment],
    },
  });
  transport.close();
  const [letter = ''] = await until(() => letters('alexandre'));
  const mail = await simpleParser(Buffer.from(letter, 'latin1'));
  expect(mail.subject).toBe('Été');
  expect(mail.text).toBe(text);
  expect(mail.attachments[0]?.content.toString()).toBe('un\ndeux\n');
  expect(letter).toContain('Delivered-To: alexandre+test@gouv.bj\n');
});

test('sendmail(1): mail waits in maildrop while the server is down, and is delivered after the start', async () => {
  lab.make();
  fs.mkdirSync(lab.path('spool', 'maildrop'), { recursive: true });
  const args = ['-C', lab.path('etc'), '-t', '-f', 'espera'];
  execFileSync(SENDMAIL, args, {
    input: 'To: alexandre\nBcc: postmaster\nSubject: au revoir\n\nligne\n.\nperdue\n',
  });
  expect(fs.readdirSync(lab.path('spool', 'maildrop'))).toHaveLength(1);
  await lab.start();
  const [letter = ''] = await until(() => letters('alexandre'));
  expect(letter).toContain('\nTo: alexandre@gouv.bj\n');
  expect(letter).not.toContain('Bcc:');
  expect(letter.endsWith('\n\nligne\n')).toBe(true);
  // postmaster is an alias of espera.
  const [copy = ''] = await until(() => letters('espera'));
  expect(copy).toContain('Subject: au revoir');
  expect(fs.readdirSync(lab.path('spool', 'maildrop'))).toEqual([]);
});

test('aliases(5): the memoir’s loop root ↔ postmaster ends in a notice to the sender, not in a circle', async () => {
  lab.make();
  fs.appendFileSync(lab.path('etc', 'aliases'), '\nrondeau: tournez\ntournez: rondeau\n');
  execFileSync(resolve(SENDMAIL, '../newaliases'), ['-c', lab.path('etc')]);
  await lab.start();
  execFileSync(SENDMAIL, ['-C', lab.path('etc'), '-f', 'espera', 'rondeau'], {
    input: 'Subject: boucle\n\nx\n',
  });
  const [notice = ''] = await until(() => letters('espera'));
  expect(notice).toContain('Return-Path: <>\n');
  expect(notice).toContain('alias database loop for');
  const report = await simpleParser(notice);
  expect(report.subject).toBe('Undelivered Mail Returned to Sender');
});

testWithOracle('postfix')('postcat(1): Debian’s postcat reads a queue file of ours', async () => {
  lab.make();
  await lab.start();
  const to = ['-f', 'espera', 'ami@example.org'];
  execFileSync(SENDMAIL, ['-C', lab.path('etc'), ...to], { input: 'Subject: loin\n\nbonjour\n' });
  const deferred = lab.path('spool', 'deferred');
  const file = await until(() => {
    const names = fs.readdirSync(deferred, { recursive: true, encoding: 'utf8' });
    return names.find((name) => name.includes('/'));
  });
  const postcat = join(oraclePath('postfix'), '..', 'postcat');
  const said = execFileSync(postcat, [join(deferred, file)], { encoding: 'latin1' });
  expect(said).toContain('sender: espera@gouv.bj\n');
  expect(said).toContain('recipient: ami@example.org\n');
  expect(said).toContain('\nSubject: loin\n');
  expect(said).toContain('*** MESSAGE FILE END');
});
