/**
 * Limits on what one client does: anvil(8) counts, and smtpd(8) refuses.
 *
 * postconf(5) smtpd_client_connection_count_limit, smtpd_client_event_limit_exceptions · Postfix:
 * src/smtpd/smtpd.c smtpd_proto, mail_cmd, rcpt_cmd, src/global/anvil_clnt.c
 */
import { matchAddress } from '../config/match-list.ts';
import { intOf, type Settings } from '../config/settings.ts';
import type { AnvilCount, AnvilCounted } from '../kernel/anvil.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Reply } from '../mail/reply.ts';
import { closing } from './replies.ts';
import { type Args, begin, clientName, type Decision, hostOf, logLine, say, tell } from './say.ts';
import type { Client, SmtpdContext } from './types.ts';

/**
 * The client, and under which service it is counted, if it is. Nobody is who may say by XCLIENT that he is
 * somebody else. An exception that cannot be looked up is none.
 */
export function countedClient(settings: Settings, client: Client, stdin: boolean): Client {
  const { service, master } = settings;
  if (stdin || service === undefined || !master.some(({ name }) => name === 'anvil')) return client;
  const isIn = (list: string): boolean =>
    matchAddress(settings, list, client.name, client.address).type === 'match';
  if (isIn('smtpd_client_event_limit_exceptions') || isIn('smtpd_authorized_xclient_hosts')) return client;
  return { ...client, countedAs: service.name };
}

export function clientIsCounted({ context }: Args): boolean {
  return context.client.countedAs !== undefined;
}

function ask({ client }: SmtpdContext, what: AnvilCount['what']): Effect {
  const { address, countedAs: service = '' } = client;
  const note = { type: 'anvil.count', token: what, what, service, address } as const;
  return { type: 'send', to: 'anvil', note };
}

export function countConnection({ context }: Args): Decision {
  return { effects: [ask(context, 'connection')] };
}

/** One MAIL or RCPT more. */
export function countCommand(args: Args): Decision {
  const begun = begin(args);
  const what = begun.context?.command?.type === 'MAIL' ? 'message' : 'recipient';
  return { ...begun, effects: [...(begun.effects ?? []), ask(args.context, what)] };
}

/** What a client that has gone is told about it. */
export function departure({ client }: SmtpdContext): readonly Effect[] {
  const { address, countedAs: service } = client;
  if (service === undefined) return [];
  return [{ type: 'send', to: 'anvil', note: { type: 'anvil.disconnect', service, address } }];
}

export function isConnecting({ context }: Args): boolean {
  return context.command === undefined;
}

interface Limit {
  readonly parameter: string;
  readonly what: AnvilCount['what'];
  /** For the log. */
  readonly name: string;
  readonly value: (counted: AnvilCounted) => number;
}

const rate = (counted: AnvilCounted): number => counted.rate;

const LIMITS = {
  connections: {
    parameter: 'smtpd_client_connection_count_limit',
    ...{ what: 'connection', name: 'Connection concurrency' },
    value: (counted) => counted.connections,
  },
  connectionRate: {
    parameter: 'smtpd_client_connection_rate_limit',
    ...{ what: 'connection', name: 'Connection rate', value: rate },
  },
  mail: {
    parameter: 'smtpd_client_message_rate_limit',
    ...{ what: 'message', name: 'Message delivery request rate', value: rate },
  },
  recipients: {
    parameter: 'smtpd_client_recipient_rate_limit',
    ...{ what: 'recipient', name: 'Recipient address rate', value: rate },
  },
} as const satisfies Readonly<Record<string, Limit>>;

function isOver({ context, event }: Args, { parameter, what, value }: Limit): boolean {
  const limit = intOf(context.settings, parameter);
  return event.type === 'anvil.counted' && event.token === what && limit > 0 && value(event) > limit;
}

export function tooManyConnections(args: Args): boolean {
  return isOver(args, LIMITS.connections);
}

export function tooManyNewConnections(args: Args): boolean {
  return isOver(args, LIMITS.connectionRate);
}

export function tooMuchMail(args: Args): boolean {
  return isOver(args, LIMITS.mail);
}

export function tooManyRecipientsOfClient(args: Args): boolean {
  return isOver(args, LIMITS.recipients);
}

function warning({ context, event }: Args, { name, value, parameter }: Limit): Effect {
  assert(event.type === 'anvil.counted', 'it was counted');
  const { countedAs } = context.client;
  const of = `${value(event)} from ${clientName(context)} for service ${countedAs}`;
  return logLine(`${name} limit exceeded: ${of}`, 'warning', { parameter });
}

/** Instead of the greeting: go. */
export function sayTooManyConnections(args: Args, params: { readonly limit: keyof typeof LIMITS }): Decision {
  const { context } = args;
  const limit = LIMITS[params.limit];
  const because = { parameter: limit.parameter };
  const told = tell(context, { ...closing(hostOf(context), 'connections', context.client.address), because });
  return { ...told, effects: [...(told.effects ?? []), warning(args, limit)] };
}

function sayTooMany(args: Args, limit: Limit, what: string): Decision {
  const text = `Error: ${what} from ${args.context.client.address}`;
  const reply: Reply = { code: 450, enhanced: '4.7.1', text, because: { parameter: limit.parameter } };
  return say(args, reply, { effects: [warning(args, limit)] });
}

export function sayTooMuchMail(args: Args): Decision {
  return sayTooMany(args, LIMITS.mail, 'too much mail');
}

export function sayTooManyRecipientsOfClient(args: Args): Decision {
  return sayTooMany(args, LIMITS.recipients, 'too many recipients');
}
