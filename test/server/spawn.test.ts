/**
 * spawn(8) with real scripts: a policy server as SMTPD_POLICY_README has it, a filter that speaks SMTP as
 * FILTER_README has its advanced one, and the lines of the log, those of Postfix beside ours.
 */
import fs from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { testWithOracle } from '../support/oracles.ts';
import { startRealPostfix, until } from '../support/real-postfix.ts';
import { freePort } from '../support/server-process.ts';
import { testLab } from '../support/test-lab.ts';

const lab = testLab('spawn');
const isRoot = process.getuid?.() === 0;

/** Says something to a socket; resolves with all that it answers until it closes, or '' where it breaks. */
function ask(where: net.NetConnectOpts, text: string): Promise<string> {
  return new Promise((done) => {
    const parts: Buffer[] = [];
    const socket = net.connect(where, () => void socket.end(text));
    socket.on('data', (bytes: Buffer) => parts.push(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => done(Buffer.concat(parts).toString('latin1')));
  });
}

function talk(port: number, lines: readonly string[]): Promise<readonly string[]> {
  return new Promise((done) => {
    const left = [...lines];
    let all = '';
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      all += bytes.toString('latin1');
      if (!all.endsWith('\r\n')) return;
      const line = left.shift();
      if (line !== undefined) socket.write(`${line}\r\n`);
    });
    socket.on('close', () => done(all.split('\r\n').filter((line) => line !== '')));
  });
}

/** Lines of master.cf, and what each of them makes of a connection. */
const SERVICES = `
false unix n n n - - spawn user=nobody argv=/bin/false
nosuch unix n n n - - spawn user=nosuch argv=/bin/true
nouser unix n n n - - spawn argv=/bin/true
odd unix n n n - - spawn user=nobody odd=odd argv=/bin/true
noargv unix n n n - - spawn user=nobody
asroot unix n n n - - spawn user=root argv=/bin/true
killed unix n n n - - spawn user=nobody argv=/bin/sh -c {kill -9 $$}
slow unix n n n - - spawn user=nobody argv=/bin/sleep 50
missing unix n n n - - spawn user=nobody argv=/nonexistent/x
below unix n n n - - spawn user=nobody argv=/bin/true/x
echo unix n n n - - spawn user=nobody argv=/bin/sh -c {pwd; echo "$A"; cat; echo done >&2}
`;
const NAMES = SERVICES.trim()
  .split('\n')
  .map((line) => line.split(' ')[0] ?? '');
const MAIN = 'slow_time_limit = 1s\nexport_environment = TZ A=b\n';

/** What each service answers, and the lines of the log, without what is another each time. */
async function whatHappens(spool: string, log: () => string): Promise<readonly (readonly string[])[]> {
  const seen: (readonly string[])[] = [];
  for (const name of NAMES) {
    const before = log().length;
    const answer = await ask({ path: `${spool}/public/${name}` }, 'hello\n');
    await until(() => (name === 'echo' || /spawn\[/.test(log().slice(before)) ? true : undefined));
    await new Promise((done) => setTimeout(done, 1200));
    const lines = log()
      .slice(before)
      .split('\n')
      .filter((line) => /(spawn|master)\[/.test(line) && !/daemon started|overriding earlier/.test(line))
      .map((line) => line.replace(/^.*?postfix\/(\w+)\[\d+\]: /, '$1: '))
      .map((line) => line.replace(/(pid|process id) \d+/, '$1 N').replace(/\/\S*\/spawn\b/, 'SPAWN'));
    seen.push([name, answer.replaceAll(spool, 'SPOOL'), ...lines.sort()]);
  }
  return seen;
}

const ACCOUNTS = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/nonexistent:/bin/false\n';

function makeLab(main: string, services: string): void {
  lab.make();
  for (const path of [lab.folder, lab.path('home')]) fs.chmodSync(path, 0o755);
  fs.appendFileSync(lab.path('etc', 'passwd'), ACCOUNTS);
  const profile = 'postfix_version_profile = 3.x\nsmtpd_relay_restrictions = reject_unauth_destination\n';
  fs.appendFileSync(lab.path('etc', 'main.cf'), profile + main);
  fs.appendFileSync(lab.path('etc', 'master.cf'), services);
}

async function ours(): Promise<readonly (readonly string[])[]> {
  makeLab(MAIN, SERVICES);
  await lab.start();
  return whatHappens(lab.path('spool'), lab.log);
}

test('spawn(8): a command for each connection, its end and each mistake in the log', async () => {
  const seen = await ours();
  expect(seen.find(([name]) => name === 'echo')).toEqual(['echo', 'SPOOL\nb\nhello\ndone\n']);
  expect(seen.find(([name]) => name === 'slow')).toEqual([
    ...['slow', '', 'spawn: warning: /bin/sleep: process id N: command time limit exceeded'],
  ]);
  expect(seen.find(([name]) => name === 'asroot')).toEqual([
    ...['asroot', '', 'master: warning: SPAWN: bad command startup -- throttling'],
    ...['master: warning: process SPAWN pid N exit status 1', 'spawn: fatal: request to deliver as root'],
  ]);
}, 60_000);

testWithOracle('postfix')(
  'spawn(8): Postfix answers the same and logs the same',
  async () => {
    const mine = await ours();
    const postfix = await startRealPostfix({ pickup: false, mainCf: MAIN, masterCf: SERVICES });
    try {
      const log = (): string => fs.readFileSync(`${postfix.folder}/maillog`, 'latin1');
      expect(mine).toEqual(await whatHappens(postfix.spool, log));
    } finally {
      await postfix.stop();
    }
  },
  300_000,
);

test('master(5) maxproc: so many commands at once, the next when one has ended', async () => {
  makeLab('', 'one unix n n n - 1 spawn user=nobody argv=/bin/cat\n');
  await lab.start();
  const where = { path: lab.path('spool', 'public', 'one') };
  const first = net.connect(where);
  let heard = '';
  first.on('data', (bytes) => {
    heard += bytes.toString();
  });
  first.write('a\n');
  await until(() => (heard === 'a\n' ? true : undefined));
  const order: string[] = [];
  const second = ask(where, 'b\n').then((answer) => order.push(answer));
  await until(() => (/service "one" .* its process limit "1"/.test(lab.log()) ? true : undefined));
  order.push('first ends');
  first.end();
  await second;
  expect(order).toEqual(['first ends', 'b\n']);
}, 60_000);

/** A policy server in shell: refuses what one sender sends. */
const POLICY = `#!/bin/sh
id -u >> "$SPOOL/who"
while read -r line; do
  case "$line" in
  sender=bad@*) answer='REJECT not from you' ;;
  '') printf 'action=%s\\n\\n' "\${answer:-DUNNO}"; answer= ;;
  esac
done
`;

test('SMTPD_POLICY_README: a policy server that spawn(8) runs is asked over private/policy', async () => {
  const spool = `SPOOL=${'{'}spool}`;
  makeLab('smtpd_recipient_restrictions = check_policy_service unix:private/policy\n', '');
  const folder = lab.path('policy');
  fs.mkdirSync(folder);
  fs.chmodSync(folder, 0o777);
  fs.writeFileSync(lab.path('policy.sh'), POLICY, { mode: 0o755 });
  fs.appendFileSync(lab.path('etc', 'main.cf'), `export_environment = ${spool.replace('{spool}', folder)}\n`);
  const line = `policy unix - n n - - spawn user=nobody argv=${lab.path('policy.sh')}\n`;
  fs.appendFileSync(lab.path('etc', 'master.cf'), line);
  const port = await lab.start();
  const said = await talk(port, [
    ...['HELO a.example', 'MAIL FROM:<bad@a.example>', 'RCPT TO:<alexandre@gouv.bj>', 'RSET'],
    ...['MAIL FROM:<good@a.example>', 'RCPT TO:<alexandre@gouv.bj>', 'QUIT'],
  ]);
  expect(said.slice(3)).toEqual([
    '554 5.7.1 <alexandre@gouv.bj>: Recipient address rejected: not from you',
    ...['250 2.0.0 Ok', '250 2.1.0 Ok', '250 2.1.5 Ok', '221 2.0.0 Bye'],
  ]);
  const who = isRoot ? '65534' : String(process.getuid?.());
  expect(new Set(fs.readFileSync(`${folder}/who`, 'utf8').trim().split('\n'))).toEqual(new Set([who]));
  expect(fs.statSync(lab.path('spool', 'private', 'policy')).mode & 0o777).toBe(0o600);
}, 60_000);

/** A filter in front of an smtpd without filters: marks each letter, refuses one word. */
const FILTER = `
const net = require('net');
const next = net.connect(Number(process.argv[2]), '127.0.0.1');
let isData = false;
let text = '';
next.on('data', (bytes) => process.stdout.write(bytes));
next.on('close', () => process.exit(0));
process.stdin.on('end', () => next.end());
process.stdin.on('data', (bytes) => {
  for (const line of bytes.toString('latin1').split(/(?<=\\n)/)) {
    if (isData && line === '.\\r\\n') {
      isData = false;
      next.write(text.includes('VIRUS') ? 'RSET\\r\\n' : text + '.\\r\\n');
    } else if (isData) text += line;
    else {
      next.write(line);
      if (/^DATA/i.test(line)) [isData, text] = [true, 'X-Filtered: yes\\r\\n'];
    }
  }
});
`;

test('FILTER_README: a filter that spawn(8) runs takes mail by SMTP and gives it on to another smtpd', async () => {
  makeLab('', '');
  const [filterPort] = [await freePort()];
  const { execPath } = process;
  fs.writeFileSync(lab.path('filter.js'), FILTER);
  const smtpPort = await lab.start();
  await lab.stop();
  expect(smtpPort).toBeGreaterThan(0);
  const back = await freePort();
  const lines = [
    `127.0.0.1:${back} inet n - n - - smtpd`,
    `127.0.0.1:${filterPort} inet n n n - 2 spawn user=nobody argv=${execPath} ${lab.path('filter.js')} ${back}`,
  ];
  fs.appendFileSync(lab.path('etc', 'master.cf'), `${lines.join('\n')}\n`);
  await lab.start();
  const letter = ['Subject: x', '', 'bonjour', '.'].join('\r\n');
  const said = await talk(filterPort, [
    ...['HELO a.example', 'MAIL FROM:<a@a.example>', 'RCPT TO:<alexandre@gouv.bj>', 'DATA', letter, 'QUIT'],
  ]);
  expect(said.at(-2), lab.log()).toMatch(/^250 2\.0\.0 Ok: queued as /);
  const box = lab.path('home', 'alexandre', 'Maildir', 'new');
  const [name = ''] = await until(() =>
    fs.existsSync(box) && fs.readdirSync(box).length > 0 ? fs.readdirSync(box) : undefined,
  );
  expect(fs.readFileSync(`${box}/${name}`, 'latin1')).toContain('X-Filtered: yes');
}, 60_000);
