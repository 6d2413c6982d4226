/**
 * The journaled disk against the plain one, and against crashes: what was synced is there, with its inode, and
 * nothing else is. fsync(2) · docs/decisions/0015-journal.md
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { FileEffect, WorldEvent } from '../../core/index.ts';
import { createDisk, type Disk } from '../../server/disk.ts';
import { createJournaledDisk } from '../../server/journaled-disk.ts';
import { makeQueueDirectories } from '../../server/queue-directories.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

function newQueue(): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-journal-'));
  folders.push(folder);
  makeQueueDirectories(folder);
  return folder;
}

/** A disk whose answers can be awaited. */
function driven(make: (notify: (process: string, event: WorldEvent) => void) => Disk) {
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
function journaled(queueDirectory: string) {
  let recovered = 0;
  const made = driven((notify) => {
    const disk = createJournaledDisk({ queueDirectory, notify, segmentBytes: 400 });
    recovered = disk.recover();
    return disk;
  });
  return { ...made, recovered };
}

/** All files of the queue but those of the journal: path, mode bits and text. */
function filesOf(queueDirectory: string): readonly string[] {
  return (fs.readdirSync(queueDirectory, { recursive: true }) as string[])
    .filter((name) => !name.startsWith('journal/') && fs.lstatSync(join(queueDirectory, name)).isFile())
    .map((name) => {
      const { mode } = fs.lstatSync(join(queueDirectory, name));
      return `${name} ${(mode & 0o777).toString(8)} ${fs.readFileSync(join(queueDirectory, name), 'latin1')}`;
    })
    .sort();
}

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');

/** What a file of the queue goes through, in words that make sense for one of few names. */
const NAMES = ['A1B2C3', 'B1B2C3'];
type Word = readonly [verb: string, name: string];
const word: fc.Arbitrary<Word> = fc.tuple(
  fc.constantFrom(
    ...['create', 'append', 'append', 'write', 'mode', 'sync', 'sync', 'close', 'activate', 'defer'],
    ...['touch', 'remove', 'read', 'list', 'reopen', 'cut', 'back'],
  ),
  fc.constantFrom(...NAMES),
);

/** Most files of a queue have this life before anything else happens to them. */
const BIRTH = ['create', 'append', 'mode', 'sync', 'close', 'activate'];
const words = (most: number): fc.Arbitrary<readonly Word[]> =>
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

function effectOf([verb, name]: Word, turn: number): FileEffect {
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
function comparable(event: WorldEvent | undefined): unknown {
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
async function performed(
  disk: ReturnType<typeof driven>,
  effect: FileEffect,
): Promise<WorldEvent | undefined> {
  return isAnswered(effect) ? disk.answer(effect) : disk.say(effect)[0];
}

/** Effects that ask the impossible (no such file) are part of it: both disks say the same. */
test('the journaled disk answers as the plain one, and leaves the same files', async () => {
  await fc.assert(
    fc.asyncProperty(words(40), async (life) => {
      const [one, other] = [newQueue(), newQueue()];
      const plain = driven((notify) => createDisk({ queueDirectory: one, notify }));
      const ours = journaled(other);
      // A file of that name open twice, or renamed onto another, is nothing the core asks for.
      const open = new Set<string>();
      for (const [turn, each] of life.entries()) {
        const [verb, name] = each;
        if ((verb === 'create' || verb === 'reopen') && open.has(name)) continue;
        const effect = effectOf(each, turn);
        const expected = comparable(await performed(plain, effect));
        expect(comparable(await performed(ours, effect)), `${turn}: ${each}`).toEqual(expected);
        if (effect.type === 'file.create' || effect.type === 'file.open') {
          if ((expected as { type: string }).type !== 'file.failed') open.add(name);
        }
        if (verb === 'close') open.delete(name);
      }
      plain.disk.close();
      ours.disk.close();
      // Bytes that nobody synced before the end are nobody's promise; both disks write them at close.
      for (const name of open) {
        plain.say({ type: 'file.close', file: name });
        ours.say({ type: 'file.close', file: name });
      }
      expect(filesOf(other)).toEqual(filesOf(one));
      expect(fs.readdirSync(join(other, 'journal'))).toEqual([]);
    }),
    { seed: 20261124, numRuns: 300 },
  );
});

/** A copy of the queue as a kill would leave it, or a power cut right after the last sync. */
function copyOf(queueDirectory: string, journalBytes?: ReadonlyMap<string, number>): string {
  const copy = newQueue();
  fs.rmSync(copy, { recursive: true });
  fs.cpSync(queueDirectory, copy, { recursive: true, preserveTimestamps: true });
  for (const [name, bytes] of journalBytes ?? []) {
    const path = join(copy, 'journal', name);
    if (fs.existsSync(path)) fs.truncateSync(path, bytes);
  }
  return copy;
}

function segmentSizes(queueDirectory: string): Map<string, number> {
  const directory = join(queueDirectory, 'journal');
  const names = fs.readdirSync(directory).filter((name) => name.startsWith('segment.'));
  return new Map(names.map((name) => [name, fs.statSync(join(directory, name)).size]));
}

test('a kill after any effect: each synced file is there with all that was said of it, nothing that is gone', async () => {
  await fc.assert(
    fc.asyncProperty(words(25), async (life) => {
      const queue = newQueue();
      const ours = journaled(queue);
      const open = new Set<string>();
      /** What must be there: by name, the place and the text since the last sync. */
      const promised = new Map<string, { path: string; text: string }>();
      const model = new Map<string, { path: string; text: string; durable: boolean }>();
      for (const [turn, each] of life.entries()) {
        const [verb, name] = each;
        if (verb === 'reopen' || verb === 'cut' || verb === 'list' || verb === 'touch') continue;
        if (verb === 'create' && (open.has(name) || model.has(name))) continue;
        const effect = effectOf(each, turn);
        const event = await performed(ours, effect);
        const failed = event?.type === 'file.failed';
        const known = model.get(name);
        if (verb === 'create' && !failed)
          model.set(name, { path: `incoming/${name}`, text: '', durable: false });
        if (verb === 'create' && !failed) open.add(name);
        if (verb === 'close') open.delete(name);
        if (known !== undefined && !failed) {
          if (effect.type === 'file.append' && open.has(name)) {
            known.text += Buffer.from(effect.bytes).toString('latin1');
            // Appended bytes are nobody's promise until the next sync.
            known.durable = false;
            promised.delete(name);
          }
          if (effect.type === 'file.write' && known.path === effect.path)
            known.text = overwrite(known.text, effect.offset, Buffer.from(effect.bytes).toString('latin1'));
          if (effect.type === 'file.rename') known.path = effect.to;
          if (effect.type === 'file.sync') known.durable = true;
          if (known.durable) promised.set(name, { path: known.path, text: known.text });
        }
        if (effect.type === 'file.remove' && !failed) {
          model.delete(name);
          promised.delete(name);
          open.delete(name);
        }
        const copy = copyOf(queue);
        journaled(copy).disk.close();
        for (const { path, text: said } of promised.values())
          expect(
            fs.existsSync(join(copy, path)) && fs.readFileSync(join(copy, path), 'latin1'),
            `${turn}: ${path}`,
          ).toBe(said);
        for (const name2 of NAMES) {
          if (model.has(name2)) continue;
          for (const place of ['incoming', 'active', `deferred/${name2[0]}`])
            expect(fs.existsSync(join(copy, place, name2)), `${turn}: ${place}/${name2} is gone`).toBe(false);
        }
        fs.rmSync(copy, { recursive: true });
      }
      ours.disk.close();
    }),
    { seed: 20261124, numRuns: 60 },
  );
});

function overwrite(whole: string, offset: number, part: string): string {
  return `${whole.slice(0, offset).padEnd(offset, '\0')}${part}${whole.slice(offset + part.length)}`;
}

test('a power cut: a file is there as soon as its sync was answered, and has the inode its id was made of', async () => {
  const queue = newQueue();
  const ours = journaled(queue);
  const created = await ours.answer({ type: 'file.create', file: 'q', path: 'incoming/A1B2C3', mode: 0o600 });
  ours.say({ type: 'file.append', file: 'q', bytes: text('whole letter') });
  ours.say({ type: 'file.mode', file: 'q', mode: 0o700 });
  await ours.answer({ type: 'file.sync', file: 'q' });
  const safe = segmentSizes(queue);
  // Not synced: the move may be lost, the letter may not.
  ours.say({ type: 'file.close', file: 'q' });
  await ours.answer({ type: 'file.rename', from: 'incoming/A1B2C3', to: 'active/A1B2C3' });
  expect(fs.existsSync(join(queue, 'incoming/A1B2C3'))).toBe(false);
  for (const [name, size] of segmentSizes(queue)) {
    for (let bytes = safe.get(name) ?? 0; bytes <= size; bytes += 1) {
      const copy = copyOf(queue, new Map([[name, bytes]]));
      const again = journaled(copy);
      expect(again.recovered).toBe(1);
      const path = bytes === size ? 'active/A1B2C3' : 'incoming/A1B2C3';
      expect(filesOf(copy)).toEqual([`${path} 700 whole letter`]);
      again.disk.close();
    }
  }
  // In place, not in a copy: the inode is the one that was told.
  const again = journaled(queue);
  expect(created).toMatchObject({
    type: 'file.created',
    inode: fs.lstatSync(join(queue, 'active/A1B2C3')).ino,
  });
  expect(again.recovered).toBe(1);
  again.disk.close();
  ours.disk.close();
});

test('a power cut while a file settles: the journal has it until it is durable, and puts right what is torn', async () => {
  const queue = newQueue();
  const ours = journaled(queue);
  await ours.answer({ type: 'file.create', file: 'q', path: 'incoming/A1B2C3', mode: 0o600 });
  ours.say({ type: 'file.append', file: 'q', bytes: text('whole letter') });
  ours.say({ type: 'file.mode', file: 'q', mode: 0o700 });
  await ours.answer({ type: 'file.sync', file: 'q' });
  ours.say({ type: 'file.close', file: 'q' });
  await ours.answer({ type: 'file.rename', from: 'incoming/A1B2C3', to: 'active/A1B2C3' });
  // To deferred: it becomes a file, and nothing of that is synced yet.
  const [renamed] = ours.say({ type: 'file.rename', from: 'active/A1B2C3', to: 'deferred/A/A1B2C3' });
  expect(renamed?.type).toBe('file.renamed');
  const torn = copyOf(queue);
  fs.truncateSync(join(torn, 'deferred/A/A1B2C3'), 5);
  const again = journaled(torn);
  expect(filesOf(torn)).toEqual(['deferred/A/A1B2C3 700 whole letter']);
  again.disk.close();
  // Once it is durable the journal lets it go: what happens to it then is its own.
  await expect.poll(() => journalNames(queue), { timeout: 10_000 }).toEqual([]);
  ours.disk.close();
});

function journalNames(queue: string): readonly string[] {
  const copy = copyOf(queue);
  for (const name of fs.readdirSync(join(copy, 'deferred'), { recursive: true }) as string[]) {
    const path = join(copy, 'deferred', name);
    if (fs.lstatSync(path).isFile()) fs.rmSync(path);
  }
  const again = journaled(copy);
  again.disk.close();
  return filesOf(copy);
}
