/**
 * Status codes about addresses (x.1.y), made to fit what is refused: a sender, a recipient, or neither.
 *
 * RFC 3463 §3.2 · access(5) "ENHANCED STATUS CODES" · Postfix: src/smtpd/smtpd_dsn_fix.c
 */
import type { Draft, Place } from './verdict.ts';

const DETAILS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Sender address': {
    ...{ '1': '7', '3': '7', '4': '7', '6': '7', '7': '7' },
    ...{ '2': '8', '8': '8' },
  },
  'Recipient address': {
    ...{ '1': '1', '2': '2', '3': '3', '4': '4', '5': '5', '6': '6', '7': '3', '8': '2' },
  },
};

/** A status about the other kind of address becomes one about this kind; of no address, x.0.0. */
export function dsnFor(what: string, dsn: string): string {
  const [dsnClass, subject, detail = ''] = dsn.split('.');
  if (subject !== '1') return dsn;
  const details = DETAILS[what];
  return details === undefined ? `${dsnClass}.0.0` : `${dsnClass}.1.${details[detail] ?? '0'}`;
}

/** A refusal with such a status; what became of it is for the log. */
export function fittedDraft({ what, name }: Place, code: number, dsn: string, text: string): Draft {
  const enhanced = dsnFor(what, dsn);
  const draft = { code, enhanced, text: `<${name}>: ${what} rejected: ${text}` };
  if (enhanced === dsn) return draft;
  return { ...draft, mapped: `mapping DSN status ${dsn} into ${what} status ${enhanced}` };
}
