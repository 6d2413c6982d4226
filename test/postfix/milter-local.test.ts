/** What milters hear of mail of this machine, and what becomes of it: as with Debian’s Postfix. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseQueueFile, textIn } from '../../core/mail/queue-file.ts';
import { bytesToLatin1 } from '../../core/wire/bytes.ts';
import { oracle, oraclePath } from '../support/oracles.ts';
import { startRealPostfix, until } from '../support/real-postfix.ts';
import { type MilterScript, startMilter } from '../support/scripted-milter.ts';
import { freePort } from '../support/server-process.ts';
import { testLab } from '../support/test-lab.ts';

const BIN = resolve(import.meta.dirname, '../../server/bin');
const lab = testLab('of-this-machine');

/** A mail system that keeps what it gets. */
interface Place {
  readonly spool: string;
  readonly log: string;
  run(name: string, args: readonly string[], input?: string): number | null;
  stop(): Promise<void>;
}

function runIn(folder: string, etc: string) {
  return (name: string, args: readonly string[], input = ''): number | null => {
    const letter = name === 'sendmail' ? '-C' : '-c';
    return spawnSync(join(folder, name), [letter, etc, ...args], { input, encoding: 'latin1' }).status;
  };
}

async function theirs(settings: string): Promise<Place> {
  const { folder, config, spool, stop } = await startRealPostfix({ pickup: true, mainCf: settings });
  return { spool, log: join(folder, 'maillog'), run: runIn(dirname(oraclePath('postfix')), config), stop };
}

async function ours(settings: string): Promise<Place> {
  const port = await freePort();
  lab.make(port, await freePort());
  fs.chmodSync(lab.folder, 0o755);
  const own = ['lab_mode = no', 'mail_owner = nobody', `maillog_file = ${lab.path('maillog')}`];
  own.push('myhostname = mail.gouv.bj', 'mydestination = gouv.bj', 'default_transport = nosuch');
  own.push(
    'postfix_version_profile = 3.x',
    'compatibility_level = 3.6',
    'local_recipient_maps =',
    'remote_header_rewrite_domain =',
  );
  fs.appendFileSync(lab.path('etc', 'main.cf'), `${own.join('\n')}\n${settings}`);
  await lab.startProcess(port);
  const run = runIn(BIN, lab.path('etc'));
  return { spool: lab.path('spool'), log: lab.path('maillog'), run, stop: lab.stop };
}

/** Every file of a queue, in its folders of one letter too. */
function filesIn(spool: string, queue: string): readonly string[] {
  const all = fs.readdirSync(join(spool, queue), { recursive: true, withFileTypes: true });
  return all.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

interface Seen {
  readonly heard: readonly string[];
  readonly kept: readonly unknown[];
  readonly logged: readonly string[];
}

const LETTERS: readonly (readonly [sender: string, to: readonly string[], subject: string])[] = [
  ['ann@gouv.bj', ['one@far.example', '"t w o"@far.example'], 'plain'],
  ['ann@gouv.bj', ['one@far.example'], 'refused by its header'],
  ['refused@gouv.bj', ['one@far.example'], 'refused by its sender'],
  ['later@gouv.bj', ['one@far.example'], 'not now'],
  ['ann@gouv.bj', ['refused@far.example', 'one@far.example'], 'a recipient is refused'],
  ['ann@gouv.bj', ['one@far.example'], 'thrown away'],
  ['', ['one@far.example'], 'of nobody'],
];
const text = (sender: string, subject: string): string =>
  `From: ${sender || 'ann@gouv.bj'}\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nMessage-Id: <1@x>\n` +
  `Subject: ${subject}\n\nhello\n`;

function comparable(line: string): string {
  return line
    .replace(/v\|Postfix [^|]*\|/, 'v|{V}|')
    .replace(/^(D .|D .*\|)i\|[0-9A-F]{6,}\|/s, '$1i|{ID}|')
    .replace(/^(C [^|]*\|4)[^|]*?(127\.0\.0\.1\|)$/s, '$1$2');
}

/** Without what is another each time; what a milter has added stays. */
function shown(path: string): unknown {
  const { recipients, sender, message } = parts(path);
  const kept = message.replace(/^Received:.*\n(?:[ \t].*\n)*/, '');
  return { sender, recipients, kept };
}

function parts(path: string) {
  const bytes = fs.readFileSync(path);
  const { sender, recipients } = parseQueueFile(bytes);
  return {
    sender,
    recipients: recipients.map(({ address }) => address),
    message: bytesToLatin1(textIn(bytes)),
  };
}

/** Sends the letters one by one, each when the last is through. */
async function play(
  place: (settings: string) => Promise<Place>,
  script: MilterScript,
  more = '',
): Promise<Seen> {
  const milter = await startMilter(script);
  const there = await place(`non_smtpd_milters = inet:127.0.0.1:${milter.port}\n${more}`);
  const log = (): string => fs.readFileSync(there.log, 'latin1');
  const isThrough = (): boolean =>
    ['maildrop', 'incoming', 'active'].every((queue) => filesIn(there.spool, queue).length === 0);
  try {
    for (const [at, [sender, to, subject]] of LETTERS.entries()) {
      expect(there.run('sendmail', ['-f', sender, ...to], text(sender, subject))).toBe(0);
      const ids = /pickup\[\d+\]: [0-9A-F]+: uid=0/g;
      await until(() => ((log().match(ids) ?? []).length > at ? true : undefined)).catch(() =>
        expect.fail(log()),
      );
      await until(() => (isThrough() ? true : undefined)).catch(() => expect.fail(log()));
      await milter.left();
    }
    const heard = milter.heard.map(comparable);
    const kept = [...filesIn(there.spool, 'deferred'), ...filesIn(there.spool, 'hold')].map(shown);
    const logged = log().match(/milter-\w+: .*|warning: .*milter.*/g) ?? [];
    return { heard, kept: kept.map((one) => JSON.stringify(one)).sort(), logged };
  } finally {
    await there.stop();
    await milter.close();
  }
}

describe.runIf(process.getuid?.() === 0 && oracle('postfix') !== undefined)('with Debian’s Postfix', () => {
  test('postconf(5) non_smtpd_milters: the same packets, letters in hold, and lines of the log', async () => {
    const script = { rules: [{ on: 'E', send: ['qbad smell\0', 'c'] }] };
    const seen = await play(ours, script);
    expect(seen.kept.length).toBe(LETTERS.length);
    expect(seen).toEqual(await play(theirs, script));
  }, 120_000);
});
