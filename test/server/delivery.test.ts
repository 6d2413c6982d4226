/** The process of local(8) of a server that root started. docs/decisions/0016-delivery-process.md */
import fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { postcat } from '../../server/cli/postcat.ts';
import { postqueue } from '../../server/cli/postqueue.ts';
import { createDice } from '../../sim/random.ts';
import { ours } from '../support/commands.ts';
import { makeLetter, readLetter, sendLetter } from '../support/letters.ts';
import { freePort } from '../support/server-process.ts';
import { testLab } from '../support/test-lab.ts';

const testAsRoot = test.runIf(process.getuid?.() === 0);
const PATIENCE_MS = 90_000;

const lab = testLab('delivery');

/** Starts a server, and with a first letter its delivery process. */
async function start(): Promise<number> {
  const port = await freePort();
  lab.make(port);
  fs.chmodSync(lab.folder, 0o755);
  // A deferred letter is tried again within seconds, not minutes.
  const more = `maillog_file = ${lab.path('maillog')}\nqueue_run_delay = 2s\nminimal_backoff_time = 2s\n`;
  fs.appendFileSync(lab.path('etc', 'main.cf'), `${more}transport_retry_time = 2s\n`);
  await lab.startProcess(port);
  expect(await sendLetter(port, 'alexandre@gouv.bj', makeLetter('first', createDice(1), 3))).toBe(true);
  await until(() => lab.log().includes('status=sent'));
  return port;
}

const inbox = (): string => lab.path('home', 'alexandre', 'Maildir', 'new');

/** The child of the server that runs delivery-process. proc(5) */
function deliveryProcess(): number | undefined {
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = /^PPid:\s*(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
      const isOurs = parent === `${lab.process?.pid}`;
      if (isOurs && fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('delivery-process'))
        return Number(pid);
    } catch {
      // It ended meanwhile.
    }
  }
  return undefined;
}

async function until(look: () => boolean): Promise<void> {
  const giveUp = Date.now() + PATIENCE_MS - 10_000;
  while (!look()) {
    if (Date.now() > giveUp) throw new Error(`it did not come; the log:\n${lab.log()}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

testAsRoot(
  'master(8): a delivery process that dies is followed by another; its letters are tried again, none is lost',
  async () => {
    const port = await start();
    const dice = createDice(1015);
    const sent = new Map<string, string>();
    for (let round = 1; round <= 3; round += 1) {
      const letters = Array.from({ length: 12 }, (_, index) => makeLetter(`${round}-${index}`, dice, 40));
      const sending = letters.map((letter) => sendLetter(port, 'alexandre@gouv.bj', letter));
      const before = lab.log().split('status=sent').length;
      await until(() => lab.log().split('status=sent').length > before);
      const pid = deliveryProcess();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      expect(await Promise.all(sending)).not.toContain(false);
      for (const letter of letters) sent.set(letter.id, letter.body);
    }
    const arrived = (): ReadonlySet<string> => {
      const names = fs.existsSync(inbox()) ? fs.readdirSync(inbox()) : [];
      return new Set(
        names.map((name) => readLetter(fs.readFileSync(join(inbox(), name), 'latin1'), new Map()).id),
      );
    };
    await until(() => [...sent.keys()].every((id) => arrived().has(id)));
    expect(lab.log()).toMatch(/warning: process local pid \d+ killed by signal 9/);
  },
  PATIENCE_MS,
);

testAsRoot(
  'local(8) SECURITY: the delivery process is root’s and hears no network',
  async () => {
    await start();
    const pid = deliveryProcess() as number;
    const uidOf = (of: number): string =>
      /^Uid:\s*\d+\s+(\d+)/m.exec(fs.readFileSync(`/proc/${of}/status`, 'latin1'))?.[1] ?? '';
    expect(uidOf(pid)).toBe('0');
    const sockets = (of: number): number =>
      fs
        .readdirSync(`/proc/${of}/fd`)
        .flatMap((fd) => {
          try {
            return /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/${of}/fd/${fd}`))?.slice(1) ?? [];
          } catch {
            return [];
          }
        })
        .filter((inode) =>
          ['tcp', 'tcp6'].some((table) =>
            fs.readFileSync(`/proc/net/${table}`, 'latin1').includes(` ${inode} `),
          ),
        ).length;
    expect(sockets(pid)).toBe(0);
    expect(sockets(lab.process?.pid ?? 0)).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);

testAsRoot(
  'postqueue(1), postcat(1): a message that is not a file yet is listed and shown like one that is',
  async () => {
    const port = await start();
    const etc = lab.path('etc');
    const pid = deliveryProcess() as number;
    process.kill(pid, 'SIGSTOP');
    try {
      const letter = makeLetter('young', createDice(7), 5);
      expect(await sendLetter(port, 'alexandre@gouv.bj', letter)).toBe(true);
      const look = async () => {
        const { out } = await ours('postqueue', postqueue, ['-c', etc, '-p']);
        const id = /^([0-9A-F]{6,})\*/m.exec(out)?.[1] ?? '';
        return [id, out, (await ours('postcat', postcat, ['-c', etc, '-q', id])).out] as const;
      };
      let young = await look();
      while (young[0] === '') young = await look();
      expect(young[1]).toMatch(/^-- \d+ Kbytes in 1 Request\.$/m);
      expect(young[2]).toContain('*** ENVELOPE RECORDS active/');
      await until(() => fs.existsSync(lab.path('spool', 'active', young[0])));
      expect(await look()).toEqual(young);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await until(() => fs.existsSync(inbox()) && fs.readdirSync(inbox()).length === 2);
    // The letter is there a moment before qmgr(8) hears of it.
    await expect
      .poll(async () => (await ours('postqueue', postqueue, ['-c', etc, '-p'])).out, { timeout: 20_000 })
      .toBe('Mail queue is empty\n');
  },
  PATIENCE_MS,
);
