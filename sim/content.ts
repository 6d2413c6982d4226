/**
 * content - what is in a file, as immutable data: appending costs nothing, the whole is made when it is
 * asked for.
 */

export interface Content {
  readonly sizeBytes: number;
  /** What came before `last`. */
  readonly before: Content | undefined;
  readonly last: Uint8Array;
}

export const emptyContent: Content = { sizeBytes: 0, before: undefined, last: new Uint8Array(0) };

const wholes = new WeakMap<Content, Uint8Array>();

/** All bytes; nobody may change them. */
export function bytesOf(content: Content): Uint8Array {
  if (content.before === undefined) return content.last;
  const known = wholes.get(content);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(content.sizeBytes);
  for (let part: Content | undefined = content; part !== undefined; part = part.before) {
    bytes.set(part.last, part.sizeBytes - part.last.length);
  }
  wholes.set(content, bytes);
  return bytes;
}

export function contentFrom(bytes: Uint8Array): Content {
  return { sizeBytes: bytes.length, before: undefined, last: bytes };
}

export function appended(content: Content, bytes: Uint8Array): Content {
  if (bytes.length === 0) return content;
  return { sizeBytes: content.sizeBytes + bytes.length, before: content, last: bytes };
}

/** With bytes replaced at an offset; the file grows where they reach beyond its end. */
export function overwritten(content: Content, offset: number, bytes: Uint8Array): Content {
  const whole = new Uint8Array(Math.max(content.sizeBytes, offset + bytes.length));
  whole.set(bytesOf(content));
  whole.set(bytes, offset);
  return contentFrom(whole);
}

/** The first bytes only. */
export function truncated(content: Content, sizeBytes: number): Content {
  if (sizeBytes >= content.sizeBytes) return content;
  return contentFrom(bytesOf(content).slice(0, sizeBytes));
}

/** Whether `longer` is `shorter` with something appended. */
export function continues(longer: Content, shorter: Content): boolean {
  if (longer.sizeBytes < shorter.sizeBytes) return false;
  const [long, short] = [bytesOf(longer), bytesOf(shorter)];
  return short.every((byte, at) => long[at] === byte);
}
