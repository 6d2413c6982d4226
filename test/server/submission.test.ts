/** Local mail of ordinary users, on a server that root has started: sendmail(1), postdrop(1), pickup(8). */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/real-postfix.ts';
import { freePort } from '../support/server-process.ts';
import { testLab } from '../support/test-lab.ts';

const BIN = resolve(import.meta.dirname, '../../server/bin');
const testAsRoot = test.runIf(process.getuid?.() === 0);
/** Several processes are started one after the other. */
const PATIENCE_MS = 60_000;
/** Numbers that have no account anywhere. */
const ANN = 54_322;
const BOB = 54_323;
const TEXT = 'Subject: x\n\nhello\n';

const lab = testLab('submission');

async function prepare(more = ''): Promise<number> {
  const port = await freePort();
  lab.make(port, await freePort());
  for (const path of [lab.folder, lab.path('home')]) fs.chmodSync(path, 0o755);
  const main = `maillog_file = ${lab.path('maillog')}\nmail_owner = nobody\nlab_mode = no\n${more}`;
  fs.appendFileSync(lab.path('etc', 'main.cf'), main);
  return port;
}

async function start(more = ''): Promise<number> {
  const port = await prepare(more);
  await lab.startProcess(port);
  return port;
}

/** A command of ours as an ordinary user, who is in no group of the mail system. */
function as(uid: number, name: string, args: readonly string[], input = TEXT) {
  const letter = ['sendmail', 'mailq', 'newaliases'].includes(name) ? '-C' : '-c';
  const options = { input, uid, gid: uid, cwd: '/', encoding: 'latin1' } as const;
  const { status, stdout, stderr } = spawnSync(join(BIN, name), [letter, lab.path('etc'), ...args], options);
  return { code: status, out: stdout, err: stderr };
}

/** A shell command as that user. */
const shell = (uid: number, command: string) =>
  spawnSync('/bin/sh', ['-c', command], { uid, gid: uid, cwd: '/', encoding: 'latin1' });

const logLine = (pattern: RegExp) =>
  until(() => pattern.exec(lab.log())?.[0]).catch(() => expect.fail(`not logged: ${pattern}\n${lab.log()}`));

const maildrop = (): readonly string[] => fs.readdirSync(lab.path('spool', 'maildrop'));

testAsRoot(
  'sendmail(1): an ordinary user’s mail is taken at once, in his name, and its file was his and pickup’s',
  async () => {
    await start();
    const sent = as(ANN, 'sendmail', ['-f', 'ann', 'alexandre@gouv.bj']);
    expect(sent).toEqual({ code: 0, out: '', err: '' });
    await logLine(new RegExp(`uid=${ANN} from=<ann>`));
    await logLine(/to=<alexandre@gouv.bj>.*status=sent/);
    await until(() => (maildrop().length === 0 ? true : undefined));
    const { mode } = fs.statSync(lab.path('spool', 'maildrop'));
    expect(mode & 0o7777).toBe(0o3733);
    expect(lab.log()).not.toMatch(/panic|fatal|error:|warning: (?!.*no program)/);
    // Without an account, one must say who one is.
    expect(as(ANN, 'sendmail', ['alexandre@gouv.bj'])).toEqual({
      ...{ code: 75, out: '', err: `sendmail: fatal: no login name found for user ID ${ANN}\n` },
    });
  },
  PATIENCE_MS,
);

testAsRoot(
  'postdrop(1): while the mail system is down, mail waits; nobody else lists, reads, removes or renames it',
  async () => {
    const port = await start();
    await lab.stop();
    const sent = as(ANN, 'sendmail', ['-f', 'ann', 'alexandre@gouv.bj']);
    expect(sent).toEqual({
      ...{
        code: 0,
        out: '',
        err: 'postdrop: warning: unable to look up public/pickup: No such file or directory\n',
      },
    });
    const [name = '', ...more] = maildrop();
    expect(more).toEqual([]);
    expect(name).toMatch(/^[0-9A-F]{22,}$/);
    const path = lab.path('spool', 'maildrop', name);
    const stat = fs.statSync(path);
    const group = fs.statSync(lab.path('spool', 'maildrop')).gid;
    expect([stat.uid, stat.gid, stat.mode & 0o777]).toEqual([ANN, group, 0o740]);
    for (const command of [
      `ls ${lab.path('spool', 'maildrop')}`,
      `cat ${path}`,
      `rm -f ${path}`,
      `mv ${path} ${path}0`,
    ])
      expect(shell(BOB, command).status, command).not.toBe(0);
    expect(shell(ANN, `cat ${path}`).status).toBe(0);
    await lab.startProcess(port);
    await logLine(new RegExp(`uid=${ANN} from=<ann>`));
    await logLine(/to=<alexandre@gouv.bj>.*status=sent/);
  },
  PATIENCE_MS,
);
