/**
 * What a table says of a header or of a line of the body, and what follows from it.
 *
 * header_checks(5) · Postfix: src/cleanup/cleanup_message.c, cleanup_act
 */
import { boolOf, type Settings, textOf } from '../config/settings.ts';
import type { CheckHit, Effect, Log } from '../kernel/effects.ts';
import { splitDsn } from '../mail/dsn.ts';
import { headerNameLength } from '../mail/headers.ts';
import { printable } from '../mail/log-format.ts';
import { originOf } from '../mail/queue-envelope.ts';
import { quote822 } from '../mail/quote.ts';
import { logLine, worse } from './out.ts';
import type { CleanupContext } from './types.ts';

/** The parameters that name tables for what is in a message. */
export type CheckParameter = 'header_checks' | 'mime_header_checks' | 'nested_header_checks' | 'body_checks';

/** What becomes of the text that was looked up. */
export interface Verdict {
  /** What stands in its place, itself if nothing changed; undefined = it goes. */
  readonly text: string | undefined;
  /** A line to put before it. */
  readonly prepended?: string;
  readonly changes: Partial<CleanupContext>;
  readonly effects: readonly Effect[];
}

/** One answer of a table, taken apart. */
interface Case {
  readonly context: CleanupContext;
  readonly hit: CheckHit;
  readonly place: 'header' | 'body';
  readonly text: string;
  /** What follows the name of the action. */
  readonly said: string;
  /** The whole answer. */
  readonly value: string;
}

/** So much of a header or line is shown in the log. */
const SHOWN_BYTES = 200;
const MIME_SHOWN_BYTES = 100;

/** Who gave us the message, for the log. */
export function shownOrigin({ message }: CleanupContext): string {
  const logged = message.client?.logged ?? message.client;
  return logged === undefined ? 'local' : originOf(logged);
}

/** An address for the log. Postfix 2.3 has no such parameter, and quotes nothing. */
function shownAddress(settings: Settings, address: string): string {
  const isQuoted = textOf(settings, 'info_log_address_format') === 'external';
  return isQuoted && address !== '' ? quote822(address) : address;
}

/** The line of the log about a mistake in the MIME structure. @param text where it is */
export function mimeErrorLine(context: CleanupContext, error: string, text: string): Log {
  const { queueId, sender, lastRecipient = 'unknown', settings } = context;
  const found = text.slice(0, MIME_SHOWN_BYTES).split('\0', 1)[0] ?? '';
  const people = `from=<${shownAddress(settings, sender)}> to=<${shownAddress(settings, lastRecipient)}>`;
  const line = `${queueId}: reject: mime-error ${error}: ${found} from ${shownOrigin(context)}; ${people}`;
  return logLine('info', printable(line, boolOf(settings, 'smtputf8_enable')));
}

/** Sender, last recipient, protocol and name of the client, for the log. */
export function shownPeople({ sender, lastRecipient, message, settings }: CleanupContext): string {
  const logged = message.client?.logged ?? message.client;
  const shown = (address: string) => shownAddress(settings, address);
  const facts = [
    `from=<${shown(sender)}>`,
    ...(lastRecipient === undefined ? [] : [`to=<${shown(lastRecipient)}>`]),
    ...(logged === undefined ? [] : [`proto=${logged.protocol}`]),
    ...(logged?.helo === undefined ? [] : [`helo=<${logged.helo}>`]),
  ];
  return facts.join(' ');
}

function report({ context, hit, place, text }: Case, word: string, said: string): Effect {
  const { queueId, settings } = context;
  // As in Postfix a NUL ends what is shown.
  const found = text.slice(0, SHOWN_BYTES).split('\0', 1)[0] ?? '';
  const facts = `${place} ${found} from ${shownOrigin(context)}; ${shownPeople(context)}`;
  const line = `${queueId}: ${word}: ${facts}${said === '' ? '' : `: ${said}`}`;
  return { ...logLine('info', printable(line, boolOf(settings, 'smtputf8_enable'))), because: hit };
}

/** Nothing changes but for what is said. */
function kept(one: Case, effects: readonly Effect[], changes: Partial<CleanupContext> = {}): Verdict {
  return { text: one.text, changes, effects };
}

/** A mistake in the table: told, and otherwise not there. */
function mistake(one: Case, text: string): Verdict {
  return kept(one, [{ ...logLine('warning', text), because: one.hit }]);
}

/** RFC 3463: the class says whether the client shall come again. */
function reject(one: Case): Verdict {
  const { context, said, hit } = one;
  const own = said === '' ? '5.7.1 message content rejected' : splitDsn(said) ? said : `5.7.1 ${said}`;
  const isBad = !/^[45]/.test(own);
  const reason = isBad ? `4${own.slice(1)}` : own;
  const bad = logLine('warning', `bad DSN action in ${said} -- need 4.x.x or 5.x.x`);
  const status = worse(reason.startsWith('4') ? 'map' : 'rejected', context.status);
  const changes = { status, reason, checksAreOver: true, refusedBy: hit };
  return kept(one, [...(isBad ? [bad] : []), report(one, 'reject', reason)], changes);
}

function filter(one: Case): Verdict {
  const { said, hit } = one;
  if (said === '') return mistake(one, `missing FILTER command argument in ${hit.parameter} map`);
  if (!said.includes(':'))
    return mistake(one, `bad FILTER command ${said} in ${hit.parameter} -- need transport:destination`);
  return kept(one, [report(one, 'filter', said)], { filter: said });
}

/** Differs: that smtpd(8) wants it held too is known only at the end, so this is logged all the same. */
function hold(one: Case): Verdict {
  const { context, said } = one;
  if (context.isHeld || context.isDiscarded) return kept(one, []);
  return kept(one, [report(one, 'hold', said)], { isHeld: true });
}

function redirect(one: Case): Verdict {
  const { said, hit } = one;
  if (!said.includes('@'))
    return mistake(one, `bad REDIRECT target "${said}" in ${hit.parameter} map -- need user@domain`);
  return kept(one, [report(one, 'redirect', said)], { redirect: said, checksAreOver: true });
}

function copy(one: Case): Verdict {
  const { context, said, hit } = one;
  if (!said.includes('@'))
    return mistake(one, `bad BCC address "${said}" in ${hit.parameter} map -- need user@domain`);
  return kept(one, [report(one, 'bcc', said)], { copies: [...context.copies, said] });
}

/** What text may not be put into a header; undefined = it may. */
function badText({ said, hit, place }: Case, action: 'PREPEND' | 'REPLACE'): string | undefined {
  if (said === '') return `${action} action without text in ${hit.parameter} map`;
  if (place === 'body' || headerNameLength(said) > 0) return undefined;
  const need = 'need "headername: headervalue"';
  return `bad ${action} header text "${said}" in ${hit.parameter} map -- ${need}`;
}

function prepend(one: Case): Verdict {
  const bad = badText(one, 'PREPEND');
  if (bad !== undefined) return mistake(one, bad);
  return { ...kept(one, [report(one, 'prepend', one.said)]), prepended: one.said };
}

function replace(one: Case): Verdict {
  const bad = badText(one, 'REPLACE');
  if (bad !== undefined) return mistake(one, bad);
  return { text: one.said, changes: {}, effects: [report(one, 'replace', one.said)] };
}

type Action = (one: Case) => Verdict;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['REJECT', reject],
  ['WARN', (one) => kept(one, [report(one, 'warning', one.said)])],
  ['FILTER', filter],
  [
    'DISCARD',
    (one) => kept(one, [report(one, 'discard', one.said)], { isDiscarded: true, checksAreOver: true }),
  ],
  ['HOLD', hold],
  ['PREPEND', prepend],
  ['REPLACE', replace],
  ['REDIRECT', redirect],
  ['IGNORE', () => ({ text: undefined, changes: {}, effects: [] })],
  ['DUNNO', (one) => kept(one, [])],
  ['OK', (one) => kept(one, [])],
]);

/** Postfix 2.8, 3.0, 3.2, 3.2. */
const LATER: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['INFO', (one) => kept(one, [report(one, 'info', one.said)])],
  ['BCC', copy],
  ['STRIP', (one) => ({ text: undefined, changes: {}, effects: [report(one, 'strip', one.said)] })],
  ['PASS', (one) => kept(one, [report(one, 'pass', one.said)], { checksAreOver: true })],
]);

function actionOf({ profile }: Settings, name: string): Action | undefined {
  return ACTIONS.get(name) ?? (profile === '2.3' ? undefined : LATER.get(name));
}

/** Does what a table answered. header_checks(5) ACTIONS */
export function obey(
  context: CleanupContext,
  hit: CheckHit,
  place: 'header' | 'body',
  text: string,
  value: string,
): Verdict {
  const [name = ''] = /^[^ \t]*/.exec(value) ?? [];
  const said = value.slice(name.length).trimStart();
  const one: Case = { context, hit, place, text, said, value };
  const action = actionOf(context.settings, name.toUpperCase());
  return action === undefined
    ? mistake(one, `unknown command in ${hit.parameter} map: ${value}`)
    : action(one);
}
