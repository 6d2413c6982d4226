/** Started as root, mail is delivered with the recipient's rights only: links in a home lead nowhere. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { afterEach, expect, test } from 'vitest';
import { prepareLab } from '../../server/cli/lab.ts';
import { type RunningServer, startServer } from '../../server/main.ts';

const UID = 54321;
let server: RunningServer | undefined;
let folder = '';

afterEach(async () => {
  await server?.stop();
  server = undefined;
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A lab whose alexandre is somebody else than the one who runs it. */
async function sendToAlexandre(prepare: (home: string) => void): Promise<string> {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-root-'));
  prepareLab(folder, 0);
  const home = join(folder, 'home', 'alexandre');
  for (const path of [folder, join(folder, 'home')]) fs.chmodSync(path, 0o755);
  const passwd = join(folder, 'etc', 'passwd');
  fs.writeFileSync(
    passwd,
    fs.readFileSync(passwd, 'utf8').replace('alexandre:x:0:0:', `alexandre:x:${UID}:${UID}:`),
  );
  fs.chownSync(home, UID, UID);
  prepare(home);
  server = await startServer(join(folder, 'etc'), { logFile: join(folder, 'maillog') });
  const port = server.listeners[0]?.port ?? 0;
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  await transport.sendMail({ from: 'espera@gouv.bj', to: 'alexandre@gouv.bj', subject: 'x', text: 'y' });
  transport.close();
  for (let turn = 0; turn < 400; turn += 1) {
    const log = fs.readFileSync(join(folder, 'maillog'), 'latin1');
    const line = /to=<alexandre@gouv.bj>.*status=.*/.exec(log)?.[0];
    if (line !== undefined) return line;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('no delivery within ten seconds');
}

test.runIf(process.getuid?.() === 0)('local(8): the letter belongs to the recipient', async () => {
  expect(await sendToAlexandre(() => undefined)).toContain('status=sent');
  const box = join(folder, 'home', 'alexandre', 'Maildir', 'new');
  const [name = ''] = fs.readdirSync(box);
  const stat = fs.statSync(join(box, name));
  expect([stat.uid, stat.gid, stat.mode & 0o777]).toEqual([UID, UID, 0o600]);
  expect(fs.statSync(box).uid).toBe(UID);
});

test.runIf(process.getuid?.() === 0)(
  'CVE-2020-8793: a Maildir that is a link to root’s place gets nothing',
  async () => {
    let secret = '';
    const line = await sendToAlexandre((home) => {
      secret = join(folder, 'secret');
      fs.mkdirSync(secret, { mode: 0o700 });
      fs.symlinkSync(secret, join(home, 'Maildir'));
    });
    expect(line).toContain('dsn=5.2.0, status=bounced');
    expect(line).toContain('Permission denied');
    expect(fs.readdirSync(secret)).toEqual([]);
  },
);
