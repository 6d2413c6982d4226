/**
 * What client and server have said to each other, and whose fault the errors were: for a notice to the
 * postmaster at the end. Nothing is formatted before there is a notice.
 *
 * postconf(5) notify_classes, smtpd_history_flush_threshold · Postfix: src/smtpd/smtpd_chat.c
 */
import { intOf, listOf, type Settings } from '../config/settings.ts';
import type { Reply } from '../mail/reply.ts';
import type { Command, SmtpdContext } from './types.ts';

/** Classes of errors that smtpd tells apart. postconf(5) notify_classes */
const CLASSES = ['bounce', 'policy', 'protocol', 'resource', 'software'] as const;
export type ErrorClass = (typeof CLASSES)[number];

/** A command, unless the server spoke of itself, and the answer. */
export interface Said {
  readonly line: string | undefined;
  readonly reply: Reply;
}

/** Always all of these, so that every session has an object of one shape. */
export interface Chat {
  /** In pieces of at most PIECE, so that a long session does not copy all of it at every command. */
  readonly older: readonly (readonly Said[])[];
  readonly latest: readonly Said[];
  /** Lines of it, as smtpd_history_flush_threshold counts them. */
  readonly lines: number;
  /** The command that is in it already. */
  readonly command: Command | undefined;
  /** Of the errors since the last message was taken. */
  readonly errors: readonly ErrorClass[];
  /** Why the session ended before QUIT; '' when it did not. */
  readonly reason: string;
}

const PIECE = 64;
const NOTHING: Chat = { older: [], latest: [], lines: 0, command: undefined, errors: [], reason: '' };

function wants(settings: Settings, of: readonly ErrorClass[]): boolean {
  const wanted = listOf(settings, 'notify_classes');
  return of.some((one) => wanted.includes(one));
}

/** The history of a session that begins; undefined: nobody would ever read it. */
export function startChat(settings: Settings, stdin: boolean): Chat | undefined {
  return stdin || !wants(settings, CLASSES) ? undefined : NOTHING;
}

/** Whether the postmaster wants to hear of this session. */
export function isWorthANotice({ chat, settings }: SmtpdContext): boolean {
  return chat !== undefined && chat.errors.length > 0 && wants(settings, chat.errors);
}

/** Forgotten when it is long, at the moments that postconf(5) smtpd_history_flush_threshold names. */
function flushed(chat: Chat, { settings }: SmtpdContext): Chat {
  if (chat.lines <= intOf(settings, 'smtpd_history_flush_threshold')) return chat;
  return { ...chat, older: NOTHING.older, latest: NOTHING.latest, lines: 0 };
}

const BEGIN_ANEW: readonly string[] = ['HELO', 'EHLO', 'RSET'];

/**
 * The history with one more reply, and the command it answers.
 *
 * @param blame the class of the error; undefined: it was none
 */
export function chatWith(
  context: SmtpdContext,
  reply: Reply,
  blame: ErrorClass | undefined,
  bareLine?: string,
): Chat | undefined {
  const { command } = context;
  if (context.chat === undefined) return undefined;
  const good = reply.code < 400;
  const anew = good && command !== undefined && BEGIN_ANEW.includes(command.type);
  const before = anew ? flushed(context.chat, context) : context.chat;
  const isNew = command !== undefined && command !== before.command && !(anew && before !== context.chat);
  const line = isNew ? command.line : bareLine;
  const { errors, reason, older, latest } = before;
  const said: Said = { line, reply };
  const full = latest.length >= PIECE;
  const spoken = typeof reply.text === 'string' ? 1 : reply.text.length;
  return {
    older: full ? [...older, latest] : older,
    latest: full ? [said] : latest.concat(said),
    lines: before.lines + spoken + (line === undefined ? 0 : 1),
    command: command ?? before.command,
    errors: blame === undefined || errors.includes(blame) ? errors : [...errors, blame],
    reason,
  };
}

/** Once a message is taken, the errors before it are forgiven; the history stays unless it is long. */
export function forgiven(chat: Chat | undefined): Chat | undefined {
  return chat === undefined || chat.errors.length === 0 ? chat : { ...chat, errors: [] };
}

/** After the end of a message. */
export function afterMessage(chat: Chat | undefined, context: SmtpdContext): Chat | undefined {
  return chat === undefined ? undefined : flushed(chat, context);
}

/** The history with the reason of its end; undefined where none is kept. */
export function chatEnded(chat: Chat | undefined, reason: string): Chat | undefined {
  return chat === undefined ? undefined : { ...chat, reason };
}
