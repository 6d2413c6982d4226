/** Text on its way into the queue file: headers are collected, the body passes through. cleanup(8) */
import { intOf, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { headerInfo } from '../mail/header-names.ts';
import { endHeaders, type Header, headerValue, scanHeaders } from '../mail/headers.ts';
import { encodeContent } from '../mail/queue-content.ts';
import { parseAddressList } from '../mail/tok822.ts';
import { addressesOf } from '../mail/tok822-print.ts';
import { replaceStrayCr } from '../wire/data.ts';
import type { Args, Decision } from './file.ts';
import type { CleanupContext } from './types.ts';

/** Headers whose addresses trivial-rewrite must see. */
export function addressHeaders(context: CleanupContext): readonly Header[] {
  return context.headers.filter(({ name }) => headerInfo(name)?.addresses !== undefined);
}

/** All addresses of those headers, in order. */
export function headerAddresses(context: CleanupContext): readonly string[] {
  const limit = intOf(context.settings, 'header_address_token_limit');
  return addressHeaders(context).flatMap((header) =>
    addressesOf(parseAddressList(headerValue(header), limit)),
  );
}

/** Collects headers; from the blank line on, text is body. */
export function scanText({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.prepend' || event.type === 'cleanup.chunk', 'scanText belongs to text');
  const scanned = scanHeaders(context.scanner, event.bytes);
  const headers = scanned.headers.length === 0 ? context.headers : [...context.headers, ...scanned.headers];
  if (scanned.body === undefined) return { context: { scanner: scanned.state, headers } };
  return {
    context: { scanner: scanned.state, headers, headersEnded: true, heldBody: [scanned.body] },
  };
}

/** The text ended among the headers: there is no body. */
export function scanToTheEnd({ context }: Args): Decision {
  const scanned = endHeaders(context.scanner);
  const heldBody = scanned.body === undefined ? [] : [scanned.body];
  const headers = [...context.headers, ...scanned.headers];
  return { context: { scanner: scanned.state, headers, headersEnded: true, heldBody, closeAsked: true } };
}

/** Asks trivial-rewrite about all header addresses at once. */
export function askRewrite({ context }: Args): Decision {
  const addresses = headerAddresses(context);
  const note = {
    type: 'rewrite.rewrite',
    token: 'headers',
    context: context.message.rewriteContext,
    addresses,
  } as const;
  return { effects: [{ type: 'send', to: 'rewrite', note }] };
}

/** Keeps body text until the headers are written. */
export function holdBody({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.chunk', 'holdBody belongs to cleanup.chunk');
  return { context: { heldBody: [...context.heldBody, event.bytes] } };
}

/** Remembers that the text is complete. */
export function holdClose(): Decision {
  return { context: { closeAsked: true } };
}

/** Body text becomes content records at once. Whole size is checked against message_size_limit. */
export function appendBody({ context, event }: Args): Decision {
  assert(event.type === 'cleanup.chunk', 'appendBody belongs to cleanup.chunk');
  return contentOf(context, event.bytes);
}

/** Appends text; a message that is too big is not stored any further. postconf(5) message_size_limit */
export function contentOf(context: CleanupContext, text: Uint8Array): Decision {
  if (context.status !== 'ok') return {};
  const { settings } = context;
  const stray = textOf(settings, 'cleanup_replace_stray_cr_lf') === 'yes' && settings.profile === '3.x';
  const { records, state } = encodeContent(context.content, stray ? replaceStrayCr(text) : text);
  const contentBytes = context.contentBytes + records.length;
  const limit = intOf(settings, 'message_size_limit');
  if (limit > 0 && contentBytes > limit) {
    const warning = `${context.queueId}: queue file size limit exceeded`;
    return { context: { status: 'toobig' }, effects: [{ type: 'log', level: 'warning', text: warning }] };
  }
  return {
    context: { content: state, contentBytes },
    effects: records.length === 0 ? [] : [{ type: 'file.append', file: 'queue', bytes: records }],
  };
}
