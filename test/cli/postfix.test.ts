/** postfix(1) as a program: start, status, reload, stop, with the master.cf that Debian ships. */
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ran, real } from '../support/commands.ts';
import { oracle, oraclePath, testWithOracle } from '../support/oracles.ts';
import { until } from '../support/real-postfix.ts';

const BIN = resolve(import.meta.dirname, '../../server/bin');
const SCRIPT = 'postfix/postfix-script: ';
let folder = '';

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-start-'));
  // mail_owner must get through.
  fs.chmodSync(folder, 0o755);
  fs.mkdirSync(join(folder, 'box'));
  const main = [
    ...['myhostname = mail.gouv.bj', 'mydestination = gouv.bj', 'myorigin = gouv.bj', 'alias_maps ='],
    ...[`queue_directory = ${folder}/spool`, `maillog_file = ${folder}/maillog`],
    ...[`mail_spool_directory = ${folder}/box/`, 'local_recipient_maps =', 'maillog_file_prefixes = /tmp'],
  ];
  fs.writeFileSync(join(folder, 'main.cf'), `${main.join('\n')}\n`);
});

afterEach(async () => {
  await run('postfix', ['stop']);
  fs.rmSync(folder, { recursive: true, force: true });
});

function run(name: string, args: readonly string[], stdin = ''): Promise<Ran> {
  return real(
    join(BIN, name),
    [name === 'sendmail' || name === 'mailq' ? '-C' : '-c', folder, ...args],
    stdin,
  );
}

function master(address: string): void {
  const debian = '/usr/share/postfix/master.cf.dist';
  const shipped = fs.existsSync(debian)
    ? fs.readFileSync(debian, 'utf8')
    : 'smtp inet n - y - - smtpd\npickup unix n - y 60 1 pickup\ntlsmgr unix - - y 1000? 1 tlsmgr\n';
  const line = `${address} inet n - n - - smtpd`;
  fs.writeFileSync(join(folder, 'master.cf'), shipped.replace(/^smtp +inet.*$/m, line));
}

test('postfix(1), master(5): Debian’s master.cf runs unchanged but for its port, from start to stop', async () => {
  master('127.0.0.1:0');
  expect(await run('postfix', ['status'])).toMatchObject({
    ...{ code: 1, err: `${SCRIPT}the Postfix mail system is not running\n` },
  });
  const started = await run('postfix', ['start']);
  expect(started.code, started.err).toBe(0);
  expect(started.err).toContain(`${SCRIPT}starting the Postfix mail system\n`);
  expect(started.err).toMatch(/warning: .*master\.cf: no program for these services, skipped: tlsmgr /);
  const checked = await run('postfix', ['check']);
  expect(checked.code).toBe(0);
  expect(checked.err).toMatch(
    /master\.cf: lines? [\d, ]+: field "chroot" is y, but nothing is chrooted here: /,
  );
  expect(checked.err).toMatch(/no program for these services, skipped: tlsmgr /);
  const pid = fs.readFileSync(join(folder, 'spool/pid/master.pid'), 'latin1').trim();
  expect(await run('postfix', ['status'])).toMatchObject({
    ...{ code: 0, err: `${SCRIPT}the Postfix mail system is running: PID: ${pid}\n` },
  });
  expect(await run('postfix', ['start'])).toMatchObject({
    ...{ code: 1, err: `${SCRIPT}fatal: the Postfix mail system is already running\n` },
  });
  expect(await run('sendmail', ['nobody@gouv.bj'], 'Subject: x\n\nbody\n')).toMatchObject({
    code: 0,
    err: '',
  });
  await until(() => (/status=(sent|bounced|deferred)/.test(log()) ? true : undefined));
  expect((await run('postfix', ['reload'])).err).toBe(`${SCRIPT}refreshing the Postfix mail system\n`);
  await until(() => (log().includes(': reload -- version') ? true : undefined));
  expect(await run('postfix', ['stop'])).toMatchObject({
    ...{ code: 0, err: `${SCRIPT}stopping the Postfix mail system\n` },
  });
  expect(log()).toContain('terminating on signal 15');
  expect(await run('postfix', ['reload'])).toMatchObject({ code: 1 });
}, 120_000);

const log = (): string => fs.readFileSync(join(folder, 'maillog'), 'latin1');

test('postfix(1): a start that fails says why, in both languages', async () => {
  const taken = net.createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const { port } = taken.address() as net.AddressInfo;
  master(`127.0.0.1:${port}`);
  const { code, err } = await run('postfix', ['start']);
  taken.close();
  expect(code).toBe(1);
  expect(err).toContain(`postfix: fatal: bind 127.0.0.1 port ${port}: Address already in use`);
  expect(Buffer.from(err, 'latin1').toString('utf8')).toContain(`Le port ${port} de 127.0.0.1 est déjà pris`);
  expect(fs.existsSync(join(folder, 'spool/pid/master.pid'))).toBe(false);
  fs.appendFileSync(join(folder, 'main.cf'), 'nonsense\n');
  const broken = await run('postfix', ['start']);
  expect(broken.code).toBe(1);
  expect(broken.err).toMatch(/fatal: .*main\.cf, line \d+: missing '=' after attribute name: "nonsense"/);
  fs.writeFileSync(join(folder, 'main.cf'), '');
  expect((await run('postfix', ['nonsense'])).code).toBe(1);
  expect((await run('postfix', [])).err).toContain('usage: postfix');
}, 120_000);

if (process.getuid?.() === 0 && oracle('postfix') !== undefined)
  testWithOracle('postfix')(
    'postsuper(1) -s: finds nothing to repair in our queue',
    async () => {
      master('127.0.0.1:0');
      await run('postfix', ['check']);
      const letter =
        'ehlo x\nmail from:<a@b.example>\nrcpt to:<c@d.example>\ndata\nSubject: x\n\ny\n.\nquit\n';
      for (let count = 0; count < 2; count += 1) await run('sendmail', ['-bs'], letter);
      await run('sendmail', ['c@d.example'], 'Subject: x\n\ny\n');
      await run('postfix', ['start']);
      await until(() => ((log().match(/status=deferred/g)?.length ?? 0) >= 3 ? true : undefined));
      await run('sendmail', ['c@d.example'], 'Subject: y\n\ny\n');
      await run('postfix', ['stop']);
      const spool = join(folder, 'spool');
      const files = (): readonly string[] =>
        fs.readdirSync(spool, { recursive: true, encoding: 'utf8' }).sort();
      const before = files();
      expect(before.filter((name) => /^deferred\/.\/[0-9A-F]+$/.test(name)).length).toBeGreaterThanOrEqual(3);
      // Debian's postsuper works as the user postfix.
      const owner = fs.statSync('/var/lib/postfix').uid;
      fs.chmodSync(folder, 0o755);
      for (const name of ['', ...before]) fs.chownSync(join(spool, name), owner, owner);
      const postsuper = join(dirname(oraclePath('postfix')), 'postsuper');
      expect(await real(postsuper, ['-c', folder, '-s'])).toEqual({ code: 0, out: '', err: '' });
      expect(files()).toEqual(before);
      for (const name of ['', ...before]) fs.chownSync(join(spool, name), 0, 0);
    },
    120_000,
  );
