/**
 * SMTP replies as data, and as bytes on the wire. RFC 5321 §4.2, RFC 2034 §4
 */
import type { Because } from './because.ts';

/** A reply: code, enhanced status code if any, and its lines. */
export interface Reply {
  readonly code: number;
  /** RFC 3463: `5.1.1`; repeated on every line. */
  readonly enhanced?: string;
  readonly text: string | readonly string[];
  /** For the trace: the configuration that wants it said. */
  readonly because?: Because;
}

/**
 * The reply with CRLF line ends, wire text.
 * Control characters become ?, because text of clients and tables ends up here and must not make lines of its
 * own.
 */
export function encodeReply(reply: Reply): string {
  const lines = typeof reply.text === 'string' ? [reply.text] : reply.text;
  const prefix = reply.enhanced === undefined ? '' : `${reply.enhanced} `;
  let wire = '';
  for (let i = 0; i < lines.length; i++) {
    const separator = i + 1 < lines.length ? '-' : ' ';
    wire += `${reply.code}${separator}${prefix}${cleanLine(lines[i] ?? '')}\r\n`;
  }
  return wire;
}

function cleanLine(text: string): string {
  return text.replace(/[\0-\x08\x0a-\x1f\x7f]/g, '?');
}

/** The reply as one line of text, for logs: `550 5.1.1 …`; further lines after a blank. */
export function replyText(reply: Reply): string {
  const text = typeof reply.text === 'string' ? reply.text : reply.text.join(' ');
  return `${reply.code} ${reply.enhanced === undefined ? '' : `${reply.enhanced} `}${text}`;
}

/** postconf(5) soft_bounce: a permanent refusal becomes a temporary one. Others are returned as they are. */
export function softBounce(reply: Reply): Reply {
  if (reply.code < 500 || reply.code > 599) return reply;
  const soft = { ...reply, code: reply.code - 100 };
  return reply.enhanced?.startsWith('5.') ? { ...soft, enhanced: `4${reply.enhanced.slice(1)}` } : soft;
}
