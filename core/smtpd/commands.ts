/** The grammar: one line to one event. RFC 5321 §4.1.1 · Postfix: src/smtpd/smtpd.c, smtpd_token.c */

import { matchAddress } from '../config/match-list.ts';
import { intOf, textOf } from '../config/settings.ts';
import type { SessionProtocol } from '../kernel/session.ts';
import { tokenizeCommand } from '../mail/tokens.ts';
import { type BareNewline, type DataState, decodeData, startData } from '../wire/data.ts';
import type { Command, SmtpdContext } from './types.ts';

const VERBS = ['HELO', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'RSET', 'NOOP', 'VRFY', 'ETRN', 'QUIT'] as const;

/** What smtpd_forbid_bare_newline means for this client. 2.3 knows no such rule. */
export function bareNewlineMode(context: SmtpdContext): BareNewline {
  const { settings, client } = context;
  if (settings.profile === '2.3') return 'no';
  const wanted = textOf(settings, 'smtpd_forbid_bare_newline');
  const trusted = matchAddress(settings, 'smtpd_forbid_bare_newline_exclusions', client.name, client.address);
  if (wanted === 'no' || trusted.type === 'match') return 'no';
  return wanted === 'reject' ? 'reject' : 'normalize';
}

/** One command line as an event. */
export function parseCommand(line: string, pending: boolean, cut: boolean): Omit<Command, 'at'> {
  const words = tokenizeCommand(line);
  const first = words[0]?.text.toUpperCase() ?? '';
  const type = VERBS.find((verb) => verb === first) ?? 'UNKNOWN';
  return { type, line, words, pending, cut };
}

/** How sessionDaemon reads for smtpd. */
export const smtpProtocol: SessionProtocol<SmtpdContext, DataState> = {
  lineLimitBytes: ({ settings }) => intOf(settings, 'line_length_limit'),
  parse: ({ line, cut }, pending) => parseCommand(line, pending, cut),
  startData: (context) => startData(bareNewlineMode(context)),
  decodeData: (data, bytes) => {
    const { text, ended, rest, state } = decodeData(data, bytes);
    const chunk = text.length === 0 ? [] : [{ type: 'data.chunk', bytes: text }];
    const end = ended ? [{ type: 'data.end', sizeBytes: state.sizeBytes, bareLf: state.bareLf }] : [];
    // Data that has not ended still counts: the size limit is looked at with every chunk.
    return { data: state, events: [...chunk, ...end], rest };
  },
};
