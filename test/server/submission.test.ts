/** Local mail of ordinary users, on a server that root has started: sendmail(1), postdrop(1), pickup(8). */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { maildropFile } from '#core';
import { trigger } from '../../server/control.ts';
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

const LETTER = {
  ...{ sender: 'ann', recipients: ['alexandre@gouv.bj'] },
  content: Buffer.from(TEXT),
};

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
  'security 48: postdrop(1): while the mail system is down, mail waits; nobody else lists, reads, removes or renames it',
  async () => {
    const port = await start();
    await lab.stop();
    const sent = as(ANN, 'sendmail', ['-f', 'ann', 'alexandre@gouv.bj']);
    expect([sent.code, sent.out]).toEqual([0, '']);
    expect(sent.err).toMatch(
      /^(postdrop: warning: unable to look up public.pickup: No such file or directory\n)?$/,
    );
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

testAsRoot(
  'sendmail(1) -bs: an ordinary user’s session leaves mail in maildrop, in his name',
  async () => {
    await start();
    const lines = [
      'EHLO a',
      'MAIL FROM:<ann@gouv.bj>',
      'RCPT TO:<alexandre@gouv.bj>',
      'DATA',
      'Subject: s',
      '',
      'x',
      '.',
      'QUIT',
      '',
    ];
    const { code, out, err } = as(ANN, 'sendmail', ['-bs'], lines.join('\r\n'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/250 2.0.0 Ok: queued as [0-9A-F]{22}\r\n221 /);
    await logLine(new RegExp(`uid=${ANN} from=<ann@gouv.bj>`));
    await logLine(/to=<alexandre@gouv.bj>.*status=sent/);
  },
  PATIENCE_MS,
);

testAsRoot(
  'postconf(5) authorized_submit_users: kept by sendmail, postdrop, and pickup for those who go round them',
  async () => {
    await start('authorized_submit_users = !unknown, static:all\n');
    const not = `User unknown(${ANN}) is not allowed to submit mail\n`;
    const say = (name: string, code: number) => ({ code, out: '', err: `${name}: fatal: ${not}` });
    expect(as(ANN, 'sendmail', ['-f', 'ann', 'alexandre@gouv.bj'])).toEqual(say('sendmail', 75));
    expect(as(ANN, 'sendmail', ['-bs'], 'QUIT\r\n')).toEqual(say('sendmail', 75));
    expect(as(ANN, 'postdrop', ['-r'], '')).toEqual(say('postdrop', 1));
    const file = lab.path('mine');
    fs.writeFileSync(file, maildropFile({ ...LETTER, at: Date.now() }));
    fs.chownSync(file, ANN, ANN);
    const drop = lab.path('spool', 'maildrop', 'AAAAAA1');
    expect(shell(ANN, `cp ${file} ${drop}; chmod 740 ${drop}`).status).toBe(0);
    expect(await trigger(lab.path('spool'), 'pickup', 'W')).toBe(true);
    await logLine(new RegExp(`uid=${ANN}: ${not.trim().replace(/[()]/g, '.')}`));
    await until(() => (maildrop().length === 0 ? true : undefined));
    expect(lab.log()).not.toContain('from=<ann>');
    // Those who have an account may.
    expect(as(0, 'sendmail', ['alexandre@gouv.bj']).code).toBe(0);
    await logLine(/uid=0 from=<root>/);
  },
  PATIENCE_MS,
);

testAsRoot(
  'postconf(5) authorized_flush_users: all may flush, or root alone may knock where it names users',
  async () => {
    await start();
    expect(as(ANN, 'postqueue', ['-f'])).toEqual({ code: 0, out: '', err: '' });
    fs.appendFileSync(lab.path('etc', 'main.cf'), 'authorized_flush_users = root, nobody\n');
    process.kill(lab.process?.pid ?? 0, 'SIGHUP');
    await logLine(/reload -- version/);
    const refused = `User unknown(${ANN}) is not allowed to flush the mail queue\n`;
    for (const args of [['-f'], ['-i', 'ABCDEF0'], ['-s', 'gouv.bj']])
      expect(as(ANN, 'postqueue', args), args.join()).toEqual({
        code: 69,
        out: '',
        err: `postqueue: fatal: ${refused}`,
      });
    expect(as(ANN, 'sendmail', ['-q'])).toEqual({ code: 69, out: '', err: `postqueue: fatal: ${refused}` });
    for (const name of ['qmgr', 'flush'])
      expect(shell(ANN, `test -w ${lab.path('spool', 'public', name)}`).status).not.toBe(0);
    expect(as(0, 'postqueue', ['-f']).code).toBe(0);
  },
  PATIENCE_MS,
);

testAsRoot(
  'postqueue(1) -p, mailq(1): users see the queue by the server; authorized_mailq_users closes it to them',
  async () => {
    await start('default_transport = nosuch\n');
    expect(as(ANN, 'mailq', [])).toEqual({ code: 0, out: 'Mail queue is empty\n', err: '' });
    expect(as(ANN, 'sendmail', ['-f', 'ann@gouv.bj', 'someone@example.org']).code).toBe(0);
    await logLine(/to=<someone@example.org>.*status=deferred/);
    await until(() => (as(0, 'mailq', []).out.includes('*') ? undefined : true));
    const all = as(0, 'postqueue', ['-p']);
    expect(all.out).toMatch(/ann@gouv.bj\n.*\n.* someone@example.org\n\n-- \d+ Kbytes in 1 Request\.\n/);
    expect(as(ANN, 'postqueue', ['-p'])).toEqual(all);
    expect(as(ANN, 'postqueue', ['-j'])).toEqual(as(0, 'postqueue', ['-j']));
    fs.appendFileSync(lab.path('etc', 'main.cf'), 'authorized_mailq_users = root\n');
    process.kill(lab.process?.pid ?? 0, 'SIGHUP');
    await logLine(/reload -- version/);
    const refused = `User unknown(${ANN}) is not allowed to view the mail queue\n`;
    expect(as(ANN, 'mailq', [])).toEqual({ code: 69, out: '', err: `postqueue: fatal: ${refused}` });
    expect(shell(ANN, `test -w ${lab.path('spool', 'public', 'showq')}`).status).not.toBe(0);
    expect(as(0, 'postqueue', ['-p'])).toEqual(all);
    await lab.stop();
    fs.appendFileSync(lab.path('etc', 'main.cf'), 'authorized_mailq_users = static:all\n');
    const down = 'postqueue: fatal: Queue report unavailable - mail system is down\n';
    expect(as(ANN, 'postqueue', ['-p'])).toEqual({ code: 69, out: '', err: down });
  },
  PATIENCE_MS,
);
