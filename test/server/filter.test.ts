/**
 * A content filter after the queue, as FILTER_README describes its simple one: the message goes to a script,
 * which looks at it and gives it back with `sendmail -G -i`.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { expect, test } from 'vitest';
import { until } from '../support/real-postfix.ts';
import { testLab } from '../support/test-lab.ts';

/** Of nobody: sendmail(1) wants to know who calls. */
const UID = 65534;
const isRoot = process.getuid?.() === 0;
const lab = testLab('filter');
const SENDMAIL = join(import.meta.dirname, '../../server/bin/sendmail');

/** What the script does with the message in `in.$$`. */
interface Script {
  readonly inspect: string;
  /** Words of master.cf. */
  readonly words?: string;
  readonly mainCf?: string;
}

function simpleFilter(inspect: string): string {
  return [
    ...['#!/bin/sh', 'cd "$SPOOL" || exit 75', 'trap "rm -f in.$$" 0 1 2 3 15'],
    ...['id -u >> who', 'cat > in.$$ || { echo Cannot save mail to file; exit 75; }', inspect],
    ...[`"${SENDMAIL}" -C "$MAIL_CONFIG" -G -i "$@" < in.$$`, 'exit $?', ''],
  ].join('\n');
}

/** A lab whose smtpd gives all mail to the filter; sends a letter and resolves to a line of its log. */
async function filtered({ inspect, words = '', mainCf = '' }: Script, text: string, wanted: RegExp) {
  lab.make();
  for (const path of [lab.folder, lab.path('home')]) fs.chmodSync(path, 0o755);
  const spool = lab.path('filter');
  fs.mkdirSync(spool);
  fs.chmodSync(spool, 0o777);
  const script = lab.path('simple-filter.sh');
  fs.writeFileSync(script, simpleFilter(inspect), { mode: 0o755 });
  fs.appendFileSync(lab.path('etc', 'passwd'), `filter:x:${UID}:${UID}::/nonexistent:/bin/false\n`);
  const main = `export_environment = TZ SPOOL=${spool}\n${mainCf}`;
  fs.appendFileSync(lab.path('etc', 'main.cf'), main);
  const master = lab.path('etc', 'master.cf');
  // Only the server's own user may wake pickup(8); it looks by itself here, each second.
  const awake = fs.readFileSync(master, 'utf8').replace(/^(pickup .*) 60 /m, '$1 1 ');
  const lines = awake.replace(/^\S+ +inet .*smtpd$/m, '$&\n  -o content_filter=filter:');
  const line = `filter unix - n n - - pipe\n  flags=Rq user=filter ${words} argv=${script} -f \${sender} -- \${recipient}\n`;
  fs.writeFileSync(master, lines + line);
  const port = await lab.start();
  // There is no set-gid program here: whoever is to leave mail in maildrop must be allowed to.
  fs.chmodSync(lab.path('spool', 'maildrop'), 0o1777);
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  await transport.sendMail({ from: 'espera@gouv.bj', to: 'alexandre@gouv.bj', subject: 'x', text });
  transport.close();
  return await until(() => wanted.exec(lab.log())?.[0]);
}

/** Texts of the letters that arrived. */
function arrived(): readonly string[] {
  const box = lab.path('home', 'alexandre', 'Maildir', 'new');
  if (!fs.existsSync(box)) return [];
  return fs.readdirSync(box).map((name) => fs.readFileSync(join(box, name), 'latin1'));
}

test('FILTER_README: a message goes through the filter, comes back and arrives once', async () => {
  const inspect = 'grep -q VIRUS in.$$ && { echo 5.7.1 Message content rejected; exit 69; }';
  await filtered({ inspect }, 'bonjour', /to=<alexandre@gouv.bj>.*relay=local.*status=sent.*/);
  expect(lab.log()).toMatch(/relay=filter, .*dsn=2.0.0, status=sent \(delivered via filter service\)/);
  const [letter = '', ...others] = arrived();
  expect(others).toEqual([]);
  expect(letter).toContain('bonjour');
  const received = letter.match(/^Received: .*$/gm) ?? [];
  expect(received).toHaveLength(2);
  // The command is its user's, and so is the message that it leaves.
  const who = isRoot ? String(UID) : String(process.getuid?.());
  expect(fs.readFileSync(lab.path('filter', 'who'), 'utf8')).toBe(`${who}\n`);
  expect(received[0]).toContain(`from userid ${who}`);
}, 60_000);

test('FILTER_README: what the filter rejects is returned, in its words', async () => {
  const inspect = 'grep -q VIRUS in.$$ && { echo 5.7.1 Message content rejected; exit 69; }';
  const line = await filtered({ inspect }, 'a VIRUS', /to=<alexandre@gouv.bj>.*status=.*/);
  expect(line).toContain('dsn=5.7.1, status=bounced (Message content rejected )');
  expect(arrived()).toEqual([]);
}, 60_000);

test('FILTER_README: a filter that cannot save the message puts it off', async () => {
  const inspect = 'echo Cannot save mail to file; exit 75';
  const line = await filtered({ inspect }, 'x', /to=<alexandre@gouv.bj>.*status=.*/);
  expect(line).toContain('dsn=4.3.0, status=deferred (temporary failure. Command output: Cannot save mail');
}, 60_000);

test('postconf(5) transport_time_limit: a filter that hangs is killed with all it started', async () => {
  const inspect = 'sleep 600 & echo $! > child; wait';
  const script = { inspect, mainCf: 'filter_time_limit = 1s\n' };
  const line = await filtered(script, 'x', /to=<alexandre@gouv.bj>.*status=.*/);
  expect(line).toMatch(/dsn=5.3.0, status=bounced \(Command time limit exceeded: ".*simple-filter.sh"\)/);
  const child = Number(fs.readFileSync(lab.path('filter', 'child'), 'utf8'));
  await until(() => {
    // One that has ended and that nobody waits for is only a name in the list.
    const stat = fs.existsSync(`/proc/${child}/stat`)
      ? fs.readFileSync(`/proc/${child}/stat`, 'utf8')
      : ') Z';
    return / [ZX]/.test(stat.slice(stat.lastIndexOf(')'))) ? true : undefined;
  });
}, 60_000);
