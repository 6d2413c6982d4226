/** mailq(1) asks showq(8): whoever may not read the queue sees it; Debian's postqueue asks ours. */
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { postqueue } from '../../server/cli/postqueue.ts';
import { ours, real } from '../support/commands.ts';
import { oraclePath, testWithOracle } from '../support/oracles.ts';
import { until } from '../support/real-postfix.ts';
import { testLab } from '../support/test-lab.ts';

const lab = testLab('showq');
const SENDMAIL = join(import.meta.dirname, '../../server/bin/sendmail');
const isRoot = process.getuid?.() === 0;

/** A lab with one letter that waits for a host that nobody serves. */
async function labWithLetter(more = ''): Promise<void> {
  lab.make();
  fs.chmodSync(lab.folder, 0o755);
  fs.appendFileSync(lab.path('etc', 'main.cf'), `default_transport = nobody\n${more}`);
  await lab.start();
  const args = ['-C', lab.path('etc'), '-f', 'espera@gouv.bj', 'a@far.example'];
  expect(await real(SENDMAIL, args, 'Subject: a\n\nhello\n')).toMatchObject({ code: 0 });
  await until(() => (/status=deferred/.test(lab.log()) ? true : undefined));
}

/** The report, where the queue directory itself cannot be read: the last of its files is in another place. */
async function reportFromSocket(): Promise<string> {
  const queue = lab.path('spool', 'deferred');
  const told = await until(async () => {
    const { out } = await ours('postqueue', postqueue, ['-c', lab.path('etc'), '-p']);
    return out.includes('a@far.example') ? out : undefined;
  });
  expect(fs.existsSync(queue)).toBe(true);
  return told;
}

test('showq(8): the report comes over public/showq, which is open to everybody unless a list says otherwise', async () => {
  await labWithLetter();
  const out = await reportFromSocket();
  expect(out).toMatch(/^-Queue ID- .*\n[0-9A-F]+ .* espera@gouv\.bj\n *\(.*\)\n *a@far\.example\n/);
  expect(fs.statSync(lab.path('spool', 'public', 'showq')).mode & 0o777).toBe(0o666);
  expect(fs.statSync(lab.path('spool', 'public')).mode & 0o777).toBe(0o711);
  await lab.stop();
  const down = await ours('postqueue', postqueue, ['-c', lab.path('etc'), '-p']);
  expect(down.err).toContain('Mail system is down -- accessing queue directly');
  expect(down.out).toBe(out);
  fs.appendFileSync(lab.path('etc', 'main.cf'), 'authorized_mailq_users = root\n');
  await lab.start();
  expect(fs.statSync(lab.path('spool', 'public', 'showq')).mode & 0o777).toBe(0o600);
}, 60_000);

test.runIf(isRoot)(
  'mailq(1): a user who may not read the queue is told what is in it',
  async () => {
    await labWithLetter();
    const expected = await reportFromSocket();
    const client = `const s = require('net').connect(process.argv[1]); s.pipe(process.stdout)`;
    const asNobody = { uid: 65534, gid: 65534, encoding: 'latin1' } as const;
    const { stdout: text } = await promisify(execFile)(
      process.execPath,
      ['-e', client, lab.path('spool', 'public', 'showq')],
      asNobody,
    );
    const id = /^[0-9A-F]+/m.exec(expected.split('\n')[1] ?? '')?.[0];
    expect(text).toContain(`queue_id\0${id}\0`);
    expect(() =>
      execFileSync('/bin/ls', [lab.path('spool', 'deferred')], { ...asNobody, stdio: 'pipe' }),
    ).toThrow(/Permission denied/);
  },
  60_000,
);

testWithOracle('postfix')(
  'postqueue(1): Debian’s asks our showq, and makes the same report of it',
  async () => {
    await labWithLetter('postfix_version_profile = 3.x\nsmtpd_relay_restrictions = reject\n');
    const out = await reportFromSocket();
    const command = join(dirname(oraclePath('postfix')), 'postqueue');
    const config = lab.path('theirs');
    fs.mkdirSync(config);
    const main = `compatibility_level = 3.6\nmyhostname = a.example\nqueue_directory = ${lab.path('spool')}\n`;
    fs.writeFileSync(join(config, 'main.cf'), main);
    const theirs = await real(command, ['-c', config, '-p']);
    expect(theirs).toMatchObject({ out, err: '' });
  },
  60_000,
);
