/**
 * Recipients that are named in the header, for sendmail(1) -t.
 *
 * RFC 5322 §3.6.3, §3.6.6 · Postfix: src/sendmail/sendmail.c output_header
 */
import { headerInfo } from '../mail/header-names.ts';
import { endHeaders, headerValue, scanHeaders, startHeaders } from '../mail/headers.ts';
import { parseAddressList } from '../mail/tok822.ts';
import { addressesOf } from '../mail/tok822-print.ts';

/** A longer header is not one that a person wrote. postconf(5) header_size_limit */
const HEADER_LIMIT_BYTES = 102_400;

/**
 * Internal forms from To, Cc and Bcc; when the message is resent, those of the Resent- headers alone.
 * @param content LF line ends
 */
export function headerRecipients(content: Uint8Array): readonly string[] {
  const scanned = scanHeaders(startHeaders(HEADER_LIMIT_BYTES), content);
  const headers = [...scanned.headers, ...endHeaders(scanned.state).headers];
  const naming = headers.filter(({ name }) => headerInfo(name)?.extract === true);
  const resent = naming.filter(({ name }) => headerInfo(name)?.resent === true);
  const used = resent.length > 0 ? resent : naming;
  return used.flatMap((header) => addressesOf(parseAddressList(headerValue(header))));
}

/** Internal forms of the addresses in one word of the command line. */
export function recipientsIn(text: string): readonly string[] {
  return addressesOf(parseAddressList(text));
}
