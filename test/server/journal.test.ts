/**
 * The journaled disk against the plain one, and against crashes: what was synced is there, with its inode,
 * and nothing else is. fsync(2) · docs/decisions/0015-journal.md
 */
import fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createDisk } from '../../server/disk.ts';
import { decodeRecords } from '../../server/journal-record.ts';
import {
  comparable,
  driven,
  effectOf,
  filesOf,
  journaled,
  NAMES,
  newQueue,
  performed,
  removeQueues,
  text,
  words,
} from '../support/queue-lives.ts';

afterEach(removeQueues);

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
function copyOf(queueDirectory: string, segments?: ReadonlyMap<string, Buffer>): string {
  const copy = newQueue();
  fs.rmSync(copy, { recursive: true });
  fs.cpSync(queueDirectory, copy, { recursive: true, preserveTimestamps: true });
  for (const [name, bytes] of segments ?? []) fs.writeFileSync(join(copy, 'journal', name), bytes);
  return copy;
}

function segmentsOf(queueDirectory: string): Map<string, Buffer> {
  const directory = join(queueDirectory, 'journal');
  const names = fs.readdirSync(directory).filter((name) => name.startsWith('segment.'));
  return new Map(names.map((name) => [name, fs.readFileSync(join(directory, name))]));
}

/** Where the two begin to differ; the length of the shorter if they do not. */
function sameUntil(one: Buffer, other: Buffer): number {
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at += 1;
  return at;
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

/** The bytes of a segment that are its own: what follows is of an earlier one in the same file. */
function ownBytes(segment: Buffer, name: string): number {
  return decodeRecords(segment, Number(name.split('.')[1])).end;
}

/** Letters that are gone again, so many that segments lend their files to others. */
async function pass(ours: ReturnType<typeof journaled>, letters: number): Promise<void> {
  for (let count = 0; count < letters; count += 1) {
    for (const verb of ['create', 'append', 'mode', 'sync', 'close', 'activate', 'remove'])
      await performed(ours, effectOf([verb, 'B1B2C3'], count));
  }
}

test.each([0, 5, 6, 7])(
  'a power cut, after %i letters: a file is there as soon as its sync was answered, and has the inode its id was made of',
  async (letters) => {
    const queue = newQueue();
    const ours = journaled(queue);
    await pass(ours, letters);
    const created = await ours.answer({
      type: 'file.create',
      file: 'q',
      path: 'incoming/A1B2C3',
      mode: 0o600,
    });
    ours.say({ type: 'file.append', file: 'q', bytes: text('whole letter') });
    ours.say({ type: 'file.mode', file: 'q', mode: 0o700 });
    await ours.answer({ type: 'file.sync', file: 'q' });
    const safe = segmentsOf(queue);
    const lent = [...safe].filter(([name, bytes]) => ownBytes(bytes, name) < bytes.length);
    expect(lent.length > 0, 'a segment in the file of another').toBe(letters > 0);
    // Not synced: the move may be lost, the letter may not.
    ours.say({ type: 'file.close', file: 'q' });
    await ours.answer({ type: 'file.rename', from: 'incoming/A1B2C3', to: 'active/A1B2C3' });
    expect(fs.existsSync(join(queue, 'incoming/A1B2C3'))).toBe(false);
    for (const [name, now] of segmentsOf(queue)) {
      const before = safe.get(name) ?? Buffer.alloc(0);
      const written = ownBytes(now, name);
      for (let bytes = sameUntil(before, now); bytes <= written; bytes += 1) {
        const torn = Buffer.concat([now.subarray(0, bytes), before.subarray(bytes)]);
        const copy = copyOf(queue, new Map([[name, torn]]));
        const again = journaled(copy);
        expect(again.recovered).toBe(1);
        const path = bytes === written ? 'active/A1B2C3' : 'incoming/A1B2C3';
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
  },
);

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
