/**
 * The words of XCLIENT and XFORWARD: `NAME=value`, the value in xtext, or a word that says why there is none.
 *
 * XCLIENT_README, XFORWARD_README · Postfix: src/smtpd/smtpd.c xclient_cmd, xforward_cmd
 */
import { addressBytes, addressText } from '../config/cidr.ts';
import { listOf, type Settings } from '../config/settings.ts';
import { neuter, printable } from '../mail/log-format.ts';
import type { Reply } from '../mail/reply.ts';
import { isDottedQuad, isHostName, isIpv6 } from '../mail/valid-domain.ts';
import { R } from './replies.ts';
import type { Command } from './types.ts';

/** One attribute; `value` undefined: it does not exist (`later`: it could not be found out for now). */
export interface Attribute {
  readonly name: string;
  readonly value: string | undefined;
  readonly later: boolean;
}

/** The attributes of a command, or the answer to the first that is wrong. */
export type Attributes =
  | { readonly type: 'read'; readonly attributes: readonly Attribute[] }
  | { readonly type: 'wrong'; readonly reply: Reply };

/** How a command reads an attribute: what it makes of a value, undefined when it is wrong. */
export type Reader = (value: string, settings: Settings) => string | undefined;

/** Bytes of a value as it is sent. */
const MAX_VALUE_BYTES = 255;

const wrong = (reply: Reply): Attributes => ({ type: 'wrong', reply });

function syntax(text: string): Attributes {
  return wrong({ code: 501, enhanced: '5.5.4', text });
}

/** Clients before Postfix 2.3 did not know xtext: what is none is taken as it is. A NUL ends the value. */
function decoded(raw: string): string {
  const isXtext = /^(?:[^+]|\+[0-9A-Fa-f]{2})*$/s.test(raw);
  const pair = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
  const text = isXtext ? raw.replace(/\+(..)/gs, pair) : raw;
  return printable(text.split('\0', 1)[0] ?? '');
}

/** What the attributes of a command are. */
export interface Vocabulary {
  /** By the name of the attribute, in the order in which EHLO names them. */
  readonly readers: Readonly<Record<string, Reader>>;
  /** For these the client may say that they are not known for now. */
  readonly later: readonly string[];
  /** For these it may not say that they are unknown. */
  readonly required: readonly string[];
}

/** Reads the words behind the verb. */
export function readAttributes(
  { type, words }: Command,
  settings: Settings,
  { readers, later: knowsLater, required }: Vocabulary,
): Attributes {
  const attributes: Attribute[] = [];
  for (const { text } of words.slice(1)) {
    const at = text.indexOf('=');
    const raw = at < 0 ? '' : text.slice(at + 1);
    if (raw === '') return wrong(R.attributeExpected);
    if (raw.length > MAX_VALUE_BYTES) return wrong(R.attributeTooLong);
    const given = text.slice(0, at);
    const name = given.toUpperCase();
    const said = decoded(raw);
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read === undefined) return syntax(`Bad ${type} attribute name: ${printable(given)}`);
    const word = said.toUpperCase();
    const later = word === '[TEMPUNAVAIL]' && knowsLater.includes(name);
    const missing = later || (word === '[UNAVAILABLE]' && !required.includes(name));
    const value = missing ? undefined : read(said, settings);
    if (value === undefined && !missing) return syntax(`Bad ${name} syntax: ${shown(type, name, said)}`);
    attributes.push({ name, value, later });
  }
  return { type: 'read', attributes };
}

/** Addresses, and names that need not be in the DNS, are cleaned before they are read. */
function shown(type: Command['type'], name: string, said: string): string {
  return name.endsWith('ADDR') || (type === 'XFORWARD' && name === 'NAME') ? neuter(said) : said;
}

/** A name as the DNS could have it. */
export function readName(said: string): string | undefined {
  return isHostName(said) ? said : undefined;
}

/** Anything, with nothing in it that could end a comment or a line. */
export function readText(said: string): string {
  return neuter(said);
}

/** At most five digits. */
export function readPort(said: string): string | undefined {
  return /^\d{1,5}$/.test(said) ? said : undefined;
}

/** `192.0.2.1` or `IPv6:2001:db8::1`: the address without its prefix, in the form that we use everywhere. */
export function readAddress(said: string, settings: Settings): string | undefined {
  const inner = /^ipv6:(.*)$/i.exec(said)?.[1];
  if (inner === undefined) return isDottedQuad(said) ? plain(said) : undefined;
  if (!isIpv6(inner)) return undefined;
  const address = plain(inner);
  if (settings.profile === '2.3' || !address.includes(':')) return address;
  const protocols = listOf(settings, 'inet_protocols');
  return protocols.some((name) => name === 'all' || name === 'ipv6') ? address : undefined;
}

/** 01.02.03.04 is 1.2.3.4, and ::ffff:1.2.3.4 too. */
function plain(address: string): string {
  const bytes = addressBytes(address.replace(/^(?:::ffff:)(?=[\d.]+$)/i, ''));
  return bytes === undefined ? address : addressText(bytes);
}
