/**
 * What client and server have said to each other, and whose fault the errors were: for a notice to the
 * postmaster, at the end or when a long history is forgotten. Nothing is formatted before there is a notice.
 *
 * postconf(5) notify_classes, smtpd_history_flush_threshold · Postfix: src/smtpd/smtpd_chat.c
 */
import { intOf, listOf, type Settings } from '../config/settings.ts';
import type { Reply } from '../mail/reply.ts';
import type { Command, SmtpdContext } from './types.ts';

/** Classes of errors that smtpd tells apart. postconf(5) notify_classes */
const CLASSES = ['bounce', 'policy', 'protocol', 'resource', 'software'] as const;
export type ErrorClass = (typeof CLASSES)[number];

/** A command, unless the server spoke of itself, and the answer, unless that begins the next history. */
export interface Said {
  readonly line: string | undefined;
  readonly reply: Reply | undefined;
}

/** A notice that is to be written now, while the client waits. */
export interface DueNotice {
  /** What it tells. */
  readonly chat: Chat;
  /** What the client hears when it is written; undefined: it has heard it. */
  readonly reply?: Reply;
  /** The error sleep before that reply. */
  readonly sleepMs?: number;
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
  /** The history before this one, until the postmaster has it. */
  readonly due?: DueNotice | undefined;
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
    if (one.reply !== undefined || one.line !== undefined) said.push({ line: one.line, reply: one.reply });
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
export function isWorthANotice({ chat, settings }: Pick<SmtpdContext, 'chat' | 'settings'>): boolean {
  return chat !== undefined && chat.errors.length > 0 && wants(settings, chat.errors);
}

/** The history that follows one of which the postmaster is to hear. */
export function newChat(chat: Chat, due?: DueNotice): Chat {
  const { command } = chat;
  return due === undefined ? { ...NOTHING, command } : { ...NOTHING, command, due };
}

/**
 * Forgotten with its errors when it is long, at the moments that postconf(5) smtpd_history_flush_threshold
 * names; the postmaster hears of the errors.
 */
function flushed(chat: Chat, { settings }: SmtpdContext): Chat {
  if (chat.lines <= intOf(settings, 'smtpd_history_flush_threshold')) return chat;
  return newChat(chat, isWorthANotice({ chat, settings }) ? { chat } : undefined);
}

function linked(
  before: Chat,
  reply: Reply | undefined,
  line: string | undefined,
  { command }: SmtpdContext,
  errors: readonly ErrorClass[],
): Chat {
  const isDeep = before.depth >= DEEPEST;
  const spoken = typeof reply?.text === 'object' ? reply.text.length : 1;
  return {
    reply,
    line,
    before: isDeep ? undefined : before,
    depth: isDeep ? 0 : before.depth + 1,
    older: isDeep ? allSaid(before) : before.older,
    lines: before.lines + spoken + (line === undefined || reply === undefined ? 0 : 1),
    command: command ?? before.command,
    errors,
    reason: before.reason,
  };
}

const BEGIN_ANEW: readonly string[] = ['HELO', 'EHLO', 'RSET'];

/**
 * The history with one more reply, and the command it answers. A good HELO, EHLO or RSET ends a long history;
 * its reply begins the next one, and waits for the notice where one is due.
 *
 * @param blame the class of the error; undefined: it was none
 * @param sleepMs the error sleep before the reply
 */
export function chatWith(
  context: SmtpdContext,
  reply: Reply,
  blame: ErrorClass | undefined,
  bareLine?: string,
  sleepMs = 0,
): Chat | undefined {
  const { command, chat } = context;
  if (chat === undefined) return undefined;
  const isNew = command !== undefined && command !== chat.command;
  const line = isNew ? command.line : bareLine;
  if (reply.code < 400 && command !== undefined && BEGIN_ANEW.includes(command.type)) {
    const asked = isNew ? linked(chat, undefined, line, context, chat.errors) : chat;
    const fresh = flushed(asked, context);
    if (fresh !== asked) {
      const next = linked(fresh, reply, undefined, context, fresh.errors);
      return fresh.due === undefined ? next : { ...next, due: { ...fresh.due, reply, sleepMs } };
    }
  }
  const { errors } = chat;
  const all = blame === undefined || errors.includes(blame) ? errors : [...errors, blame];
  return linked(chat, reply, line, context, all);
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
