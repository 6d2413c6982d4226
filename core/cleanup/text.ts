/** Text on its way into the queue file: headers are collected, the body passes through. cleanup(8) */
import { boolOf, intOf, type Settings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { endHeaders, type ScannedHeaders, scanHeaders } from '../mail/headers.ts';
import { encodeContent } from '../mail/queue-content.ts';
import { replaceStrayCr } from '../wire/data.ts';
import { appendRead } from './body.ts';
import { type Args, type Decision, inTurn, tooBig } from './out.ts';
import type { CleanupContext } from './types.ts';

/** postconf(5) cleanup_replace_stray_cr_lf: before anything else looks at the text. */
function clean(settings: Settings, text: Uint8Array): Uint8Array {
  const wanted = settings.profile !== '2.3' && boolOf(settings, 'cleanup_replace_stray_cr_lf');
  return wanted ? replaceStrayCr(text) : text;
}

/** Collects headers; from the blank line on, text is body. */
export function scanText({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.prepend' || event.type === 'cleanup.chunk', 'scanText belongs to text');
  return collected(context, scanHeaders(context.scanner, clean(context.settings, event.bytes)));
}

/** The text ended among the headers: there is no body. */
export function scanToTheEnd({ context }: Args): Decision {
  return inTurn(
    context,
    (next) => collected(next, endHeaders(next.scanner)),
    () => ({ context: { headersEnded: true, closeAsked: true } }),
  );
}

/** What was scanned joins what was there, as long as it can still become a message. */
function collected(context: CleanupContext, scanned: ScannedHeaders): Decision {
  const { state: scanner, body } = scanned;
  let { headerBytes } = context;
  for (const { text } of scanned.headers) headerBytes += text.length;
  const limit = intOf(context.settings, 'message_size_limit');
  if (limit > 0 && headerBytes > limit) {
    const given = { scanner, headers: [], headerBytes: 0, headersEnded: true };
    return inTurn(
      context,
      () => ({ context: given }),
      (next) => tooBig(next),
    );
  }
  const headers = scanned.headers.length === 0 ? context.headers : [...context.headers, ...scanned.headers];
  if (body === undefined) return { context: { scanner, headers, headerBytes } };
  return { context: { scanner, headers, headerBytes, headersEnded: true, heldBody: [body] } };
}

/** Keeps body text until the headers are written. */
export function holdBody({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.chunk', 'holdBody belongs to cleanup.chunk');
  return { context: { heldBody: [...context.heldBody, clean(context.settings, event.bytes)] } };
}

/** Remembers that the text is complete. */
export function holdClose(): Decision {
  return { context: { closeAsked: true } };
}

/** Body text becomes content records at once. */
export function appendBody({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.chunk', 'appendBody belongs to cleanup.chunk');
  return appendText(context, clean(context.settings, event.bytes));
}

/** Text as content records; a line that has not ended waits for the rest of it. */
export function appendText(context: CleanupContext, text: Uint8Array): Decision {
  if (context.status !== 'ok') return {};
  const { records, state } = encodeContent(context.content, text);
  const appended = appendRead(context, records);
  return { ...appended, context: { ...appended.context, content: state } };
}
