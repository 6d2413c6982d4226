/**
 * UTF-8 for display: strings to bytes and back. RFC 3629.
 */

import { isAscii, latin1ToBytes } from './bytes.ts';

/** What a bad sequence or a lone surrogate becomes. */
const REPLACEMENT = 0xfffd;

/** A JavaScript string as UTF-8. A lone surrogate becomes U+FFFD. */
export function utf8Encode(text: string): Uint8Array {
  if (isAscii(text)) return latin1ToBytes(text);
  const bytes = new Uint8Array(text.length * 3);
  let out = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.codePointAt(i) ?? REPLACEMENT;
    if (code > 0xffff) i++;
    else if (code >= 0xd800 && code <= 0xdfff) code = REPLACEMENT;
    out = putCodePoint(bytes, out, code);
  }
  return bytes.slice(0, out);
}

function putCodePoint(bytes: Uint8Array, at: number, code: number): number {
  let out = at;
  if (code < 0x80) {
    bytes[out++] = code;
  } else if (code < 0x800) {
    bytes[out++] = 0xc0 | (code >> 6);
    bytes[out++] = 0x80 | (code & 63);
  } else if (code < 0x10000) {
    bytes[out++] = 0xe0 | (code >> 12);
    bytes[out++] = 0x80 | ((code >> 6) & 63);
    bytes[out++] = 0x80 | (code & 63);
  } else {
    bytes[out++] = 0xf0 | (code >> 18);
    bytes[out++] = 0x80 | ((code >> 12) & 63);
    bytes[out++] = 0x80 | ((code >> 6) & 63);
    bytes[out++] = 0x80 | (code & 63);
  }
  return out;
}

/** UTF-8 bytes as a string. Each bad byte (over-long, surrogate, truncated) becomes U+FFFD. */
export function utf8Decode(bytes: Uint8Array): string {
  const parts: string[] = [];
  let run: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const code = codePointAt(bytes, i);
    run.push(code ?? REPLACEMENT);
    i += code === undefined ? 1 : sizeOf(code);
    if (run.length === 1024) {
      parts.push(String.fromCodePoint(...run));
      run = [];
    }
  }
  parts.push(String.fromCodePoint(...run));
  return parts.join('');
}

/** The size in bytes of the UTF-8 character that begins at `at`, or 0 when none does. RFC 3629 §4. */
export function utf8SizeAt(bytes: Uint8Array, at: number): number {
  const code = codePointAt(bytes, at);
  return code === undefined ? 0 : sizeOf(code);
}

function sizeOf(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

function codePointAt(bytes: Uint8Array, at: number): number | undefined {
  const lead = bytes[at];
  if (lead === undefined || lead < 0x80) return lead;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return undefined;
  let code = lead & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const next = bytes[at + i];
    if (next === undefined || (next & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (next & 63);
  }
  if (sizeOf(code) !== size || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return undefined;
  return code;
}
