/**
 * An address of the envelope: read from the command, put into standard form and resolved by trivial-rewrite.
 *
 * RFC 5321 §4.1.2 · trivial-rewrite(8) · Postfix: src/smtpd/smtpd.c extract_addr, smtpd_check.c
 * smtpd_check_addr
 */
import { boolOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { recent } from '../kernel/recent.ts';
import { printable } from '../mail/log-format.ts';
import { extractAddress } from '../mail/smtp-address.ts';
import { splitLocalDomain } from '../mail/split-address.ts';
import { isAscii } from '../wire/bytes.ts';
import { saidName } from './hello.ts';
import { commandOf } from './odd.ts';
import { R } from './replies.ts';
import { type Args, begin, clientName, type Decision, logLine, say, whatsUp } from './say.ts';
import type { Command } from './types.ts';

/** The word that holds the address. VRFY takes all its words as one. */
function addressWord(args: Args): string {
  const { type, words } = commandOf(args);
  return type === 'VRFY' ? saidName(args) : (words[2]?.text ?? '');
}

/** MAIL or RCPT without `FROM:` or `TO:` and something behind it. */
export function addressIsMissing(args: Args): boolean {
  const { type, words } = commandOf(args);
  return words.length < 3 || words[1]?.text.toUpperCase() !== (type === 'MAIL' ? 'FROM:' : 'TO:');
}

/** An unclosed < or ". */
export function wordIsBroken(args: Args): boolean {
  return commandOf(args).words[2]?.error === true;
}

/** The address in internal form, undefined when nobody can read it. */
function given(args: Args): string | undefined {
  return addressIn(commandOf(args), args);
}

/** Guards and actions ask for the address of the same command, and it has one session. */
const addressIn = recent(4, (command: Command, args: Args) => {
  const allowEmpty = command.type === 'MAIL';
  const strict = command.type !== 'VRFY' && boolOf(args.context.settings, 'strict_rfc821_envelopes');
  const address = extractAddress(addressWord(args), { allowEmpty, strict });
  // A lone @, quoted or not: trivial-rewrite(8) would make nothing of it, which is not the null sender.
  return address === '@' || (address === '' && !allowEmpty) ? undefined : address;
});

export function addressIsBad(args: Args): boolean {
  return given(args) === undefined;
}

/** `<>`: nobody to be looked up. */
export function senderIsNull(args: Args): boolean {
  return given(args) === '';
}

/** A VRFY command of 2.3 is judged by its argument as typed. */
function nameForTexts(args: Args, address: string): string {
  const { settings } = args.context;
  return commandOf(args).type === 'VRFY' && settings.profile === '2.3' ? saidName(args) : address;
}

/** Asks trivial-rewrite for the standard form. */
export function askStandardForm(args: Args): Decision {
  const address = given(args) ?? '';
  const begun = begin(args);
  const party = { given: nameForTexts(args, address), standard: address, resolution: undefined };
  const note = { type: 'rewrite.rewrite', token: 'address', context: 'local', addresses: [address] } as const;
  return {
    context: { ...begun.context, party },
    effects: [...(begun.effects ?? []), { type: 'send', to: 'rewrite', note }],
  };
}

/** Begins with the null sender, whom nobody has to look up. */
export function takeNullSender(args: Args): Decision {
  const begun = begin(args);
  return {
    ...begun,
    context: { ...begun.context, party: { given: '', standard: '', resolution: undefined } },
  };
}

/** The standard form is known: now, where does it go? */
export function askWhere({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.rewritten' && context.party !== undefined, 'an address was asked about');
  const standard = event.addresses[0] ?? '';
  const sender = context.transaction?.sender.standard ?? '';
  const note = { type: 'rewrite.resolve', token: 'address', sender, address: standard } as const;
  return {
    context: { party: { ...context.party, standard } },
    effects: [{ type: 'send', to: 'rewrite', note }],
  };
}

/** Keeps where it goes. */
export function keepResolution({ context, event }: Args): Decision {
  assert(event.type === 'rewrite.resolved' && context.party !== undefined, 'an address was asked about');
  const { type: _type, token: _token, at: _at, from: _from, ...resolution } = event;
  return { context: { party: { ...context.party, resolution } } };
}

/** trivial-rewrite cannot route it. 3.x takes no domain outside ASCII without SMTPUTF8. */
export function addressIsUnroutable({ context, event }: Args): boolean {
  if (event.type !== 'rewrite.resolved' || context.stdin) return false;
  if (event.failed === 'syntax') return true;
  const { domain } = splitLocalDomain(event.recipient);
  return context.settings.profile !== '2.3' && domain !== undefined && !isAscii(domain);
}

/** The address is the sender's. */
export function isSender({ context }: Args): boolean {
  return context.command?.type === 'MAIL';
}

export function isVrfy({ context }: Args): boolean {
  return context.command?.type === 'VRFY';
}

/** An address that nobody can read or route. */
export function sayBadAddress(args: Args): Decision {
  const { type } = commandOf(args);
  const shown = printable(addressWord(args));
  const who = clientName(args.context);
  const log = logLine(`Illegal address syntax from ${who} in ${type} command: ${shown}`, 'warning');
  return say(args, type === 'MAIL' ? R.badSender : R.badRecipient, { effects: [log] });
}

/** trivial-rewrite is gone: the client may come again. */
export function sayLookupFailed(args: Args): Decision {
  const { context } = args;
  const name = context.party?.given ?? '';
  const reply = { code: 451, enhanced: '4.3.0', text: `<${name}>: Temporary lookup failure` };
  const effects: Effect[] = [whatsUp(context, 'reject', `451 4.3.0 ${reply.text}`)];
  return say(args, reply, { effects }, false, 'resource');
}
