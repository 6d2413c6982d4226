/** Started as root, mail is delivered with the recipient's rights only: links in a home lead nowhere. */
import fs from 'node:fs';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { expect, test } from 'vitest';
import { testLab } from '../support/test-lab.ts';

const UID = 54321;
const lab = testLab('root');

/** A lab whose alexandre is somebody else than the one who runs it. */
async function sendToAlexandre(prepare: (home: string) => void): Promise<string> {
  lab.make();
  const home = lab.path('home', 'alexandre');
  for (const path of [lab.folder, lab.path('home')]) fs.chmodSync(path, 0o755);
  const passwd = lab.path('etc', 'passwd');
  fs.writeFileSync(
    passwd,
    fs.readFileSync(passwd, 'utf8').replace('alexandre:x:0:0:', `alexandre:x:${UID}:${UID}:`),
  );
  fs.chownSync(home, UID, UID);
  prepare(home);
  const port = await lab.start();
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  await transport.sendMail({ from: 'espera@gouv.bj', to: 'alexandre@gouv.bj', subject: 'x', text: 'y' });
  transport.close();
  for (let turn = 0; turn < 400; turn += 1) {
    const line = /to=<alexandre@gouv.bj>.*status=.*/.exec(lab.log())?.[0];
    if (line !== undefined) return line;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('no delivery within ten seconds');
}

test.runIf(process.getuid?.() === 0)('local(8): the letter belongs to the recipient', async () => {
  expect(await sendToAlexandre(() => undefined)).toContain('status=sent');
  const box = lab.path('home', 'alexandre', 'Maildir', 'new');
  const [name = ''] = fs.readdirSync(box);
  const stat = fs.statSync(join(box, name));
  expect([stat.uid, stat.gid, stat.mode & 0o777]).toEqual([UID, UID, 0o600]);
  expect(fs.statSync(box).uid).toBe(UID);
});

test.runIf(process.getuid?.() === 0)(
  'security 48: CVE-2020-8793: a Maildir that is a link to root’s place gets nothing',
  async () => {
    let secret = '';
    const line = await sendToAlexandre((home) => {
      secret = lab.path('secret');
      fs.mkdirSync(secret, { mode: 0o700 });
      fs.symlinkSync(secret, join(home, 'Maildir'));
    });
    expect(line).toContain('dsn=5.2.0, status=bounced');
    expect(line).toContain('Permission denied');
    expect(fs.readdirSync(secret)).toEqual([]);
  },
);
