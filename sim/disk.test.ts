import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileEffect } from '#core';
import { afterPowerCut, type DiskState, emptyDisk, withDirectory, writtenBack } from './disk.ts';
import { finishSync, type Handles, type Outcome, performFile, textAt } from './files.ts';
import { createDice } from './random.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A disk and one process; syncs end at once unless `pending` keeps them. */
function machine(start: DiskState = withDirectory(emptyDisk(1, 0), '/q/incoming')) {
  let disk = start;
  let handles: Handles = new Map();
  const run = (effect: FileEffect, finish = true): Outcome => {
    const done = performFile({ disk, handles, queueDirectory: '/q', at: 0 }, effect);
    ({ disk, handles } = done);
    if (finish && done.sync !== undefined) disk = finishSync(disk, done.sync);
    return done;
  };
  return { run, disk: () => disk, cut: (seed: number) => afterPowerCut(disk, createDice(seed)) };
}

const create = (path: string): FileEffect => ({ type: 'file.create', file: path, path, mode: 0o600 });
const append = (file: string, text: string): FileEffect => ({
  type: 'file.append',
  file,
  bytes: bytes(text),
});
const seeds = Array.from({ length: 60 }, (_, index) => index);

test('fsync(2): a synced file is there whole after every power cut', () => {
  const { run, cut } = machine();
  run(create('incoming/a'));
  run(append('incoming/a', 'hello'));
  run({ type: 'file.sync', file: 'incoming/a' });
  expect(new Set(seeds.map((seed) => textAt(cut(seed), '/q/incoming/a')))).toEqual(new Set(['hello']));
});

test('fsync(2): a sync of the content alone leaves the name to chance', () => {
  const { run, cut } = machine();
  run(create('incoming/a'));
  run(append('incoming/a', 'hello'));
  run({ type: 'file.sync', file: 'incoming/a', contentOnly: true });
  const left = new Set(seeds.map((seed) => textAt(cut(seed), '/q/incoming/a')));
  expect(left).toEqual(new Set(['hello', undefined]));
});

test('fsync(2): without a sync anything may be left: no file, an empty one, a part, the whole', () => {
  const { run, cut } = machine();
  run(create('incoming/a'));
  run(append('incoming/a', 'hello'));
  const left = new Set(seeds.map((seed) => textAt(cut(seed), '/q/incoming/a')));
  for (const text of [undefined, '', 'hello']) expect(left).toContain(text);
  expect([...left].some((text) => text !== undefined && text !== '' && text !== 'hello')).toBe(true);
  for (const text of left) expect('hello'.startsWith(text ?? '')).toBe(true);
});

test('fsync(2): what is appended after a sync may be lost or torn, what was synced may not', () => {
  const { run, cut } = machine();
  run(create('incoming/a'));
  run(append('incoming/a', 'hello'));
  run({ type: 'file.sync', file: 'incoming/a' });
  run(append('incoming/a', ' world'));
  const left = new Set(seeds.map((seed) => textAt(cut(seed), '/q/incoming/a') ?? ''));
  for (const text of left) expect(text).toMatch(/^hello( (w(o(r(l(d)?)?)?)?)?)?$/);
  for (const text of ['hello', 'hello world']) expect(left).toContain(text);
  expect(left.size).toBeGreaterThan(2);
});

test('fsync(2): a sync that has not ended promises nothing', () => {
  const { run, cut } = machine();
  run(create('incoming/a'));
  run(append('incoming/a', 'hello'));
  run({ type: 'file.sync', file: 'incoming/a' }, false);
  expect(new Set(seeds.map((seed) => textAt(cut(seed), '/q/incoming/a'))).size).toBeGreaterThan(1);
});

test('rename(2): a power cut leaves the old name or the new one, never both, never none', () => {
  const { run, cut, disk } = machine();
  run(create('incoming/a'));
  run(append('incoming/a', 'hello'));
  run({ type: 'file.sync', file: 'incoming/a' });
  run({ type: 'file.rename', from: 'incoming/a', to: 'active/a' });
  expect(textAt(disk(), '/q/active/a')).toBe('hello');
  const left = seeds.map((seed) => {
    const after = cut(seed);
    return [textAt(after, '/q/incoming/a'), textAt(after, '/q/active/a')];
  });
  for (const texts of left) expect(texts.filter((text) => text === 'hello')).toHaveLength(1);
  expect(new Set(left.map(([old]) => old)).size).toBe(2);
});

test('rename(2): of several renames a power cut leaves any', () => {
  const { run, cut } = machine();
  run(create('incoming/a'));
  run({ type: 'file.sync', file: 'incoming/a' });
  run({ type: 'file.rename', from: 'incoming/a', to: 'active/a' });
  run({ type: 'file.rename', from: 'active/a', to: 'deferred/a' });
  const places = ['incoming', 'active', 'deferred'];
  const left = seeds.map((seed) => {
    const after = cut(seed);
    return places.filter((place) => textAt(after, `/q/${place}/a`) !== undefined).join(' ');
  });
  expect(new Set(left)).toEqual(new Set(places));
});

test('write(2): what is older than five seconds is on disk by itself', () => {
  const { run, disk } = machine();
  run(create('incoming/a'));
  run(append('incoming/a', 'hello'));
  const later = writtenBack(disk(), 5_000_001);
  const left = (now: DiskState) =>
    seeds.map((seed) => textAt(afterPowerCut(now, createDice(seed)), '/q/incoming/a'));
  expect(new Set(left(later))).toEqual(new Set(['hello']));
  expect(new Set(left(writtenBack(disk(), 4_999_999))).size).toBeGreaterThan(1);
});

test('rename(2): a durable rename is there after every power cut', () => {
  const { run, cut } = machine();
  run(create('incoming/a'));
  run(append('incoming/a', 'hello'));
  run({ type: 'file.sync', file: 'incoming/a' });
  run({ type: 'file.rename', from: 'incoming/a', to: 'active/a', durable: true });
  for (const seed of seeds) expect(textAt(cut(seed), '/q/active/a')).toBe('hello');
});

test('unlink(2): a removal that nobody synced may be undone by a power cut', () => {
  const { run, cut } = machine();
  run(create('incoming/a'));
  run({ type: 'file.sync', file: 'incoming/a' });
  run({ type: 'file.remove', path: 'incoming/a' });
  expect(new Set(seeds.map((seed) => textAt(cut(seed), '/q/incoming/a')))).toEqual(new Set(['', undefined]));
});

test('open(2), rename(2), unlink(2): errors are those of a real disk', () => {
  const { run } = machine();
  run(create('incoming/a'));
  run(create('incoming/b'));
  const code = (effect: FileEffect) => {
    const { answer } = run(effect);
    return answer?.type === 'file.failed' ? answer.code : answer?.type;
  };
  expect(code(create('incoming/a'))).toBe('EEXIST');
  expect(code({ type: 'file.open', file: 'x', path: 'incoming/x' })).toBe('ENOENT');
  expect(code({ type: 'file.rename', from: 'incoming/x', to: 'incoming/y' })).toBe('ENOENT');
  expect(code({ type: 'file.rename', from: 'incoming/a', to: 'incoming/b' })).toBe('EEXIST');
  expect(code({ type: 'file.remove', path: 'incoming/x' })).toBe('ENOENT');
  expect(code({ type: 'file.read', file: 'x', path: 'incoming' })).toBe('ENOTSUP');
  expect(code({ type: 'file.read', file: 'x', path: 'incoming/a', limitBytes: -1 })).toBe('EFBIG');
  expect(code({ type: 'dir.list', path: 'nowhere', depth: 0 })).toBe('ENOENT');
  expect(code(append('closed', 'x'))).toBe('EBADF');
});

test('write(2): a full disk takes nothing', () => {
  const { run } = machine({ ...withDirectory(emptyDisk(1, 0), '/q/incoming'), full: true });
  expect(run(create('incoming/a')).answer).toMatchObject({ type: 'file.failed', code: 'ENOSPC' });
});

test('postconf(5) mailbox_delivery_lock: the second to open waits, until the first closes', () => {
  const { run } = machine();
  const open = (file: string): FileEffect => ({
    type: 'file.open',
    file,
    path: '/m',
    mode: 0o600,
    lock: true,
  });
  expect(run(open('one')).answer?.type).toBe('file.opened');
  expect(run(open('two')).isBusy).toBe(true);
  run({ type: 'file.close', file: 'one' });
  expect(run(open('two')).answer?.type).toBe('file.opened');
});

test('QSHAPE_README: hash directories are listed as 7/7B345AC0B1, sorted by name', () => {
  const { run } = machine();
  for (const path of ['deferred/7/7B', 'deferred/1/1A', 'deferred/x']) run(create(path));
  const { answer } = run({ type: 'dir.list', path: 'deferred', depth: 1 });
  const names = answer?.type === 'dir.listed' ? answer.entries.map(({ name }) => name) : [];
  expect(names).toEqual(['1/1A', '7/7B', 'x']);
});

test('write(2): append, overwrite and truncate give what an array would', () => {
  const edit = fc.oneof(
    fc.record({ type: fc.constant('append'), text: fc.string({ unit: 'grapheme-ascii', maxLength: 8 }) }),
    fc.record({
      type: fc.constant('write'),
      offset: fc.nat(20),
      text: fc.string({ unit: 'grapheme-ascii' }),
    }),
    fc.record({ type: fc.constant('cut'), size: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
      const { run, disk } = machine();
      run(create('f'));
      let model: string = '';
      for (const one of edits) {
        if ('offset' in one) {
          const grown = model.padEnd(one.offset, '\0');
          model = grown.slice(0, one.offset) + one.text + grown.slice(one.offset + one.text.length);
          run({ type: 'file.write', file: 'f', offset: one.offset, bytes: bytes(one.text) });
        } else if ('size' in one) {
          model = model.slice(0, one.size);
          run({ type: 'file.truncate', file: 'f', sizeBytes: one.size });
        } else {
          model += one.text;
          run(append('f', one.text));
        }
        expect(textAt(disk(), '/q/f')).toBe(model);
      }
    }),
    { seed: 1 },
  );
});
