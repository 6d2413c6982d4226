/**
 * The files bounce/ID, defer/ID and trace/ID: one block of `name=value` lines for each recipient. bounce(8)
 *
 * Postfix: src/global/bounce_log.c, src/bounce/bounce_append_service.c
 */
import type { DeliveryResult } from '../kernel/notes.ts';
import { printable } from '../mail/log-format.ts';

/** What is known about one recipient that was not reached (or was, in a trace log). */
export interface LoggedFailure {
  readonly recipient: string;
  readonly original: string;
  readonly orcpt: string;
  readonly notify: number;
  /** Where the recipient's record is in the queue file; 0 = unknown. */
  readonly offset: number;
  readonly dsn: string;
  readonly action: string;
  readonly reason: string;
  /** `smtp; 550 …`, and the host that said it; '' = nobody else was asked. */
  readonly diagnostic: string;
  readonly remoteMta: string;
}

function actionOf({ status, action }: DeliveryResult): string {
  if (status === 'sent') return action ?? 'delivered';
  return status === 'bounced' ? 'failed' : 'delayed';
}

/** The block of a result, with the line for people that old tools read. */
export function logBlock(result: DeliveryResult): string {
  const { recipient, dsn, text, diagnostic, remoteMta } = result;
  const address = printable(recipient.address);
  const reason = printable(text);
  const [kind, ...words] = (diagnostic ?? '').split('; ');
  const differs = recipient.original.toLowerCase() !== recipient.address.toLowerCase();
  const fields: readonly (readonly [name: string, value: string | undefined])[] = [
    ['recipient', address],
    ['original_recipient', recipient.original !== '' && differs ? printable(recipient.original) : undefined],
    ['offset', recipient.offset > 0 ? String(recipient.offset) : undefined],
    ['dsn_orig_rcpt', recipient.orcpt === '' ? undefined : printable(recipient.orcpt)],
    ['notify_flags', recipient.notify === 0 ? undefined : String(recipient.notify)],
    ['status', dsn],
    ['action', actionOf(result)],
    ['diag_type', diagnostic === undefined ? undefined : kind],
    ['diag_text', diagnostic === undefined ? undefined : printable(words.join('; '))],
    ['mta_type', remoteMta === undefined ? undefined : 'dns'],
    ['mta_mname', remoteMta],
    ['reason', reason],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}\n`]));
  return `\n<${address}>: ${reason}\n${lines.join('')}\n`;
}

function failureOf(block: string): LoggedFailure | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const match = /^([a-z_]+)=(.*)$/.exec(line);
    if (match !== null) fields.set(match[1] ?? '', match[2] ?? '');
  }
  const field = (name: string): string => fields.get(name) ?? '';
  if (!fields.has('recipient') || !fields.has('reason')) return undefined;
  return {
    ...{ recipient: field('recipient'), original: field('original_recipient') },
    ...{ orcpt: field('dsn_orig_rcpt'), notify: Number(field('notify_flags')) || 0 },
    ...{ offset: Number(field('offset')) || 0, dsn: field('status'), action: field('action') },
    diagnostic: fields.has('diag_text') ? `${field('diag_type')}; ${field('diag_text')}` : '',
    ...{ remoteMta: field('mta_mname'), reason: field('reason') },
  };
}

/**
 * Reads such a file, in order. A torn last block is left out; a recipient that was noted twice (the machine
 * stopped in between) counts once, with what was said last.
 *
 * @param text latin1-in-string, as the file is
 */
export function parseDeferLog(text: string): readonly LoggedFailure[] {
  const found = new Map<string, LoggedFailure>();
  for (const [index, block] of text.split('\n\n').entries()) {
    const failure = failureOf(block);
    if (failure === undefined) continue;
    found.set(failure.offset > 0 ? `offset ${failure.offset}` : `block ${index}`, failure);
  }
  return [...found.values()];
}
