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

/** The last exchange, and all before it: one object for each reply, which costs an ordinary session least. */
export interface Chat {
  /** Undefined before the greeting. */
  readonly reply: Reply | undefined;
  readonly line: string | undefined;
  /** What was said before, up to DEEPEST exchanges; still earlier ones are in `older`. */
  readonly before: Chat | undefined;
  readonly depth: number;
  readonly older: readonly Said[];
  /** Lines of it, as smtpd_history_flush_threshold counts them. */
  readonly lines: number;
  /** The command that is in it already. */
  readonly command: Command | undefined;
  /** Of the errors since the last message was taken. */
  readonly errors: readonly ErrorClass[];
  /** Why the session ended before QUIT; '' when it did not. */
  readonly reason: string;
}

/** Nothing that walks a context has to go deeper. */
const DEEPEST = 64;
const NOTHING: Chat = {
  ...{ reply: undefined, line: undefined, before: undefined, depth: 0, older: [], lines: 0 },
  ...{ command: undefined, errors: [], reason: '' },
};

/** Everything that was said, in order. */
export function allSaid(chat: Chat): readonly Said[] {
  const said: Said[] = [];
  for (let one: Chat | undefined = chat; one !== undefined; one = one.before)
    if (one.reply !== undefined) said.push({ line: one.line, reply: one.reply });
  return [...chat.older, ...said.reverse()];
}

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
  const { command, errors, reason } = chat;
  return { ...NOTHING, command, errors, reason };
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
  const isDeep = before.depth >= DEEPEST;
  const spoken = typeof reply.text === 'string' ? 1 : reply.text.length;
  const { errors } = before;
  return {
    reply,
    line,
    before: isDeep ? undefined : before,
    depth: isDeep ? 0 : before.depth + 1,
    older: isDeep ? allSaid(before) : before.older,
    lines: before.lines + spoken + (line === undefined ? 0 : 1),
    command: command ?? before.command,
    errors: blame === undefined || errors.includes(blame) ? errors : [...errors, blame],
    reason: before.reason,
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
