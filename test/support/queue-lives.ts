/**
 * queue-lives - random lives of queue files as effects, and disks that perform them one by one.
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FileEffect, WorldEvent } from '../../core/index.ts';
import type { Disk } from '../../server/disk-types.ts';
import { createJournaledDisk } from '../../server/journaled-disk.ts';
import { makeQueueDirectories } from '../../server/queue-directories.ts';

const folders: string[] = [];

/** Removes the queues that were made. */
export function removeQueues(): void {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}

/** A queue directory with nothing in it. */
export function newQueue(): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-journal-'));
  folders.push(folder);
  makeQueueDirectories(folder);
  return folder;
}

/** A disk whose answers can be awaited. */
export function driven(make: (notify: (process: string, event: WorldEvent) => void) => Disk) {
  const events: WorldEvent[] = [];
  let wake = (): void => undefined;
  const disk = make((_process, event) => {
    events.push(event);
    wake();
  });
  const answer = async (effect: FileEffect): Promise<WorldEvent> => {
    disk.perform('test:1', effect, 1);
    disk.flush();
    while (events.length === 0) await new Promise<void>((done) => (wake = done));
    return events.shift() as WorldEvent;
  };
  const say = (effect: FileEffect): readonly WorldEvent[] => {
    disk.perform('test:1', effect, 1);
    disk.flush();
    return events.splice(0);
  };
  return { disk, answer, say };
}

/** With segments so small that each letter or two begins another. */
export function journaled(queueDirectory: string) {
  let recovered = 0;
  const made = driven((notify) => {
    const disk = createJournaledDisk({ queueDirectory, notify, segmentBytes: 400 });
    recovered = disk.recover();
    return disk;
  });
  return { ...made, recovered };
}

/** All files of the queue but those of the journal: path, mode bits and text. */
export function filesOf(queueDirectory: string): readonly string[] {
  return (fs.readdirSync(queueDirectory, { recursive: true }) as string[])
    .filter((name) => !name.startsWith('journal/') && fs.lstatSync(join(queueDirectory, name)).isFile())
    .map((name) => {
      const { mode } = fs.lstatSync(join(queueDirectory, name));
      return `${name} ${(mode & 0o777).toString(8)} ${fs.readFileSync(join(queueDirectory, name), 'latin1')}`;
    })
    .sort();
}

export const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');

/** What a file of the queue goes through, in words that make sense for one of few names. */
export const NAMES = ['A1B2C3', 'B1B2C3'];
export type Word = readonly [verb: string, name: string];
const word: fc.Arbitrary<Word> = fc.tuple(
  fc.constantFrom(
    ...['create', 'append', 'append', 'write', 'mode', 'sync', 'sync', 'close', 'activate', 'defer'],
    ...['touch', 'remove', 'read', 'list', 'reopen', 'cut', 'back'],
  ),
  fc.constantFrom(...NAMES),
);

/** Most files of a queue have this life before anything else happens to them. */
const BIRTH = ['create', 'append', 'mode', 'sync', 'close', 'activate'];
export const words = (most: number): fc.Arbitrary<readonly Word[]> =>
  fc
    .array(
      fc.oneof(
        word.map((each) => [each]),
        fc.constantFrom(...NAMES).map(born),
      ),
      { maxLength: most },
    )
    .map((each) => each.flat());
function born(name: string): readonly Word[] {
  return BIRTH.map((verb) => [verb, name]);
}

export function effectOf([verb, name]: Word, turn: number): FileEffect {
  const file = name;
  const incoming = `incoming/${name}`;
  const active = `active/${name}`;
  const effects: Record<string, FileEffect> = {
    create: { type: 'file.create', file, path: incoming, mode: 0o600 },
    append: { type: 'file.append', file, bytes: text(`${turn}.`.repeat(40)) },
    write: { type: 'file.write', file: `write:${name}`, path: active, offset: 3, bytes: text(`<${turn}>`) },
    mode: { type: 'file.mode', file, mode: 0o700 },
    sync: { type: 'file.sync', file },
    close: { type: 'file.close', file },
    activate: { type: 'file.rename', from: incoming, to: active },
    back: { type: 'file.rename', from: active, to: incoming },
    defer: { type: 'file.rename', from: active, to: `deferred/${name[0]}/${name}` },
    touch: { type: 'file.touch', path: active, modifiedAt: 1_700_000_000_000 + turn },
    remove: { type: 'file.remove', path: active },
    read: { type: 'file.read', file: `read:${name}`, path: active },
    list: { type: 'dir.list', path: 'incoming', depth: 0 },
    reopen: { type: 'file.open', file, path: active },
    cut: { type: 'file.truncate', file, sizeBytes: 0 },
  };
  return effects[verb] as FileEffect;
}

/** Without what differs between two disks: inodes, times. */
export function comparable(event: WorldEvent | undefined): unknown {
  if (event === undefined) return undefined;
  const { at: _at, ...facts } = { device: 0, inode: 0, modifiedAt: 0, ...event } as unknown as Record<
    string,
    unknown
  >;
  const entries = (facts.entries as { name: string; mode: number; sizeBytes: number }[] | undefined)?.map(
    ({ name, mode, sizeBytes }) => [name, mode & 0o777, sizeBytes],
  );
  const mode = typeof facts.mode === 'number' ? { mode: facts.mode & 0o777 } : {};
  const read =
    facts.bytes instanceof Uint8Array ? { bytes: Buffer.from(facts.bytes).toString('latin1') } : {};
  return { ...facts, device: 0, inode: 0, modifiedAt: 0, ...mode, ...read, ...(entries ? { entries } : {}) };
}

const isAnswered = (effect: FileEffect): boolean =>
  !['file.append', 'file.write', 'file.mode', 'file.close', 'file.touch', 'file.truncate'].includes(
    effect.type,
  );

/** Performs an effect and waits for its answer, if there is one. */
export async function performed(
  disk: ReturnType<typeof driven>,
  effect: FileEffect,
): Promise<WorldEvent | undefined> {
  return isAnswered(effect) ? disk.answer(effect) : disk.say(effect)[0];
}
