/**
 * table - lookup tables as data: the compiled form that postmap and postalias write, and the text form of
 * texthash.
 *
 * DATABASE_README · postmap(1)
 *
 * Compiled form: `PSTABLE1`, flags and entry count, then for each entry, sorted by key, two 32-bit lengths
 * and the bytes of key and value; the last eight bytes are a checksum of all before. Little-endian.
 *
 * Differs: one form for hash, btree, dbm, lmdb and cdb, because no library for them runs in a browser too.
 */
import { bytesToLatin1, latin1ToBytes } from '../../wire/bytes.ts';
import type { Problem, Remedy } from '../problem.ts';

/** A table that can be asked. Keys and values are latin1 text, one character a byte. */
export interface LoadedTable {
  readonly type: 'table';
  readonly entries: ReadonlyMap<string, string>;
  /** Keys are folded to lower case on lookup, as postmap folded them. */
  readonly folded: boolean;
}

/** A table that cannot: every lookup fails with this text. */
export interface BrokenTable {
  readonly type: 'error';
  readonly text: string;
  readonly remedy?: Remedy;
}

/** A table of rules, such as cidr. A function answers, so it can be neither copied nor written down. */
export interface RuleTable {
  readonly type: 'rules';
  /** What is wrong with its lines: warnings, in the order of the file. */
  readonly problems: readonly Problem[];
  /** The value for a key (latin1 text, as it is asked, not folded), or undefined. */
  readonly find: (key: string) => string | undefined;
}

/** A table that somebody else answers for, such as sqlite; neither copied nor written down. */
export interface AskedTable {
  readonly type: 'asked';
  /** Key and value are latin1 text. */
  readonly ask: (
    key: string,
  ) =>
    | { readonly type: 'found'; readonly value: string }
    | { readonly type: 'missing' }
    | { readonly type: 'error'; readonly text: string };
}

export type Table = LoadedTable | BrokenTable | RuleTable | AskedTable;

const MAGIC = 'PSTABLE1';
const HEAD = MAGIC.length + 8;
const TAIL = 8;

/** Two FNV-1a lanes; it finds torn writes, not enemies. */
function checksum(bytes: Uint8Array, end: number): readonly [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let at = 0; at < end; at += 1) {
    a = Math.imul(a ^ (bytes[at] ?? 0), 0x01000193);
    b = Math.imul(b ^ (bytes[at] ?? 0), 0x85ebca6b) ^ (a >>> 13);
  }
  return [a >>> 0, b >>> 0];
}

/**
 * Makes the content of FILE.db. Entries are sorted by key, so equal tables are equal files. `folded` says
 * that keys are lower case and lookups must fold too (all but `postmap -f`). Keys and values are latin1
 * text.
 */
export function compileTable(entries: ReadonlyMap<string, string>, folded = true): Uint8Array {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  let size = HEAD + TAIL;
  for (const [key, value] of sorted) size += 8 + key.length + value.length;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(latin1ToBytes(MAGIC));
  view.setUint32(MAGIC.length, folded ? 1 : 0, true);
  view.setUint32(MAGIC.length + 4, sorted.length, true);
  let at = HEAD;
  for (const [key, value] of sorted) {
    view.setUint32(at, key.length, true);
    view.setUint32(at + 4, value.length, true);
    bytes.set(latin1ToBytes(key), at + 8);
    bytes.set(latin1ToBytes(value), at + 8 + key.length);
    at += 8 + key.length + value.length;
  }
  const [a, b] = checksum(bytes, at);
  view.setUint32(at, a, true);
  view.setUint32(at + 4, b, true);
  return bytes;
}

/** The fault, and how to build the file again: both commands are ours, not those of another mail system. */
function broken(file: string, text: string): BrokenTable {
  const source = file.replace(/\.db$/, '');
  const remedy: Remedy = {
    en: `Run Postscope's postmap on ${source} again (newaliases if it holds aliases).`,
    fr: `Relancez le postmap de Postscope sur ${source} (newaliases si ce sont des alias).`,
  };
  return { type: 'error', text: `open database ${file}: ${text}`, remedy };
}

/** Berkeley DB files carry this number at byte 12, in either byte order. */
function isBerkeleyDb(view: DataView): boolean {
  if (view.byteLength < 16) return false;
  const magics = [0x061561, 0x053162];
  return magics.includes(view.getUint32(12, true)) || magics.includes(view.getUint32(12, false));
}

/** Reads the content of FILE.db; anything that is not whole becomes a table that answers with an error. */
export function loadTable(bytes: Uint8Array, file: string): LoadedTable | BrokenTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytesToLatin1(bytes, 0, Math.min(MAGIC.length, bytes.length)) !== MAGIC) {
    const berkeley = 'is a Berkeley DB file: run postmap again';
    return broken(file, isBerkeleyDb(view) ? berkeley : 'not a compiled table');
  }
  const body = bytes.length - TAIL;
  if (body < HEAD) return broken(file, 'truncated');
  const [a, b] = checksum(bytes, body);
  if (view.getUint32(body, true) !== a || view.getUint32(body + 4, true) !== b)
    return broken(file, 'damaged (checksum)');
  const entries = new Map<string, string>();
  let at = HEAD;
  for (let left = view.getUint32(MAGIC.length + 4, true); left > 0; left -= 1) {
    const keyEnd = at + 8 + view.getUint32(at, true);
    const end = keyEnd + view.getUint32(at + 4, true);
    if (end > body) return broken(file, 'damaged (entry length)');
    entries.set(bytesToLatin1(bytes, at + 8, keyEnd), bytesToLatin1(bytes, keyEnd, end));
    at = end;
  }
  return { type: 'table', entries, folded: (view.getUint32(MAGIC.length, true) & 1) === 1 };
}
