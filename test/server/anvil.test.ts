/** Several connections of one client at once: our server, its process of sessions, and Postfix. anvil(8) */
import fs from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { parseDialogue } from '../dialogue/dialogue.ts';
import { startPostfix } from '../dialogue/postfix.ts';
import { testWithOracle } from '../support/oracles.ts';
import { freePort } from '../support/server-process.ts';
import { testLab } from '../support/test-lab.ts';

const lab = testLab('anvil');
const PATIENCE_MS = 60_000;

const HOST = 'mail.example.org';
const LIMITS = {
  count: ['smtpd_client_connection_count_limit = 2'],
  rate: ['smtpd_client_connection_count_limit = 0', 'smtpd_client_connection_rate_limit = 3'],
};

/** A connection that is not ended, and the first line that it hears. */
function connect(port: number): Promise<{ readonly socket: net.Socket; readonly first: string }> {
  return new Promise((done, failed) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('error', failed);
    socket.once('data', (bytes) => done({ socket, first: bytes.toString('latin1').trimEnd() }));
  });
}

/** Ends a connection; resolves when the server has ended it too. */
function quit(socket: net.Socket): Promise<void> {
  return new Promise((done) => {
    socket.once('close', () => done());
    socket.on('data', () => undefined);
    socket.end('QUIT\r\n');
  });
}

/** What four clients hear that come one after the other and stay; and a fifth when the first has gone. */
async function crowd(port: number): Promise<readonly string[]> {
  const inside = [];
  for (let turn = 0; turn < 4; turn += 1) inside.push(await connect(port));
  const [first] = inside;
  if (first !== undefined) await quit(first.socket);
  inside.push(await connect(port));
  for (const { socket } of inside) socket.destroy();
  return inside.map((one) => one.first);
}

const GREETING = `220 ${HOST} ESMTP Postfix`;
const TOO_MANY = `421 4.7.0 ${HOST} Error: too many connections from 127.0.0.1`;
const HEARD = {
  count: [GREETING, GREETING, TOO_MANY, TOO_MANY, GREETING],
  rate: [GREETING, GREETING, GREETING, TOO_MANY, TOO_MANY],
};
const WARNED = {
  count: ['concurrency limit exceeded: 3', 'concurrency limit exceeded: 3'],
  rate: ['rate limit exceeded: 4', 'rate limit exceeded: 5'],
};

/** The warnings, in whichever log; they come behind the reply that they are about. */
async function warnings(read: () => string, port: number): Promise<readonly string[]> {
  for (let turn = 0; turn < 200 && warningsIn(read(), port).length < 2; turn += 1)
    await new Promise((done) => setTimeout(done, 25));
  return warningsIn(read(), port);
}

function warningsIn(log: string, port: number): readonly string[] {
  const found = [
    ...log.matchAll(/warning: Connection (.*) from unknown\[127\.0\.0\.1\] for service (.*)$/gm),
  ];
  return found.filter(([, , service]) => service === `127.0.0.1:${port}`).map(([, what = '']) => what);
}

async function makeLab(kind: keyof typeof LIMITS): Promise<number> {
  const port = await freePort();
  lab.make(port, await freePort());
  fs.chmodSync(lab.folder, 0o755);
  const settings = [
    ...['postfix_version_profile = 3.x', `myhostname = ${HOST}`, 'smtpd_banner = $myhostname ESMTP Postfix'],
    ...['smtpd_client_event_limit_exceptions =', 'smtpd_peername_lookup = no', ...LIMITS[kind]],
    ...['smtpd_relay_restrictions = reject_unauth_destination', `maillog_file = ${lab.path('maillog')}`],
    ...['mail_owner = nobody', 'lab_mode = no', ''],
  ];
  fs.appendFileSync(lab.path('etc', 'main.cf'), settings.join('\n'));
  const master = fs.readFileSync(lab.path('etc', 'master.cf'), 'utf8');
  if (!/^anvil/m.test(master))
    fs.appendFileSync(lab.path('etc', 'master.cf'), 'anvil unix - - n - 1 anvil\n');
  return port;
}

test.each(['count', 'rate'] as const)(
  'anvil(8): connections of one client are limited by %s',
  async (kind) => {
    const port = await makeLab(kind);
    await lab.start();
    expect(await crowd(port)).toEqual(HEARD[kind]);
    expect(await warnings(lab.log, port)).toEqual(WARNED[kind]);
  },
);

test.runIf(process.getuid?.() === 0)(
  'anvil(8): so they are where the sessions have a process of their own',
  async () => {
    const port = await makeLab('count');
    fs.chmodSync(lab.path('etc'), 0o700);
    await lab.startProcess(port);
    expect(await crowd(port)).toEqual(HEARD.count);
  },
  PATIENCE_MS,
);

testWithOracle('postfix')(
  'anvil(8): Postfix limits and warns in the same way',
  async () => {
    const [count, rate] = (['count', 'rate'] as const).map((kind) => {
      const settings = LIMITS[kind].map((line) => `# settings: ${line}\n`);
      return parseDialogue(kind, `# profile: 3.x\n${settings.join('')}C: QUIT\n`)[0];
    });
    if (count === undefined || rate === undefined) throw new Error('no dialogue');
    const instance = await startPostfix([count, rate]);
    try {
      for (const dialogue of [count, rate]) {
        const kind = dialogue === count ? 'count' : 'rate';
        const port = instance.port(dialogue);
        expect(await crowd(port), kind).toEqual(HEARD[kind]);
        expect(await warnings(instance.log, port), kind).toEqual(WARNED[kind]);
      }
    } finally {
      instance.stop();
    }
  },
  PATIENCE_MS,
);
