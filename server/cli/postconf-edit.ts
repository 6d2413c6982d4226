/** Changing main.cf in place: `postconf -e name=value`, `-X name`, `-# name`. postconf(1) */
import fs from 'node:fs';
import { splitNameValue } from '#core';
import { errorCode } from '../paths.ts';
import { strerror } from '../table-files.ts';
import { Fatal } from './program.ts';

/** Set a value, take the entry out, or put # before its lines. */
export type EditMode = 'e' | 'X' | '#';

/** Reads the words of the command line: name → new value ('' for -X and -#). */
export function editsOf(words: readonly string[], mode: EditMode): ReadonlyMap<string, string> {
  const edits = new Map<string, string>();
  if (words.length === 0)
    throw new Fatal(mode === 'e' ? '-e requires name=value argument' : 'missing service argument');
  for (const word of words) {
    if (word.includes('\n')) throw new Fatal('-e, -X, or -# accepts no multi-line input');
    if (/^\s*#/.test(word)) throw new Fatal('-e, -X, or -# accepts no comment input');
    if (mode === 'e') {
      const pair = splitNameValue(word);
      if ('error' in pair) throw new Fatal(`${pair.error}: "${word}"`);
      edits.set(pair.name, pair.value);
    } else {
      if (word.trim() === '') throw new Fatal('-X or -# requires non-blank parameter names');
      if (word.includes('=')) throw new Fatal(`specify one of -e -${mode}`);
      edits.set(word.trimStart(), '');
    }
  }
  return edits;
}

function isCommentOrBlank(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/**
 * The new text: an entry keeps its place, its continuation lines go, new ones come last.
 *
 * @returns also the names that the file has more than once
 */
export function editText(
  text: string,
  edits: ReadonlyMap<string, string>,
  mode: EditMode,
): { readonly text: string; readonly repeated: readonly string[] } {
  const lines = text === '' ? [] : text.split(/(?<=\n)/);
  const found = new Map<string, number>();
  const repeated: string[] = [];
  const out: string[] = [];
  let inEntry = false;
  for (const line of lines) {
    if (isCommentOrBlank(line)) {
      out.push(line);
      continue;
    }
    if (/^\s/.test(line)) {
      if (!inEntry) out.push(line);
      else if (mode === '#') out.push(`#${line}`);
      continue;
    }
    const name = /^[^\s=]*/.exec(line)?.[0] ?? '';
    const value = edits.get(name);
    inEntry = value !== undefined;
    if (value === undefined) {
      out.push(line);
      continue;
    }
    const times = (found.get(name) ?? 0) + 1;
    found.set(name, times);
    if (times === 2) repeated.push(name);
    if (mode === 'e') out.push(`${name} = ${value}\n`);
    if (mode === '#') out.push(`#${line}`);
  }
  const last = out.at(-1);
  if (last !== undefined && !last.endsWith('\n')) out.push('\n');
  if (mode === 'e') for (const [name, value] of edits) if (!found.has(name)) out.push(`${name} = ${value}\n`);
  return { text: out.join(''), repeated };
}

/** How long to wait for another edit before its file counts as left behind. */
const EDIT_WAIT_MS = 5_000;

/** Only one edit at a time: a second waits for the first. */
function openTemporary(path: string): number {
  for (let waitedMs = 0; ; waitedMs += 50) {
    try {
      return fs.openSync(path, waitedMs < EDIT_WAIT_MS ? 'wx' : 'w', 0o644);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw new Fatal(`open ${path}: ${strerror(errorCode(error))}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

/** Rewrites a main.cf through `main.cf.tmp`, so that a reader sees the old file or the new one. */
export function editFile(
  path: string,
  edits: ReadonlyMap<string, string>,
  mode: EditMode,
): readonly string[] {
  const temporary = `${path}.tmp`;
  const fd = openTemporary(temporary);
  try {
    const old = fs.readFileSync(path, 'latin1');
    const { text, repeated } = editText(old, edits, mode);
    fs.writeFileSync(fd, text, 'latin1');
    fs.fsyncSync(fd);
    fs.renameSync(temporary, path);
    return repeated;
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new Fatal(`open ${path} for reading: ${strerror(errorCode(error))}`);
  } finally {
    fs.closeSync(fd);
  }
}
