/**
 * sendmail - leaves a message in the maildrop queue for pickup(8); works while the mail system is down.
 * Also lists and flushes the queue, builds aliases, and speaks SMTP on standard input (-bs). sendmail(1)
 */
import fs from 'node:fs';
import { join } from 'node:path';
import {
  type Account,
  accountByUid,
  extractAddress,
  headerRecipients,
  intOf,
  maildropFile,
  makeShortId,
  matchString,
  parseAccounts,
  recipientsIn,
  type Settings,
  textOf,
} from '#core';
import { now } from '../clock.ts';
import { trigger } from '../control.ts';
import { loadConfiguration, loadMain } from '../load.ts';
import { newaliases } from './newaliases.ts';
import { postfix } from './postfix.ts';
import { flushMessage, flushQueue, flushSite, showQueue } from './postqueue.ts';
import { configDirectory, Fatal, type Io, runMain, warn } from './program.ts';
import { FAILED, type SendmailLine, sendmailLine } from './sendmail-options.ts';
import { runSession } from './sendmail-session.ts';

const NAME = 'sendmail';

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

/** Who calls. */
function caller(): Account {
  const uid = process.getuid?.() ?? 0;
  const account = accountByUid(parseAccounts(fs.readFileSync('/etc/passwd', 'latin1')), uid);
  if (account === undefined) throw new Fatal(`no login name found for user ID ${uid}`, FAILED);
  return account;
}

/** -F, else NAME, else the first field of the passwd comment, where & is the login name. */
function fullNameOf(line: SendmailLine, { gecos, name }: Account): string {
  const login = name.charAt(0).toUpperCase() + name.slice(1);
  return line.fullName ?? process.env.NAME ?? (gecos.split(',')[0] ?? '').replaceAll('&', login);
}

function senderOf(io: Io, line: SendmailLine, account: Account): string {
  if (line.sender === undefined) return account.name;
  const address = extractAddress(line.sender, { allowEmpty: true, strict: false });
  if (address === undefined) warn(io, NAME, `-f option specified malformed sender: ${line.sender}`);
  // Postfix goes on with the first address that it can make out.
  return address ?? recipientsIn(line.sender)[0] ?? account.name;
}

function refuseCaller(settings: Settings, { name, uid }: Account): void {
  if (matchString(settings, 'authorized_submit_users', name).type !== 'match')
    throw new Fatal(`User ${name}(${uid}) is not allowed to submit mail`, FAILED);
}

async function submit(io: Io, settings: Settings, line: SendmailLine): Promise<number> {
  const account = caller();
  refuseCaller(settings, account);
  const sender = senderOf(io, line, account);
  const who = `${sender}(${account.uid})`;
  const recipients = line.recipients.flatMap(recipientsIn);
  if (recipients.length === 0 && !line.extract)
    throw new Fatal(
      `${who}: Recipient addresses must be specified on the command line or via the -t option`,
      FAILED,
    );
  const at = now();
  const content = messageText(io.stdin(), line.ignoreDots);
  const limit = intOf(settings, 'message_size_limit');
  if (limit > 0 && content.length > limit) throw new Fatal(`${who}: message file too big`, FAILED);
  if (line.extract && recipients.length === 0 && headerRecipients(content).length === 0)
    throw new Fatal(`${who}: No recipient addresses found in message header`, FAILED);
  const { attributes, notify, verp } = line;
  const fullName = fullNameOf(line, account);
  const verpDelimiters = verp === '' ? textOf(settings, 'default_verp_delimiters') : verp;
  const file = maildropFile({
    ...{ at, sender, recipients, extractRecipients: line.extract, content, attributes, notify },
    ...(fullName === '' ? {} : { fullName }),
    ...(verpDelimiters === undefined ? {} : { verpDelimiters }),
  });
  drop(settings, file, at);
  await trigger(textOf(settings, 'queue_directory'), 'pickup', 'W');
  return 0;
}

/** sendmail(1). 0, or 75 with the reason on standard error. */
export async function sendmail(args: readonly string[], io: Io): Promise<number> {
  const line = sendmailLine(args, io);
  const directory = configDirectory(line.directory);
  const settings = (): Settings => loadMain(directory, (text) => warn(io, NAME, text));
  try {
    switch (line.mode) {
      case 's':
        return await runSession(loadConfiguration(directory).settings);
      case 'p':
        return showQueue(io, settings(), false);
      case 'i':
        return newaliases(['-C', directory], io);
      case 'd':
        return await postfix(['-c', directory, 'start'], io);
      case 'q':
        if (line.queueId !== undefined) return await flushMessage(settings(), line.queueId);
        return line.site === undefined
          ? await flushQueue(settings())
          : await flushSite(settings(), line.site);
      case 'm':
        return await submit(io, settings(), line);
      default:
        return 0;
    }
  } catch (error) {
    throw new Fatal(error instanceof Error ? error.message : String(error), FAILED);
  }
}

if (import.meta.main) await runMain(NAME, sendmail);
