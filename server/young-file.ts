/** A queue file in memory, until it is old enough to be worth a file on disk. */
import { newPlace, type Place } from './journal.ts';
import { type JournaledFile, overwritten } from './journal-record.ts';
import type { SpareFile } from './spare-files.ts';

export interface YoungFile {
  path: string;
  readonly spare: SpareFile;
  /** Milliseconds of a clock that never goes back. */
  readonly madeAt: number;
  parts: Uint8Array[];
  sizeBytes: number;
  mode: number;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
  /** Who has it open, and under which name. */
  opener: { readonly process: string; readonly name: string } | undefined;
  /** Its bytes are in the journal, or on the way: what changes from now on must be told there. */
  isLogged: boolean;
  place: Place;
  /** No try to make a file of it before this time, after one that failed. */
  restsUntil: number;
}

export function youngFile(
  path: string,
  spare: SpareFile,
  mode: number,
  at: number,
  opener: YoungFile['opener'],
): YoungFile {
  const start = { parts: [], sizeBytes: 0, isLogged: false, place: newPlace(), restsUntil: 0 };
  return { path, spare, mode, modifiedAt: at, madeAt: performance.now(), opener, ...start };
}

/** All of its bytes. Nobody may change them. */
export function bytesOf(young: YoungFile): Uint8Array {
  if (young.parts.length !== 1) young.parts = [Buffer.concat(young.parts)];
  return young.parts[0] as Uint8Array;
}

/** As the journal has it. */
export function factsOf(young: YoungFile): JournaledFile {
  const { mode, modifiedAt, spare } = young;
  return { bytes: bytesOf(young), mode, modifiedAt, inode: spare.inode };
}

export function append(young: YoungFile, bytes: Uint8Array, at: number): void {
  young.parts.push(bytes);
  young.sizeBytes += bytes.length;
  young.modifiedAt = at;
}

/** Who has read the file keeps what they read. */
export function overwrite(young: YoungFile, offset: number, bytes: Uint8Array, at: number): void {
  const whole = overwritten(bytesOf(young), offset, bytes);
  young.parts = [whole];
  young.sizeBytes = whole.length;
  young.modifiedAt = at;
}

export function truncate(young: YoungFile, sizeBytes: number, at: number): void {
  young.parts = [bytesOf(young).subarray(0, sizeBytes)];
  young.sizeBytes = bytesOf(young).length;
  young.modifiedAt = at;
}
