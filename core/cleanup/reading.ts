/**
 * What cleanup wants to know of the structure of a message, and what it refuses. RFC 2045 · postconf(5)
 * strict_8bitmime, strict_mime_encoding_domain · Postfix: src/cleanup/cleanup_message.c
 */
import { boolOf, intOf, listOf, type Settings } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Header } from '../mail/headers.ts';
import {
  cutShort,
  type MimeError,
  type MimeItem,
  type MimeOptions,
  mimeHeader,
  startMime,
} from '../mail/mime.ts';
import { isFromOutside } from './bcc.ts';
import { mimeErrorLine } from './check-actions.ts';
import { type Decision, worse } from './out.ts';
import type { CleanupContext, Reading } from './types.ts';

/** RFC 3463 §3.7: what is wrong, as the client and the log hear it. */
const TEXTS: Readonly<Record<MimeError, string>> = {
  nesting: 'MIME nesting exceeds safety limit',
  '8bit-header': 'improper use of 8-bit data in message header',
  '8bit-body': 'improper use of 8-bit data in message body',
  'encoding-domain': 'invalid message/* or multipart/* encoding domain',
};
/** The one that comes first here is told. */
const BY_WEIGHT: readonly MimeError[] = ['nesting', '8bit-header', '8bit-body', 'encoding-domain'];

const CHECKS = ['header_checks', 'mime_header_checks', 'nested_header_checks'] as const;

/** Only what comes from outside is judged. */
function reportedFor(context: CleanupContext): ReadonlySet<MimeError> {
  const { settings } = context;
  const reported = new Set<MimeError>();
  if (!isFromOutside(context) || boolOf(settings, 'disable_mime_input_processing')) return reported;
  const isStrict = boolOf(settings, 'strict_8bitmime');
  if (isStrict || boolOf(settings, 'strict_7bit_headers')) reported.add('8bit-header');
  if (isStrict || boolOf(settings, 'strict_8bitmime_body')) reported.add('8bit-body');
  if (boolOf(settings, 'strict_mime_encoding_domain')) reported.add('encoding-domain');
  if (reported.size > 0 || CHECKS.some((name) => listOf(settings, name).length > 0)) reported.add('nesting');
  return reported;
}

function optionsFor(context: CleanupContext): MimeOptions {
  const { settings } = context;
  return {
    nestingLimit: intOf(settings, 'mime_nesting_limit'),
    boundaryLimit: intOf(settings, 'mime_boundary_length_limit'),
    headerLimitBytes: intOf(settings, 'header_size_limit'),
    isPlain: boolOf(settings, 'disable_mime_input_processing'),
    reported: reportedFor(context),
  };
}

/** Before the first header. */
export function startReading(context: CleanupContext): Reading {
  return { options: optionsFor(context), state: startMime };
}

/** Something in a header may be wrong even where no tables are asked. */
export function reportsHeaders(context: CleanupContext): boolean {
  return reportedFor(context).size > 0;
}

/** What the log hears of errors among the items. The message is read on: there may be more. */
export function complaints(context: CleanupContext, items: readonly MimeItem[]): readonly Effect[] {
  return items.flatMap((item) => {
    if (item.type !== 'error') return [];
    return [mimeErrorLine(context, TEXTS[item.error], item.text)];
  });
}

/** What the client hears, once the text is over. */
export function verdictOn({ status }: CleanupContext, { state }: Reading): Partial<CleanupContext> {
  const first = BY_WEIGHT.find((one) => state.errors.includes(one));
  if (first === undefined) return {};
  return { status: worse('rejected', status), reason: `5.6.0 ${TEXTS[first]}` };
}

/** One header of the message itself. */
export function readHeader(context: CleanupContext, { options, state }: Reading, { text }: Header) {
  const read = mimeHeader(options, state, text);
  return { reading: { options, state: read.state }, effects: complaints(context, read.items) };
}

/** All of them, where none can be wrong. */
export function readHeaders(context: CleanupContext): Reading {
  const { options, state: first } = startReading(context);
  let state = first;
  for (const { text } of context.headers) state = mimeHeader(options, state, text).state;
  return { options, state };
}

/** Something depends on the structure of what follows the headers. */
function isNeeded(context: CleanupContext, { options, state }: Reading): boolean {
  if (state.type === 'message' || state.type === 'multipart' || state.boundaries.length > 0) return true;
  if (state.errors.length > 0) return true;
  return options.reported.has('8bit-body') || listOf(context.settings, 'body_checks').length > 0;
}

/** The headers are written: is there anything to look for in the text? */
export function endHeaders(context: CleanupContext): Decision {
  const { mime, scanner } = context;
  if (mime === undefined || context.status !== 'ok') return {};
  if (!isNeeded(context, mime)) return { context: { mime: undefined } };
  if (!scanner.isCutShort) return {};
  const { state, items } = cutShort(mime.options, mime.state);
  return { context: { mime: { ...mime, state } }, effects: complaints(context, items) };
}

/** postconf(5) detect_8bit_encoding_header. @param value what a Content-Transfer-Encoding: says */
export function says8bit(settings: Settings, value: string): boolean {
  if (!/^(8bit|binary)$/i.test(value)) return false;
  return settings.profile === '2.3' || boolOf(settings, 'detect_8bit_encoding_header');
}
