/**
 * The trace line of this hop. RFC 5321 §4.4 · RFC 3848 · Postfix: src/smtpd/smtpd.c
 * common_pre_message_handling
 */
import { boolOf, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { rfc822Date } from '../mail/date.ts';
import { quote822 } from '../mail/quote.ts';
import type { SmtpdContext } from './types.ts';

/**
 * `Received:`, three lines that end in LF; `for` only when there is exactly one recipient, because others
 * must not learn of blind copies. The time is that of MAIL.
 */
export function received(context: SmtpdContext): string {
  const { settings, transaction, zone } = context;
  assert(transaction !== undefined, 'DATA needs a transaction');
  const { accepted, firstRecipient, at, queueId } = transaction;
  const hidden = settings.profile !== '2.3' && boolOf(settings, 'smtpd_hide_client_session');
  const begin = hidden ? 'Received: ' : `${fromLine(context)}${loginLine(context)}\n\t`;
  const by = `by ${textOf(settings, 'myhostname')} (${textOf(settings, 'mail_name')})`;
  const how = `${hidden ? '' : ` with ${withProtocol(context)}`} id ${queueId}`;
  const date = rfc822Date(at, zone);
  const end = accepted === 1 ? `\n\tfor <${quote822(firstRecipient)}>; ${date}` : `;\n\t${date}`;
  return `${begin}${by}${how}${end}\n`;
}

/** RFC 3848: ESMTPA for a client that has logged in. Postfix 2.3 does not say so. */
function withProtocol({ settings, protocol, client: { login = '' } }: SmtpdContext): string {
  return protocol === 'ESMTP' && login !== '' && settings.profile !== '2.3' ? 'ESMTPA' : protocol;
}

/** postconf(5) smtpd_sasl_authenticated_header */
function loginLine({ settings, client: { login = '' } }: SmtpdContext): string {
  if (login === '' || !boolOf(settings, 'smtpd_sasl_authenticated_header')) return '';
  return `\n\t(Authenticated sender: ${balanced(login)})`;
}

/** Text that may stand in a comment: no backslash, and no parenthesis without its other half. */
function balanced(text: string): string {
  let open = 0;
  let out = '';
  for (const char of text.replace(/[^\x20-\x7e]|\\/g, '?')) {
    const stray = char === ')' && open === 0;
    if (char === '(') open++;
    else if (char === ')' && open > 0) open--;
    out += stray ? '?' : char;
  }
  return out + ')'.repeat(open);
}

/** A client that never said HELO is called by the name we found. */
function fromLine({ helo, client }: SmtpdContext): string {
  const { name, address } = client;
  const literal = address.includes(':') ? `IPv6:${address}` : address;
  return `Received: from ${helo === '' ? name : helo} (${name} [${literal}])`;
}
