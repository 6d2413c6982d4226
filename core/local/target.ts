/**
 * target - where a delivery goes: Maildir or mbox, in the home or in the spool; or elsewhere.
 *
 * local(8) · postconf(5) home_mailbox, mail_spool_directory · Postfix: src/local/mailbox.c
 */
import { textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Because } from '../mail/because.ts';
import { accountOf } from './account.ts';
import { applies } from './names.ts';
import {
  type Args,
  type Decision,
  finished,
  handle,
  nextWork,
  notSupported,
  remember,
  type Verdict,
} from './shared.ts';
import type { LocalContext, Target } from './types.ts';

const NAMED: Because = { rule: '/file/name' };
const HOME: Because = { parameter: 'home_mailbox' };
const SPOOL: Because = { parameter: 'mail_spool_directory' };

/** What named the place of the current delivery; always one of three things, as every delivery asks. */
export function placeCause(context: LocalContext): Because {
  if (nextWork(context)?.type === 'file') return NAMED;
  return textOf(context.settings, 'home_mailbox') === '' ? SPOOL : HOME;
}

/** Ways of delivery that come before a mailbox, in Postfix's order. */
const INSTEAD = ['mailbox_transport_maps', 'mailbox_transport', 'mailbox_command_maps', 'mailbox_command'];

function insteadFor(context: LocalContext): string | undefined {
  const work = nextWork(context);
  if (work?.type !== 'mailbox') return undefined;
  return INSTEAD.find((parameter) => applies(context.settings, parameter, work.user));
}

/** The mailbox or file was served already: two ways led to it. local(8) "duplicate elimination" */
export function nextIsServed({ context }: Args): boolean {
  const work = nextWork(context);
  return work?.type === 'mailbox' && context.served.has(`mailbox ${work.user}`);
}

/** The configuration wants another way of delivery that this version does not have. */
export function wantsOtherDelivery({ context }: Args): boolean {
  return insteadFor(context) !== undefined;
}

/** Differs: mailbox_command and mailbox_transport are not there yet; the mail waits. */
export function deferOtherDelivery({ context, event }: Args): Decision {
  const parameter = insteadFor(context) ?? '';
  const { verdict, log } = notSupported(`by ${parameter}`, { parameter });
  const done = conclude(context, verdict, event.at);
  return { ...done, effects: [log, ...(done.effects ?? [])] };
}

/** Mail for /dev/null is delivered by doing nothing. */
export function nextIsNowhere({ context }: Args): boolean {
  const work = nextWork(context);
  return work?.type === 'file' && work.path === '/dev/null';
}

/** Delivered to nowhere. */
export function noteNowhere({ context, event }: Args): Decision {
  const text = 'delivered to file: /dev/null';
  return conclude(context, { status: 'sent', dsn: '2.0.0', text, because: NAMED }, event.at);
}

/** Records what became of a mailbox or file; a mailbox is served once. */
export function conclude(context: LocalContext, verdict: Verdict, at: number): Decision {
  const work = nextWork(context);
  const done = finished(context, verdict, at);
  if (work?.type !== 'mailbox') return done;
  return { ...done, context: { ...done.context, served: remember(context, `mailbox ${work.user}`) } };
}

/** Where the next delivery goes. postconf(5) home_mailbox, mail_spool_directory */
export function targetOf(context: LocalContext): Target {
  const work = nextWork(context);
  assert(work?.type === 'mailbox' || work?.type === 'file', 'a target belongs to a mailbox or a file');
  const { settings } = context;
  const base = { file: handle(context, 'mailbox'), startBytes: 0, newName: '' };
  if (work.type === 'file') {
    const format = work.path.endsWith('/') ? 'maildir' : 'mbox';
    const directory = work.path.replace(/\/$/, '');
    return { ...base, format, directory, path: directory, account: undefined, as: work.as };
  }
  const account = accountOf(settings, work.user);
  assert(account !== undefined, 'a mailbox has an account');
  const home = textOf(settings, 'home_mailbox');
  const spool = textOf(settings, 'mail_spool_directory');
  const place = home !== '' ? `${account.home}/${home}` : `${spool.replace(/\/$/, '')}/${account.name}`;
  const isMaildir = home !== '' ? home.endsWith('/') : spool.endsWith('/');
  const path = place.replace(/\/$/, '');
  const as = { uid: account.uid, gid: account.gid };
  return { ...base, format: isMaildir ? 'maildir' : 'mbox', directory: path, path, account, as };
}

/** The next delivery is a directory with a file for each message. */
export function nextIsMaildir({ context }: Args): boolean {
  return targetOf(context).format === 'maildir';
}
