/**
 * The milters of the session: they hear what the client does, and may refuse it.
 *
 * MILTER_README · Postfix: src/smtpd/smtpd.c
 * check_milter_reply, src/smtpd/smtpd_milter.c
 *
 * Differs: refused recipients are not told to milters that want it, and VRFY and ETRN are answered where a
 * milter was lost behind HELO.
 */
import { type Settings, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { changed } from '../kernel/joined.ts';
import type { Macros, MilterDeed, MilterVerdict } from '../kernel/milter.ts';
import { macroLists, milterList, ownMacros } from '../kernel/milter-list.ts';
import type { Reply } from '../mail/reply.ts';
import { refuse } from './chunks.ts';
import { forgetting, wholeReply } from './filter-notes.ts';
import { itemsFor } from './filter-wants.ts';
import { saidName } from './hello.ts';
import { commandOf } from './odd.ts';
import { withOrder } from './orders.ts';
import { type Args, begin, type Decision, hostOf, logLine, say, tell, whatsUp } from './say.ts';
import type { Party, SmtpdContext, Stage } from './types.ts';

function named(settings: Settings, prefix: 'mail' | 'rcpt', party: Party | undefined): Macros {
  const { transport = '', nexthop = '' } = party?.resolution ?? {};
  if (party !== undefined && party.resolution === undefined) {
    // The null sender is nobody, and he is here.
    const [mailer = '', host = ''] = textOf(settings, 'local_transport').split(':');
    return { [`{${prefix}_addr}`]: '', [`{${prefix}_host}`]: host, [`{${prefix}_mailer}`]: mailer };
  }
  return {
    [`{${prefix}_addr}`]: party?.standard ?? '',
    [`{${prefix}_host}`]: nexthop,
    [`{${prefix}_mailer}`]: transport,
  };
}

/** All macros that have a value now. MILTER_README "Sendmail macro emulation" */
export function macrosOf({ context }: Args): Macros {
  const { settings, client, serverAddress, serverPort, transaction, party, command } = context;
  const { name, reverseName, address, port, login = '' } = client;
  const queueId = transaction?.queueId ?? '';
  const sender = command?.type === 'MAIL' ? party : transaction?.sender;
  return {
    ...ownMacros(settings),
    ...{ _: `${name} [${address}]`, ...(queueId === '' ? {} : { i: queueId }) },
    ...{ '{client_addr}': address, '{client_name}': name, '{client_ptr}': reverseName },
    ...{ '{client_port}': port === 0 ? '' : String(port), '{daemon_addr}': serverAddress },
    '{daemon_port}': serverPort === 0 ? '' : String(serverPort),
    ...(login === '' ? {} : { '{auth_type}': 'XCLIENT', '{auth_authen}': login }),
    ...(sender === undefined ? {} : named(settings, 'mail', sender)),
    ...(command?.type === 'RCPT' ? named(settings, 'rcpt', party) : {}),
  };
}

function deedAt(args: Args, stage: Stage | 'unknown'): MilterDeed {
  const { client } = args.context;
  switch (stage) {
    case 'helo':
      return { stage, name: saidName(args) };
    case 'mail':
    case 'rcpt':
      return {
        stage,
        words: commandOf(args)
          .words.slice(2)
          .map(({ text }) => text),
      };
    case 'unknown':
      return { stage, line: commandOf(args).words[0]?.text ?? '' };
    case 'data':
      return { stage };
    default: {
      const name = client.name === 'unknown' ? `[${client.address}]` : client.name;
      return { stage: 'connect', client: { name, address: client.address, port: client.port } };
    }
  }
}

/** Tells the milters; absent stage: the one that the lists have just judged. */
export function tellFilters(args: Args, params: { readonly stage?: Stage | 'unknown' }): Decision {
  const begun = begin(args);
  const stage = params.stage ?? args.context.stage;
  const isUnknown = stage === 'unknown';
  const filters = { ...args.context.filters, isUnknown };
  const changes = { ...begun.context, filters, ...(stage === 'unknown' ? {} : { stage }) };
  const now = { ...args, context: changed(args.context, changes) };
  const { settings, client } = args.context;
  const about = { token: stage, macros: macrosOf(now) };
  const deed = deedAt(now, stage);
  const effects: Effect[] = [...(begun.effects ?? [])];
  if (filters.process !== '')
    effects.push({
      ...{ type: 'send', to: filters.process },
      note: { type: 'milter.tell', ...about, happening: deed },
    });
  else {
    const { servers, problems } = milterList(settings, itemsFor(settings, client.address));
    effects.push(...problems.map((text) => logLine(text, 'warning')), {
      ...{ type: 'send', to: 'milter' },
      note: { type: 'milter.open', ...about, servers, lists: macroLists(settings), happenings: [deed] },
    });
  }
  return { context: changes, effects };
}

/** What is said of a client or of its name holds for all that comes. */
function lastingOf({ stage, filters }: SmtpdContext, verdict: MilterVerdict): string {
  if (filters.isUnknown || (stage !== 'connect' && stage !== 'helo')) return filters.lasting;
  return verdict.type === 'reply' ? verdict.text : '';
}

/** VRFY and ETRN of a client that a milter has refused. */
export function filterHasRefused({ context }: Args): boolean {
  return context.filters.lasting !== '';
}

export function sayFilteredAgain(args: Args): Decision {
  return say(args, wholeReply(args.context.filters.lasting));
}

/** What they want is noted, and logged where it is more than to go on. */
export function keepVerdict({ context, event }: Args): Decision {
  const heard = event.type === 'milter.answer';
  const process = heard ? event.from : '';
  // Who spoke with them died of our own mistake.
  const text = '451 4.7.1 Service unavailable - try again later';
  const verdict: MilterVerdict = heard ? event.verdict : { type: 'reply', text };
  const lasting = lastingOf(context, verdict);
  const filters = { ...context.filters, process, verdict, lasting };
  switch (verdict.type) {
    case 'continue':
      return { context: { filters } };
    case 'hold':
    case 'discard': {
      const log = whatsUp(
        context,
        `milter-${verdict.type}`,
        `milter triggers ${verdict.type.toUpperCase()} action`,
      );
      return {
        context: { filters, orders: withOrder(context.orders, { type: verdict.type }) },
        effects: [log],
      };
    }
    case 'shutdown':
      return {
        context: { filters },
        effects: [whatsUp(context, 'milter-reject', 'milter triggers SHUTDOWN action')],
      };
    case 'reply':
      return { context: { filters }, effects: [whatsUp(context, 'milter-reject', verdict.text)] };
    default:
      return verdict satisfies never;
  }
}

/** The whole reply, as a milter has given it. */
function replyOf({ filters: { verdict } }: SmtpdContext): Reply | undefined {
  if (verdict.type === 'shutdown') return { code: 421, enhanced: '4.7.0', text: 'Server closing connection' };
  if (verdict.type !== 'reply') return undefined;
  return wholeReply(verdict.text);
}

/** The client is refused before it was greeted. */
export function filterRefusesClient({ context }: Args): boolean {
  const { stage, filters } = context;
  if (stage !== 'connect' || filters.isUnknown) return false;
  const code = replyOf(context)?.code ?? 0;
  return code === 421 || code >= 500;
}

/** As with sendmail, a name that was refused is told so at MAIL, unless the line is to be closed. */
export function filterRefuses({ context }: Args): boolean {
  const reply = replyOf(context);
  if (reply === undefined) return false;
  const isLater = context.stage === 'helo' || context.stage === 'connect';
  return !isLater || context.filters.isUnknown || reply.code === 421;
}

export function filterRefusesChunk(args: Args): boolean {
  const { stage, command, filters } = args.context;
  return filterRefuses(args) && !filters.isUnknown && stage === 'data' && command?.type === 'BDAT';
}

/** They were told of a line that is no command. */
export function unknownWasTold({ context }: Args): boolean {
  return context.filters.isUnknown;
}

/** Whom a milter refuses hears so instead of the greeting; a 4xx is told at MAIL. */
export function sayClientFiltered({ context }: Args): Decision {
  const reply = replyOf(context);
  assert(reply !== undefined, 'the guard has looked');
  const host = hostOf(context);
  if (reply.code === 421)
    return tell(context, { code: 421, text: `${host} Service unavailable - try again later` });
  return tell(context, { code: 554, text: `${host} ESMTP not accepting connections` });
}

/** Says what the milter wants said. A sender that was refused is no transaction: they forget it. */
export function sayFiltered(args: Args): Decision {
  const { context } = args;
  const reply = replyOf(context);
  assert(reply !== undefined, 'the guard has looked');
  const isSender = context.stage === 'mail' && !context.filters.isUnknown;
  return say(args, reply, isSender ? { effects: forgetting(context, 1) } : {});
}

export function refuseFilteredChunk(args: Args): Decision {
  const reply = replyOf(args.context);
  assert(reply !== undefined, 'the guard has looked');
  return refuse(args, reply);
}
