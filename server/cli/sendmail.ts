/**
 * sendmail - leaves a message in the maildrop queue for pickup(8); works while the mail system is down.
 *
 * sendmail(1): -t -f -r -F -i -oi -bm and recipients. Anything else is refused, not ignored.
 */
import fs from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { extractAddress, maildropFile, makeShortId, type Settings, textOf } from '#core';
import { now } from '../clock.ts';
import { trigger } from '../control.ts';
import { loadConfiguration } from '../load.ts';

/** A complaint and its exit code (sysexits). */
class Refusal extends Error {
  readonly code: number;
  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** Standard input with LF line ends (CR goes where the first line has one); a lone dot ends it without -i. */
export function messageText(input: Buffer, ignoreDots: boolean): Buffer {
  const text = input.toString('latin1');
  const hasCr = /^[^\n]*\r\n/.test(text);
  const lines = (hasCr ? text.replaceAll('\r\n', '\n') : text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  const dot = ignoreDots ? -1 : lines.indexOf('.');
  const kept = dot < 0 ? lines : lines.slice(0, dot);
  if (kept[0]?.startsWith('From ') === true) kept.shift();
  return Buffer.from(kept.map((line) => `${line}\n`).join(''), 'latin1');
}

/** Writes the file under a name made of its inode; it is complete and on disk when this returns. */
function drop(settings: Settings, bytes: Uint8Array, at: number): void {
  const folder = join(textOf(settings, 'queue_directory'), 'maildrop');
  const temporary = join(folder, `${Math.floor((at % 1000) * 1000)}.${process.pid}`);
  const fd = fs.openSync(temporary, 'wx', 0o600);
  try {
    fs.writeFileSync(fd, bytes);
    const usec = Math.floor((at - Math.floor(at / 1000) * 1000) * 1000);
    fs.renameSync(temporary, join(folder, makeShortId(usec, fs.fstatSync(fd).ino)));
    // Readable for pickup(8), which is not the sender; the directory is closed to others. postdrop(1)
    fs.fchmodSync(fd, 0o744);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  const directory = fs.openSync(folder, 'r');
  fs.fsyncSync(directory);
  fs.closeSync(directory);
}

async function run(): Promise<void> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values, positionals } = parseArgs({
    options: {
      ...{ C: { ...text, short: 'C' }, f: { ...text, short: 'f' }, r: { ...text, short: 'r' } },
      ...{
        F: { ...text, short: 'F' },
        o: { ...text, short: 'o', multiple: true },
        b: { ...text, short: 'b' },
      },
      ...{ t: { ...flag, short: 't' }, i: { ...flag, short: 'i' } },
    },
    allowPositionals: true,
  });
  if (values.b !== undefined && values.b !== 'm') throw new Refusal(64, `unsupported: -b${values.b}`);
  const extract = values.t === true;
  if (positionals.length === 0 && !extract)
    throw new Refusal(64, 'Recipient addresses must be specified on the command line or via the -t option');
  const { settings } = loadConfiguration(values.C ?? process.env.MAIL_CONFIG ?? '/etc/postfix');
  const rules = { allowEmpty: true, strict: false };
  const sender = extractAddress(values.f ?? values.r ?? userInfo().username, rules);
  if (sender === undefined) throw new Refusal(64, `malformed sender: ${values.f ?? ''}`);
  const recipients = positionals.map((one) => extractAddress(one, { ...rules, allowEmpty: false }) ?? '');
  if (recipients.includes('')) throw new Refusal(65, 'unable to parse a recipient address');
  const at = now();
  const content = messageText(fs.readFileSync(0), values.i === true || values.o?.includes('i') === true);
  const name = values.F === undefined ? {} : { fullName: values.F };
  drop(settings, maildropFile({ at, sender, recipients, extractRecipients: extract, content, ...name }), at);
  await trigger(textOf(settings, 'queue_directory'), 'pickup', 'W');
}

if (process.argv[1]?.endsWith('sendmail.ts') === true) {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`sendmail: fatal: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof Refusal ? error.code : 75);
  }
}
