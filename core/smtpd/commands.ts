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
import { EMPTY_BYTES } from '../wire/bytes.ts';
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
  const verb = isNoop(context, first) ? undefined : verbOf(context, first.toUpperCase());
  return { type: verb ?? 'UNKNOWN', line, words, pending, cut, bareLf };
}

/** BDAT is there since Postfix 3.4. */
function verbOf({ settings }: SmtpdContext, word: string): (typeof VERBS)[number] | undefined {
  return word === 'BDAT' && settings.profile === '2.3' ? undefined : KNOWN.get(word);
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

/** How the text is being read: to its dot, or so many bytes of a chunk. */
export type TextReading =
  | { readonly type: 'dot'; readonly text: DataState }
  | { readonly type: 'chunk'; readonly text: DataState; readonly leftBytes: number; readonly skip: boolean };

type Decoded = ReturnType<SessionProtocol<SmtpdContext, TextReading>['decodeData']>;

function startText(context: SmtpdContext): TextReading {
  const { chunks } = context.extras;
  if (chunks === undefined) return { type: 'dot', text: startData(bareNewlineMode(context)) };
  return {
    ...{ type: 'chunk', text: chunks.text, leftBytes: chunks.leftBytes },
    skip: chunks.refusal !== undefined,
  };
}

/** Not one byte more than the chunk has; what is thrown away is not looked at. */
function decodeChunk(reading: TextReading & { readonly type: 'chunk' }, bytes: Uint8Array): Decoded {
  const own = bytes.subarray(0, reading.leftBytes);
  const readBytes = own.length;
  const leftBytes = reading.leftBytes - readBytes;
  const { text, state } = reading.skip
    ? { text: EMPTY_BYTES, state: reading.text }
    : decodeData(reading.text, own);
  const piece = { type: 'chunk.text', bytes: text, readBytes, state };
  return {
    data: { ...reading, text: state, leftBytes },
    events: leftBytes > 0 ? [piece] : [piece, { type: 'chunk.end' }],
    rest: bytes.subarray(readBytes),
  };
}

/** How sessionDaemon reads for smtpd. */
export const smtpProtocol: SessionProtocol<SmtpdContext, TextReading> = {
  lineLimitBytes: ({ settings }) => intOf(settings, 'line_length_limit'),
  parse: parseLine,
  startData: startText,
  decodeData: (data, bytes) => {
    if (data.type === 'chunk') return decodeChunk(data, bytes);
    const { text, ended, rest, dottedAt, state } = decodeData(data.text, bytes);
    const { sizeBytes, bareLf } = state;
    const chunk = text.length === 0 ? [] : [{ type: 'data.chunk', bytes: text, sizeBytes, dottedAt }];
    const end = ended ? [{ type: 'data.end', sizeBytes, bareLf }] : [];
    return { data: { type: 'dot', text: state }, events: [...chunk, ...end], rest };
  },
};
