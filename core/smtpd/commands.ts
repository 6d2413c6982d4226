/**
 * The grammar: one line to one event, and the text after DATA to its own.
 *
 * RFC 5321 §4.1.1 · postconf(5) line_length_limit, smtpd_forbid_bare_newline · Postfix:
 * src/smtpd/smtpd_token.c
 */
import { matchAddress, matchString } from '../config/match-list.ts';
import { intOf, listOf, textOf } from '../config/settings.ts';
import type { ReadLine, SessionProtocol } from '../kernel/session.ts';
import { tokenizeCommand } from '../mail/tokens.ts';
import { type BareNewline, type DataState, decodeData, startData } from '../wire/data.ts';
import { type Command, type OddLine, type SmtpdContext, VERBS } from './types.ts';

const KNOWN: ReadonlyMap<string, (typeof VERBS)[number]> = new Map(VERBS.map((verb) => [verb, verb]));

/** What smtpd_forbid_bare_newline means for this client. 2.3 knows no such rule. */
export function bareNewlineMode({ settings, client, stdin }: SmtpdContext): BareNewline {
  if (settings.profile === '2.3' || stdin) return 'no';
  const wanted = textOf(settings, 'smtpd_forbid_bare_newline').toLowerCase();
  if (wanted === 'no') return 'no';
  const trusted = matchAddress(settings, 'smtpd_forbid_bare_newline_exclusions', client.name, client.address);
  if (trusted.type === 'match') return 'no';
  return wanted === 'reject' ? 'reject' : 'normalize';
}

/** `smtpd_forbid_bare_newline = note`: a bare LF is mentioned when the client disconnects. */
export function notesBareNewline(context: SmtpdContext): boolean {
  return (
    bareNewlineMode(context) !== 'no' &&
    textOf(context.settings, 'smtpd_forbid_bare_newline').toLowerCase() === 'note'
  );
}

/** One command line as an event. smtpd_noop_commands come before all verbs, even before real ones. */
export function parseCommand(
  context: SmtpdContext,
  { line, cut, bareLf }: ReadLine,
  pending: boolean,
): Omit<Command, 'at'> {
  const words = tokenizeCommand(line);
  const first = words[0]?.text ?? '';
  const verb = isNoop(context, first) ? undefined : KNOWN.get(first.toUpperCase());
  return { type: verb ?? 'UNKNOWN', line, words, pending, cut, bareLf };
}

/** postconf(5) smtpd_noop_commands */
export function isNoop({ settings }: SmtpdContext, verb: string): boolean {
  if (verb === '' || listOf(settings, 'smtpd_noop_commands').length === 0) return false;
  return matchString(settings, 'smtpd_noop_commands', verb).type === 'match';
}

/** 2.3 takes the rest of a long line as the next line; later ones skip it, however long it is. */
function parseLine(line: ReadLine, pending: boolean, context: SmtpdContext): Omit<Command | OddLine, 'at'> {
  const { longLine, settings } = context;
  if (line.cut && settings.profile !== '2.3') return { type: 'line.long', line: line.line };
  if (line.bareLf && bareNewlineMode(context) === 'reject') return { type: 'line.bare', line: line.line };
  return parseCommand(context, longLine === undefined ? line : { ...line, line: longLine }, pending);
}

/** How sessionDaemon reads for smtpd. */
export const smtpProtocol: SessionProtocol<SmtpdContext, DataState> = {
  lineLimitBytes: ({ settings }) => intOf(settings, 'line_length_limit'),
  parse: parseLine,
  startData: (context) => startData(bareNewlineMode(context)),
  decodeData: (data, bytes) => {
    const { text, ended, rest, dottedAt, state } = decodeData(data, bytes);
    const { sizeBytes, bareLf } = state;
    const chunk = text.length === 0 ? [] : [{ type: 'data.chunk', bytes: text, sizeBytes, dottedAt }];
    const end = ended ? [{ type: 'data.end', sizeBytes, bareLf }] : [];
    return { data: state, events: [...chunk, ...end], rest };
  },
};
