/**
 * The files bounce/ID, defer/ID and trace/ID: one block of `name=value` lines for each recipient. bounce(8)
 *
 * Postfix: src/global/bounce_log.c, src/bounce/bounce_append_service.c
 */
import type { DeliveryResult } from '../kernel/notes.ts';
import { printable } from '../mail/log-format.ts';

/** What is known about one recipient that was not reached. */
export interface LoggedFailure {
  readonly recipient: string;
  readonly original: string;
  readonly orcpt: string;
  readonly notify: number;
  readonly dsn: string;
  readonly action: string;
  readonly reason: string;
}

/** The block of a result, with the line for people that old tools read. */
export function logBlock(result: DeliveryResult): string {
  const { recipient, status, dsn, text } = result;
  const reason = printable(text);
  const lines = [`<${printable(recipient.address)}>: ${reason}`, `recipient=${printable(recipient.address)}`];
  if (recipient.original !== '' && recipient.original !== recipient.address)
    lines.push(`original_recipient=${printable(recipient.original)}`);
  if (recipient.offset > 0) lines.push(`offset=${recipient.offset}`);
  if (recipient.orcpt !== '') lines.push(`dsn_orig_rcpt=${printable(recipient.orcpt)}`);
  if (recipient.notify !== 0) lines.push(`notify_flags=${recipient.notify}`);
  lines.push(`status=${dsn}`, `action=${status === 'bounced' ? 'failed' : 'delayed'}`, `reason=${reason}`);
  return `${lines.join('\n')}\n\n`;
}

/** Reads such a file; blocks without a recipient (a torn last write) are left out. */
export function parseLogFile(text: string): readonly LoggedFailure[] {
  return text.split('\n\n').flatMap((block) => {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const match = /^([a-z_]+)=(.*)$/.exec(line);
      if (match !== null) fields.set(match[1] ?? '', match[2] ?? '');
    }
    const recipient = fields.get('recipient');
    const reason = fields.get('reason');
    if (recipient === undefined || reason === undefined) return [];
    return [
      {
        ...{ recipient, reason, original: fields.get('original_recipient') ?? '' },
        ...{ orcpt: fields.get('dsn_orig_rcpt') ?? '', notify: Number(fields.get('notify_flags') ?? 0) },
        ...{ dsn: fields.get('status') ?? '', action: fields.get('action') ?? '' },
      },
    ];
  });
}
