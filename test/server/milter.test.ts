/** Milters of a server that root started: spoken with where the sessions are, and the queue obeys. */
import fs from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { until } from '../support/real-postfix.ts';
import { type ScriptedMilter, startMilter } from '../support/scripted-milter.ts';
import { freePort } from '../support/server-process.ts';
import { testLab } from '../support/test-lab.ts';

const testAsRoot = test.runIf(process.getuid?.() === 0);
/** Several processes are started one after the other. */
const PATIENCE_MS = 60_000;
const lab = testLab('milter');

async function start(milter: ScriptedMilter): Promise<number> {
  const port = await freePort();
  lab.make(port, await freePort());
  fs.chmodSync(lab.folder, 0o755);
  const settings = ['postfix_version_profile = 3.x', 'compatibility_level = 3.6', 'mail_owner = nobody'];
  settings.push(`maillog_file = ${lab.path('maillog')}`, 'lab_mode = no');
  settings.push(`smtpd_milters = inet:127.0.0.1:${milter.port}`);
  fs.appendFileSync(lab.path('etc', 'main.cf'), `${settings.join('\n')}\n`);
  await lab.startProcess(port);
  return port;
}

/** Says a line after each reply; resolves with all replies, when the server has hung up or all was said. */
function say(port: number, lines: readonly string[]): Promise<readonly string[]> {
  return new Promise((done) => {
    const socket = net.connect(port, '127.0.0.1');
    const left = [...lines];
    let heard = '';
    let replies = 0;
    socket.on('error', () => undefined);
    socket.once('close', () => done(heard.split('\r\n').filter((line) => /^\d{3} /.test(line))));
    socket.setEncoding('latin1').on('data', (text) => {
      heard += text;
      const whole = heard.split('\r\n').filter((line) => /^\d{3} /.test(line)).length;
      for (; replies < whole; replies += 1) {
        const line = left.shift();
        if (line !== undefined) socket.write(`${line}\r\n`);
      }
    });
  });
}

const envelope = (to: string): readonly string[] => [
  ...['EHLO there.example', 'MAIL FROM:<espera@gouv.bj>', `RCPT TO:<${to}>`],
];
const LETTER = ['DATA', 'Subject: x\r\n\r\nhello\r\n.', 'QUIT'];

function delivered(): readonly string[] {
  const folder = lab.path('home', 'alexandre', 'Maildir', 'new');
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).map((name) => fs.readFileSync(`${folder}/${name}`, 'latin1'));
}

/** The process that meets the network. */
function sessionsPid(): number {
  const { pid } = lab.process ?? { pid: 0 };
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
  const found = children.find((child) => {
    try {
      return fs.readFileSync(`/proc/${child}/cmdline`, 'latin1').includes('network-process');
    } catch {
      // It has just gone.
      return false;
    }
  });
  return Number(found ?? 0);
}

testAsRoot(
  '0019: a milter refuses a recipient, and changes the letter of another, across the processes',
  async () => {
    const milter = await startMilter({
      rules: [
        { on: 'R', contains: 'espera@', send: ['y550 5.7.7 not them\0'] },
        { on: 'E', send: ['hX-New\0value\0', 'bAnother body\r\n', 'e<adjovi@gouv.bj>\0', 'c'] },
      ],
    });
    try {
      const port = await start(milter);
      const replies = await say(port, [
        ...envelope('espera@gouv.bj'),
        'RCPT TO:<alexandre@gouv.bj>',
        ...LETTER,
      ]);
      expect(replies.map((line) => line.slice(0, 9))).toEqual([
        ...['220 mail.', '250 CHUNK', '250 2.1.0', '550 5.7.7', '250 2.1.5', '354 End d', '250 2.0.0'],
        '221 2.0.0',
      ]);
      const letter = await until(() => delivered()[0]);
      expect(letter).toMatch(/^Return-Path: <adjovi@gouv.bj>$/m);
      expect(letter).toMatch(/\nX-New: value\n\nAnother body\n$/);
      await milter.left();
      expect(milter.heard.at(-1)).toBe('Q');
      expect(lab.log()).not.toMatch(/panic|fatal|error:/);
    } finally {
      await milter.close();
    }
  },
  PATIENCE_MS,
);

testAsRoot(
  '0019: a letter in quarantine is in the hold queue; the process of the sessions dies, its milter is left',
  async () => {
    const milter = await startMilter({
      rules: [
        { on: 'R', contains: 'espera@', send: [] },
        { on: 'E', send: ['qbad smell\0', 'c'] },
      ],
    });
    try {
      const port = await start(milter);
      const replies = await say(port, [...envelope('alexandre@gouv.bj'), ...LETTER]);
      expect(replies.at(-2)).toMatch(/^250 2\.0\.0 Ok: queued as /);
      const id = /queued as (\w+)/.exec(replies.at(-2) ?? '')?.[1] ?? '';
      await until(() => (fs.readdirSync(lab.path('spool', 'hold')).includes(id) ? true : undefined));
      expect(lab.log()).toMatch(/milter-hold: END-OF-MESSAGE from .*: milter triggers HOLD action/);
      // A session waits for its milter when the process dies: nothing was promised, nothing stays.
      const waiting = say(port, envelope('espera@gouv.bj'));
      await until(() => milter.heard.find((line) => line.startsWith('R <espera@')));
      const pid = sessionsPid();
      process.kill(pid, 'SIGKILL');
      expect((await waiting).at(-1)).toMatch(/^250 2\.1\.0/);
      await milter.left();
      await until(() => (sessionsPid() !== pid && sessionsPid() > 0 ? true : undefined));
      const again = await until(() =>
        say(port, [...envelope('alexandre@gouv.bj'), ...LETTER]).then((said) =>
          said.length > 1 ? said : undefined,
        ),
      );
      expect(again.at(-2)).toMatch(/^250 2\.0\.0 Ok: queued as /);
      expect(fs.readdirSync(lab.path('spool', 'incoming'))).toEqual([]);
    } finally {
      await milter.close();
    }
  },
  PATIENCE_MS,
);
