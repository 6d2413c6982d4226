/**
 * Bytes and strings: the few conversions every protocol needs, without TextEncoder.
 *
 * Wire text is kept as "latin1 in a string": one character is one byte. UTF-8 is only for display.
 */

/** No bytes at all; shared, so never write into it. */
export const EMPTY_BYTES: Uint8Array = new Uint8Array(0);

/** Longest argument list given to String.fromCharCode at once; far below every engine's limit. */
const CHUNK_CHARS = 4096;

/** Wire text to bytes. Characters above U+00FF lose their high bits, so give it wire text only. */
export function latin1ToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Bytes `start` up to `end` as wire text: one character per byte. */
export function bytesToLatin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const last = Math.min(end, bytes.length);
  if (last - start <= CHUNK_CHARS) return fromCodes(bytes.subarray(start, last));
  let text = '';
  for (let i = start; i < last; i += CHUNK_CHARS) {
    text += fromCodes(bytes.subarray(i, Math.min(i + CHUNK_CHARS, last)));
  }
  return text;
}

function fromCodes(bytes: Uint8Array): string {
  return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
}

/** All parts one after the other. A single non-empty part is returned as it is, not copied. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  let only: Uint8Array = EMPTY_BYTES;
  for (const part of parts) {
    size += part.length;
    if (part.length > 0) only = part;
  }
  if (size === only.length) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Same length and same bytes. Not constant-time: never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Where `needle` first begins at or after `from`, or -1. */
export function indexOfBytes(haystack: Uint8Array, needle: Uint8Array, from = 0): number {
  const first = needle[0];
  if (first === undefined) return Math.min(from, haystack.length);
  let at = haystack.indexOf(first, from);
  while (at >= 0 && at + needle.length <= haystack.length) {
    let i = 1;
    while (i < needle.length && haystack[at + i] === needle[i]) i++;
    if (i === needle.length) return at;
    at = haystack.indexOf(first, at + 1);
  }
  return -1;
}

/** No character (or byte) above 127. */
export function isAscii(value: string | Uint8Array): boolean {
  if (typeof value === 'string') {
    for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 127) return false;
    return true;
  }
  for (let i = 0; i < value.length; i++) if ((value[i] ?? 0) > 127) return false;
  return true;
}
