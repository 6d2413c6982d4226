/**
 * The queue file of the transaction: cleanup makes it, and hears of every recipient.
 *
 * cleanup(8) · postconf(5) local_header_rewrite_clients · Postfix: src/smtpd/smtpd.c mail_open_stream
 */
import { matchAddress } from '../config/match-list.ts';
import { leftOut } from '../config/overrides.ts';
import { isOwnAddress } from '../config/own-address.ts';
import { listOf, textOf } from '../config/settings.ts';
import { isTableName, lookup } from '../config/tables/store.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { CleanupOpen } from '../kernel/notes.ts';
import { originOf, type QueueClient } from '../mail/queue-envelope.ts';
import type { Reply } from '../mail/reply.ts';
import { UNKNOWN } from './peers.ts';
import { wishesOf } from './rcpt.ts';
import { closing, R } from './replies.ts';
import { type Args, clientName, type Decision, hostOf, logLine, say, tell } from './say.ts';
import type { SmtpdContext } from './types.ts';

/** Whose headers are completed as our own: `local`. Others' are left as they are: `remote`. */
export function rewriteContext(context: SmtpdContext): 'local' | 'remote' {
  const { settings, client, stdin } = context;
  if (stdin) return 'local';
  const items = listOf(settings, 'local_header_rewrite_clients').filter(
    (item) => item !== 'check_address_map',
  );
  return items.some((item) => {
    const name = item.toLowerCase();
    if (name === 'permit_inet_interfaces') return isOwnAddress(settings, client.address);
    if (name === 'permit_mynetworks')
      return matchAddress(settings, 'mynetworks', client.name, client.address).type === 'match';
    return isTableName(item) && lookup(settings.tables, item, client.address).type === 'found';
  })
    ? 'local'
    : 'remote';
}

function queueClient(context: SmtpdContext): QueueClient {
  const { client, helo, protocol, serverAddress, serverPort } = context;
  const { name, reverseName, address, port, login = '' } = client;
  const { forwarded } = context.extras;
  return {
    ...{ name, reverseName, address, port: port === 0 ? UNKNOWN : port, protocol },
    ...(login === '' ? {} : { login }),
    ...(forwarded?.client === undefined ? {} : { logged: forwarded.client }),
    ...(forwarded === undefined || forwarded.ident === '' ? {} : { ident: forwarded.ident }),
    addressFamily: address.includes(':') ? 'inet6' : 'inet',
    ...(helo === '' ? {} : { helo }),
    ...(serverAddress === '' ? {} : { serverAddress }),
    ...(serverPort === 0 ? {} : { serverPort }),
  };
}

/**
 * Asks cleanup for a queue file. Differs: sendmail -bs goes here too, not through postdrop(1) and
 * pickup(8).
 */
export function openMessage({ context }: Args): Decision {
  const { transaction, stdin, extras } = context;
  assert(transaction !== undefined, 'a queue file needs a transaction');
  const { sender, encoding, ret, envid, at } = transaction;
  const contentFilter = textOf(context.settings, 'content_filter');
  const without = leftOut(context.settings);
  const note: CleanupOpen = {
    ...{ type: 'cleanup.open', origin: 'smtpd', sender: sender.standard, arrivalAt: at },
    ...{ rewriteContext: extras.forwarded?.rewriteContext ?? rewriteContext(context), dsn: { ret, envid } },
    ...(stdin ? {} : { client: queueClient(context) }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(contentFilter === '' ? {} : { contentFilter }),
    ...(without === undefined ? {} : { leftOut: without }),
  };
  return { effects: [{ type: 'send', to: 'cleanup', note }] };
}

/** The message has an id. */
export function noteOpened({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.opened' && context.transaction !== undefined, 'cleanup was asked');
  const transaction = { ...context.transaction, cleanup: event.from, queueId: event.queueId };
  return {
    context: { transaction },
    effects: [logLine(`${event.queueId}: client=${clientName(context)}${detailsOf(context)}`)],
  };
}

/** Who logged in, and what XFORWARD said; 2.3 does not log the latter. */
function detailsOf({ settings, client, extras: { forwarded } }: SmtpdContext): string {
  const { login = '' } = client;
  const said = login === '' ? '' : `, sasl_method=XCLIENT, sasl_username=${login}`;
  if (forwarded === undefined || settings.profile === '2.3') return said;
  const ident = forwarded.ident === '' ? '' : `, orig_queue_id=${forwarded.ident}`;
  return `${said}${ident}${forwarded.client === undefined ? '' : `, orig_client=${originOf(forwarded.client)}`}`;
}

/** The file was opened for MAIL, before any recipient. */
export function openedForSender({ context }: Args): boolean {
  return context.command?.type === 'MAIL';
}

/** A reply to somebody whom a rule has permitted. */
function permitted(finding: SmtpdContext['finding'], reply: Reply): Reply {
  const because = finding.type === 'accepted' ? finding.because : undefined;
  return because === undefined ? reply : { ...reply, because };
}

/** Hands the recipient to cleanup and says 250; a cleanup that has given up is told of after the dot. */
export function acceptRecipient(args: Args): Decision {
  const { transaction, party } = args.context;
  assert(transaction !== undefined && party !== undefined, 'a recipient is being accepted');
  const { notify, orcpt } = wishesOf(args);
  const { standard, given } = party;
  const note = { type: 'cleanup.recipient', address: standard, original: given, notify, orcpt } as const;
  const { accepted } = transaction;
  const first = accepted === 0 ? { firstRecipient: given, firstParty: party } : {};
  const next = { ...transaction, accepted: accepted + 1, ...first };
  return say(args, permitted(args.context.finding, R.recipientOk), {
    context: { transaction: next },
    effects: transaction.cleanup === '' ? [] : [{ type: 'send', to: transaction.cleanup, note }],
  });
}

/**
 * No queue file can be made: the session ends, the client comes again later. Differs: Postfix's smtpd dies
 * of it without a word; here the client hears why.
 */
export function sayNotOpened({ context }: Args): Decision {
  const log: Effect = logLine('unable to connect to the public cleanup service', 'warning');
  const told = tell(context, closing(hostOf(context), 'trouble'));
  return { context: { ...told.context, transaction: undefined }, effects: [log, ...(told.effects ?? [])] };
}

/** cleanup gave up before the text was complete: remembered, and told after the dot. */
export function noteFailure({ context, event }: Args): Decision {
  const { transaction } = context;
  const about =
    event.type === 'cleanup.done' || (event.type === 'master.childDied' && event.service === 'cleanup');
  if (transaction === undefined || !about) return {};
  const failed = event.type === 'cleanup.done' && event.status !== 'ok' ? event.status : 'write';
  return { context: { transaction: { ...transaction, cleanup: '', failed } } };
}
