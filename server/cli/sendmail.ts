/**
 * sendmail - leaves a message in the maildrop queue for pickup(8); works while the mail system is down.
 * Also lists and flushes the queue, builds aliases, and speaks SMTP on standard input (-bs). sendmail(1)
 */
import {
  type Account,
  headerRecipients,
  recipientsIn,
  type Settings,
  submissionRecords,
  textOf,
} from '#core';
import { loadConfiguration, loadMain } from '../load.ts';
import { accountOfUid, refusedBy } from './callers.ts';
import { newaliases } from './newaliases.ts';
import { DROPPED, type Dropped, dropRecords } from './postdrop.ts';
import { postfix } from './postfix.ts';
import { flushMessage, flushQueue, flushSite, showQueue } from './postqueue.ts';
import { configDirectory, Fatal, type Io, runCommand, runMain, warn } from './program.ts';
import { FAILED, type SendmailLine, sendmailLine } from './sendmail-options.ts';
import { runSession } from './sendmail-session.ts';
import { type LineEndings, messageText } from './sendmail-text.ts';

const NAME = 'sendmail';

/** The caller's account; a number without one may send when it says as whom. */
function accountOf(uid: number, line: SendmailLine): Account | undefined {
  const account = accountOfUid(uid);
  if (account === undefined && line.sender === undefined)
    throw new Fatal(`no login name found for user ID ${uid}`, FAILED);
  return account;
}

/** -F, else NAME, else the first field of the passwd comment, where & is the login name. */
function fullNameOf(line: SendmailLine, account: Account | undefined): string | undefined {
  if (line.fullName !== undefined) return line.fullName;
  if (process.env.NAME) return process.env.NAME;
  if (account === undefined) return undefined;
  const { gecos, name } = account;
  const login = name.charAt(0).toUpperCase() + name.slice(1);
  return (gecos.split(',')[0] ?? '').replaceAll('&', login);
}

function senderOf(io: Io, line: SendmailLine, account: Account | undefined): string {
  if (line.sender === undefined) return account?.name ?? '';
  // Postfix goes on with the first address that it can make out.
  const [first = '', ...more] = recipientsIn(line.sender);
  if (more.length > 0) warn(io, NAME, `-f option specified malformed sender: ${line.sender}`);
  return first;
}

/** Addresses of one word of the command line; a word that names nobody is a recipient of no name. */
function named(word: string): readonly string[] {
  const found = recipientsIn(word);
  return found.length > 0 ? found : [''];
}

function refuseCaller(settings: Settings): void {
  const uid = process.getuid?.() ?? 0;
  const name = refusedBy(settings, 'authorized_submit_users', uid);
  if (name !== undefined) throw new Fatal(`User ${name}(${uid}) is not allowed to submit mail`, FAILED);
}

function lineEndings(settings: Settings): LineEndings {
  if (settings.profile === '2.3') return 'strict';
  const value = textOf(settings, 'sendmail_fix_line_endings');
  if (value === 'always' || value === 'strict' || value === 'never') return value;
  throw new Fatal(`invalid sendmail_fix_line_endings value: ${value}`, FAILED);
}

/** What postdrop(1) answers when it takes nothing. Postfix: src/global/cleanup_strerror.c */
function refusal({ status, reason }: Dropped): string {
  if (reason !== '') return reason;
  if (status === DROPPED.tooBig) return 'message file too big';
  return status === DROPPED.bad ? 'internal protocol error' : 'queue file write error';
}

async function submit(io: Io, settings: Settings, line: SendmailLine): Promise<number> {
  refuseCaller(settings);
  const uid = process.getuid?.() ?? 0;
  const account = accountOf(uid, line);
  const sender = senderOf(io, line, account);
  const who = `${sender}(${uid})`;
  const { attributes, notify, verp, extract } = line;
  const filter = textOf(settings, 'verp_delimiter_filter');
  if (
    verp !== undefined &&
    verp !== '' &&
    !(verp.length === 2 && [...verp].every((one) => filter.includes(one)))
  )
    throw new Fatal(`-V requires two characters from ${filter}`, FAILED);
  if (verp !== undefined && sender === '')
    throw new Fatal(`${who}: -V option requires non-null sender address`, FAILED);
  const recipients = line.recipients.flatMap(named);
  const content = messageText(io.stdin(), line.ignoreDots, lineEndings(settings));
  if (recipients.length === 0 && !extract)
    throw new Fatal(
      `${who}: Recipient addresses must be specified on the command line or via the -t option`,
      FAILED,
    );
  if (extract && recipients.length === 0 && headerRecipients(content).length === 0)
    throw new Fatal(`${who}: No recipient addresses found in message header`, FAILED);
  const fullName = fullNameOf(line, account);
  const verpDelimiters = verp === '' ? textOf(settings, 'default_verp_delimiters') : verp;
  const records = submissionRecords({
    ...{ sender, recipients, extractRecipients: extract, content, attributes, notify },
    ...(fullName === undefined ? {} : { fullName }),
    ...(verpDelimiters === undefined ? {} : { verpDelimiters }),
  });
  const dropped = await dropRecords(io, settings, records);
  if (dropped !== undefined && dropped.status !== DROPPED.ok)
    throw new Fatal(`${who}: ${refusal(dropped)}`, FAILED);
  return 0;
}

/** What postqueue(1) does, with its own complaints and exit codes. */
function askPostqueue(io: Io, settings: Settings, { mode, queueId, site }: SendmailLine): Promise<number> {
  if (mode === 'p') return showQueue(io, settings, false);
  if (queueId !== undefined) return flushMessage(settings, queueId);
  return site === undefined ? flushQueue(settings) : flushSite(settings, site);
}

/** sendmail(1). 0, or 75 with the reason on standard error. */
export async function sendmail(args: readonly string[], io: Io): Promise<number> {
  const line = sendmailLine(args, io);
  const directory = configDirectory(line.directory);
  const settings = (): Settings => loadMain(directory, (text) => warn(io, NAME, text));
  try {
    switch (line.mode) {
      case 's':
        refuseCaller(settings());
        return await runSession(io, loadConfiguration(directory).settings);
      case 'p':
      case 'q':
        return await runCommand('postqueue', () => askPostqueue(io, settings(), line), [], io);
      case 'i':
        return newaliases(['-C', directory], io, line.aliasFile);
      case 'd':
        return await postfix(['-c', directory, 'start'], io);
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
