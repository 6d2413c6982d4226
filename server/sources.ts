/**
 * The files that a configuration is made of, as they were read once: a process that may not read them itself
 * can make the same settings of them.
 */
import fs from 'node:fs';
import { errorCode } from './paths.ts';

/** Reads a whole file. Throws an error with the errno name in `code`. */
export type ReadFile = (path: string) => Uint8Array;

/** Content by path, or the errno name (`EACCES`) of what could not be read. */
export type Sources = ReadonlyMap<string, Uint8Array | string>;

/** As the machine has it now. */
export const readFile: ReadFile = (path) => fs.readFileSync(path);

/** A reader that keeps what it reads in `sources`. */
export function keeping(sources: Map<string, Uint8Array | string>): ReadFile {
  return (path) => {
    try {
      const bytes = readFile(path);
      sources.set(path, bytes);
      return bytes;
    } catch (error) {
      sources.set(path, errorCode(error));
      throw error;
    }
  };
}

/** A reader of what was kept: all else does not exist. */
export function readerOf(sources: Sources): ReadFile {
  return (path) => {
    const kept = sources.get(path) ?? 'ENOENT';
    if (typeof kept !== 'string') return kept;
    throw Object.assign(new Error(`${kept}: ${path}`), { code: kept });
  };
}

/** One character a byte. */
export function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
