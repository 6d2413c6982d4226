/**
 * The command with its macros expanded: one argument for each recipient where a macro is his. Never a shell:
 * what an address holds stays one argument. pipe(8)
 */
import { type Settings, textOf } from '../config/settings.ts';
import type { DeliverRequest, DeliveryRecipient } from '../kernel/notes.ts';
import { quote822 } from '../mail/quote.ts';
import { splitExtension, splitLocalDomain } from '../mail/split-address.ts';
import type { Attributes } from './attributes.ts';

/** The words, or the macro that pipe(8) does not know. */
export type Argv =
  | { readonly ok: true; readonly argv: readonly string[] }
  | { readonly ok: false; readonly macro: string };

type Values = ReadonlyMap<string, string>;

const OF_RECIPIENT: readonly string[] = [
  ...['recipient', 'original_recipient', 'user', 'extension', 'mailbox', 'domain'],
];
const MACRO = /\$(?:(\$)|\{([^}]*)\}|\(([^)]*)\)|(\w+))/g;

/** flags=h, u, q for an address. */
function address(text: string, flags: string): string {
  const { local, domain } = splitLocalDomain(text);
  const folded = flags.includes('u') ? local.toLowerCase() : local;
  const host = domain !== undefined && flags.includes('h') ? domain.toLowerCase() : domain;
  const whole = host === undefined ? folded : `${folded}@${host}`;
  return flags.includes('q') ? quote822(whole) : whole;
}

/** Macros that are the same for all recipients. */
function ofMessage(request: DeliverRequest, { flags, nullSender }: Attributes): Values {
  const { attributes, sender, nexthop, queueId, sizeBytes } = request;
  const said = (name: string) => attributes.get(name) ?? '';
  return new Map([
    ['sender', sender === '' ? nullSender : flags.includes('q') ? quote822(sender) : sender],
    ['nexthop', flags.includes('h') ? nexthop.toLowerCase() : nexthop],
    ['queue_id', queueId],
    ['size', String(sizeBytes)],
    ['client_address', said('client_address')],
    ['client_helo', said('helo_name')],
    ['client_hostname', said('client_name')],
    ['client_port', said('client_port')],
    ['client_protocol', said('protocol_name')],
    ['sasl_method', said('sasl_method')],
    ['sasl_sender', said('sasl_sender')],
    ['sasl_username', said('sasl_username')],
  ]);
}

function ofRecipient(
  settings: Settings,
  { address: to, original }: DeliveryRecipient,
  flags: string,
): Values {
  const { local, domain = '' } = splitLocalDomain(to);
  const { user, extension = '' } = splitExtension(local, textOf(settings, 'recipient_delimiter'));
  const folded = (text: string) => (flags.includes('u') ? text.toLowerCase() : text);
  return new Map([
    ['recipient', address(to, flags)],
    ['original_recipient', address(original === '' ? to : original, flags)],
    ['user', folded(user)],
    ['extension', folded(extension)],
    ['mailbox', folded(local)],
    ['domain', flags.includes('h') ? domain.toLowerCase() : domain],
  ]);
}

function macroIn(match: readonly (string | undefined)[]): string {
  return match[2] ?? match[3] ?? match[4] ?? '';
}

function filled(word: string, ...values: readonly Values[]): string {
  return word.replace(MACRO, (...match: string[]) => {
    if (match[1] !== undefined) return '$';
    const name = macroIn(match);
    return values.find((one) => one.has(name))?.get(name) ?? '';
  });
}

/** Expands every word of the command. */
export function expandArgv(settings: Settings, request: DeliverRequest, attributes: Attributes): Argv {
  const message = ofMessage(request, attributes);
  const people = request.recipients.map((one) => ofRecipient(settings, one, attributes.flags));
  const argv: string[] = [];
  for (const word of attributes.argv) {
    const macros = [...word.matchAll(MACRO)].filter((match) => match[1] === undefined).map(macroIn);
    const unknown = macros.find((name) => !message.has(name) && !OF_RECIPIENT.includes(name));
    if (unknown !== undefined) return { ok: false, macro: unknown };
    const isHis = macros.some((name) => OF_RECIPIENT.includes(name));
    if (isHis) argv.push(...people.map((one) => filled(word, one, message)));
    else argv.push(filled(word, message));
  }
  return { ok: true, argv };
}
