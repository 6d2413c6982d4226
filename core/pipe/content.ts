/** What the command reads: the message, with the lines and quoting that the flags ask for. pipe(8) flags= */
import { boolOf, type Settings } from '../config/settings.ts';
import type { DeliverRequest } from '../kernel/notes.ts';
import type { Zone } from '../mail/date.ts';
import { fromLine } from '../mail/mbox.ts';
import { quote822 } from '../mail/quote.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import type { Attributes } from './attributes.ts';

/** Lines before the message: flags F, R, O, D. */
export function envelopeLines(
  settings: Settings,
  { sender, recipients }: DeliverRequest,
  flags: string,
  at: number,
  zone: Zone,
): string {
  const [recipient] = recipients;
  const to = recipient?.address ?? '';
  const original = recipient === undefined || recipient.original === '' ? to : recipient.original;
  const lines: string[] = [];
  if (flags.includes('F')) lines.push(fromLine(sender, at, zone));
  if (flags.includes('R')) lines.push(`Return-Path: <${sender === '' ? '' : quote822(sender)}>\n`);
  if (flags.includes('O') && boolOf(settings, 'enable_original_recipient'))
    lines.push(`X-Original-To: ${quote822(original)}\n`);
  if (flags.includes('D')) lines.push(`Delivered-To: ${quote822(to)}\n`);
  return lines.join('');
}

/** The bytes for the command. @param text the message, lines ended by LF */
export function contentFor({ flags, eol }: Attributes, head: string, text: Uint8Array): Uint8Array {
  const isQuoted = flags.includes('>') || flags.includes('.');
  if (!isQuoted && eol === '\n' && !flags.includes('B')) {
    const out = new Uint8Array(head.length + text.length);
    out.set(latin1ToBytes(head));
    out.set(text, head.length);
    return out;
  }
  let body = bytesToLatin1(text);
  if (flags.includes('>')) body = body.replace(/^From /gm, '>From ');
  if (flags.includes('.')) body = body.replace(/^\./gm, '..');
  const whole = `${head}${body}${flags.includes('B') ? '\n' : ''}`;
  return latin1ToBytes(eol === '\n' ? whole : whole.replaceAll('\n', eol));
}
