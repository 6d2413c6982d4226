/** DATA: the text goes to cleanup, and the promise comes last. RFC 5321 §4.1.1.4, §6.1 · Postfix: data_cmd */
import { intOf, listOf, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { CleanupDone } from '../kernel/notes.ts';
import { rfc822Date } from '../mail/date.ts';
import { endFirstLine, fixFirstLine, startFirstLine } from '../mail/first-line.ts';
import { quote822 } from '../mail/quote.ts';
import type { Reply } from '../mail/reply.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { bareNewlineMode } from './commands.ts';
import { commandOf } from './mail.ts';
import { bareNewline, R } from './replies.ts';
import { type Args, type Decision, hostOf, idle, logLine, say } from './say.ts';
import type { SmtpdContext } from './types.ts';

export function hasArguments(args: Args): boolean {
  return commandOf(args).words.length > 1;
}

export function noRecipientAccepted({ context }: Args): boolean {
  return (context.transaction?.accepted ?? 0) === 0;
}

/** `Received:` of this hop; `for` only when there is exactly one recipient. RFC 5321 §4.4 */
function received(context: SmtpdContext, at: number): string {
  const { settings, client, helo, protocol, transaction, zone } = context;
  assert(transaction !== undefined, 'DATA needs a transaction');
  const from = `Received: from ${helo === '' ? client.name : helo} (${client.name} [${client.address}])`;
  const id = `with ${protocol} id ${transaction.queueId}`;
  const by = `\tby ${hostOf(context)} (${textOf(settings, 'mail_name')}) ${id}`;
  const date = rfc822Date(at, zone);
  const { onlyRecipient } = transaction;
  const end = onlyRecipient === '' ? `;\n\t${date}` : `\n\tfor <${quote822(onlyRecipient)}>; ${date}`;
  return `${from}\n${by}${end}\n`;
}

/** Says 354 and begins the message with this hop's Received: line. */
export function beginData(args: Args): Decision {
  const { context, event } = args;
  const { transaction } = context;
  assert(transaction !== undefined, 'DATA needs a transaction');
  const note = { type: 'cleanup.prepend', bytes: latin1ToBytes(received(context, event.at)) } as const;
  return say(args, R.goAhead, {
    context: { firstLine: startFirstLine, dataBytes: 0, tooBig: false, bareLf: false },
    effects: [{ type: 'send', to: transaction.cleanup, note }],
  });
}

/** Text on its way; beyond message_size_limit it is swallowed. */
export function passText({ context, event }: Args): Decision {
  assert(event.type === 'data.chunk' && context.transaction !== undefined, 'text belongs to a transaction');
  const { text, state } = fixFirstLine(context.firstLine, event.bytes);
  const dataBytes = context.dataBytes + event.bytes.length;
  const limit = intOf(context.settings, 'message_size_limit');
  const tooBig = context.tooBig || (limit > 0 && dataBytes > limit);
  const pass: readonly Effect[] =
    tooBig || text.length === 0
      ? []
      : [{ type: 'send', to: context.transaction.cleanup, note: { type: 'cleanup.chunk', bytes: text } }];
  return { context: { firstLine: state, dataBytes, tooBig }, effects: [...pass, idle(context)] };
}

/** More than the administrator allows. */
export function textIsTooBig({ context }: Args): boolean {
  return context.tooBig;
}

/** A bare LF was seen and is not allowed for this client. */
export function bareNewlineSeen({ context, event }: Args): boolean {
  return event.type === 'data.end' && event.bareLf && bareNewlineMode(context) === 'reject';
}

function abort({ transaction }: SmtpdContext): readonly Effect[] {
  const cleanup = transaction?.cleanup ?? '';
  return cleanup === '' ? [] : [{ type: 'send', to: cleanup, note: { type: 'cleanup.abort' } }];
}

export function sayTextTooBig(args: Args): Decision {
  const { context } = args;
  const log = logLine(`${context.transaction?.queueId ?? ''}: queue file size limit exceeded`, 'warning');
  return say(args, R.messageTooBig, {
    context: { transaction: undefined, where: 'END-OF-MESSAGE' },
    effects: [log, ...abort(context)],
  });
}

export function sayBareNewline(args: Args): Decision {
  const context = { transaction: undefined, hangUp: true, where: 'END-OF-MESSAGE' };
  return say(args, bareNewline(hostOf(args.context)), { context, effects: abort(args.context) });
}

/** The text is complete: cleanup makes it whole and durable. */
export function closeMessage({ context }: Args): Decision {
  const { transaction } = context;
  assert(transaction !== undefined, 'text belongs to a transaction');
  const held = endFirstLine(context.firstLine);
  const last: readonly Effect[] =
    held.length === 0
      ? []
      : [{ type: 'send', to: transaction.cleanup, note: { type: 'cleanup.chunk', bytes: held } }];
  return {
    context: { where: 'END-OF-MESSAGE' },
    effects: [...last, { type: 'send', to: transaction.cleanup, note: { type: 'cleanup.close' } }],
  };
}

export function messageIsQueued({ event }: Args): boolean {
  return event.type === 'cleanup.done' && event.status === 'ok';
}

/** Only now: 250 means that the message is on disk. RFC 5321 §6.1 */
export function promise(args: Args): Decision {
  const { context } = args;
  const reply = { code: 250, enhanced: '2.0.0', text: `Ok: queued as ${context.transaction?.queueId ?? ''}` };
  return say({ ...args, context: { ...context, errors: 0 } }, reply, {
    context: { transaction: undefined, errors: 0, junk: 0 },
  });
}

const AFTER_DOT: Readonly<Record<CleanupDone['status'], Reply>> = {
  ...{ ok: R.ok, internal: R.internal, toobig: R.messageTooBig, hops: R.tooManyHops },
  ...{ rejected: R.rejected, norcpt: R.noRecipients, write: R.writeError, map: R.writeError },
};

/** cleanup could not keep the message. */
export function sayNotQueued(args: Args): Decision {
  const { event } = args;
  const reply = event.type === 'cleanup.done' ? AFTER_DOT[event.status] : R.internal;
  return say(args, reply, { context: { transaction: undefined } });
}

/** Forget the transaction. RFC 5321 §4.1.1.5 */
export function resetTransaction(args: Args): Decision {
  const { context } = args;
  return { context: { transaction: undefined, overshoot: 0 }, effects: abort(context) };
}

/**
 * ETRN for a domain whose mail we hold. Differs: the whole deferred queue is tried, because flush(8) is not
 * here yet.
 */
export function startEtrn(args: Args): Decision {
  const site = commandOf(args).words[1]?.text ?? '';
  const note = { type: 'qmgr.wakeup', requests: 'DFA', site } as const;
  return say(args, R.etrnStarted, {
    context: { junk: args.context.junk + 1 },
    effects: [{ type: 'send', to: 'qmgr', note }],
  });
}

export function etrnIsBad(args: Args): boolean {
  return commandOf(args).words.length !== 2;
}

export function etrnNameIsBad(args: Args): boolean {
  return !/^[@#]?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(commandOf(args).words[1]?.text ?? '');
}

export function etrnIsUnavailable({ context, event }: Args): boolean {
  if (!('words' in event)) return false;
  const name = (event.words[1]?.text ?? '').replace(/^[@#]/, '').toLowerCase();
  const domains = listOf(context.settings, 'fast_flush_domains').map((one) => one.toLowerCase());
  return !domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

export function sayEtrnUnavailable(args: Args): Decision {
  const name = commandOf(args).words[1]?.text ?? '';
  return say(args, { code: 459, text: `<${name}>: service unavailable` });
}
