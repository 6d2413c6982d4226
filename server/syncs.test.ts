/** fsync for many, on real files; how long a sync takes is the one thing made up. fsync(2) */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSyncs, whenAll } from './syncs.ts';

let folder = '';
let files: number[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-syncs-'));
  files = ['a', 'b', 'c'].map((name) => fs.openSync(join(folder, name), 'w'));
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const fd of files) fs.closeSync(fd);
  fs.rmSync(folder, { recursive: true, force: true });
});

const [A, B, C] = [0, 1, 2].map((index) => () => files[index] as number) as [
  () => number,
  () => number,
  () => number,
];

/** Resolves when as many answers came as were asked for. */
function answersOf(ask: (answer: (name: string) => (code: string | undefined) => void) => void) {
  const answers: string[] = [];
  let missing = 0;
  return new Promise<readonly string[]>((done) => {
    ask((name) => {
      missing += 1;
      return (code) => {
        answers.push(`${name} ${code ?? 'ok'}`);
        missing -= 1;
        if (missing === 0) done(answers);
      };
    });
  });
}

for (const waits of [false, true]) {
  const how = waits ? 'waiting' : 'in the thread pool';

  test(`${how}: one sync of a file serves all who asked in the same turn`, async () => {
    const begun = vi.spyOn(fs, waits ? 'fsyncSync' : 'fsync');
    const syncs = createSyncs(waits);
    /** How many syncs had begun at each answer: none may come before. */
    const counts: number[] = [];
    const answers = await answersOf((answer) => {
      for (const [fd, name] of [[A(), 'first'] as const, [B(), 'other'] as const, [A(), 'second'] as const]) {
        const told = answer(name);
        syncs.add(fd, (code) => {
          counts.push(begun.mock.calls.length);
          told(code);
        });
      }
    });
    expect(answers.toSorted()).toEqual(['first ok', 'other ok', 'second ok']);
    expect(counts).toEqual([2, 2, 2]);
  });

  test(`${how}: a failure is told to those who asked for that file, and to nobody else`, async () => {
    const syncs = createSyncs(waits);
    const gone = fs.openSync(join(folder, 'gone'), 'w');
    fs.closeSync(gone);
    const answers = await answersOf((answer) => {
      syncs.add(A(), answer('good'));
      syncs.add(gone, answer('bad'));
    });
    expect(answers.toSorted()).toEqual(['bad EBADF', 'good ok']);
  });

  test(`${how}: who asks while a sync is under way is served by the next`, async () => {
    const begun = vi.spyOn(fs, waits ? 'fsyncSync' : 'fsync');
    const syncs = createSyncs(waits);
    const answers = await answersOf((answer) => {
      const later = answer('later');
      const first = answer('first');
      syncs.add(A(), (code) => {
        first(code);
        syncs.add(A(), later);
      });
      syncs.flush();
    });
    expect(answers).toEqual(['first ok', 'later ok']);
    expect(begun).toHaveBeenCalledTimes(2);
  });
}

test('a disk that is slow on average is not waited for; one slow sync is forgiven', async () => {
  let takesMs = 8;
  const waited = vi.spyOn(fs, 'fsyncSync').mockImplementation(() => {
    const end = performance.now() + takesMs;
    while (performance.now() < end);
  });
  const pooled = vi.spyOn(fs, 'fsync');
  const syncs = createSyncs(true);
  const syncAll = () =>
    answersOf((answer) => {
      for (const fd of [A(), B(), C()]) syncs.add(fd, answer(String(fd)));
    });
  const once = () => answersOf((answer) => syncs.add(A(), answer('once')));
  await once();
  takesMs = 0;
  await syncAll();
  expect(pooled).not.toHaveBeenCalled();
  expect(waited).toHaveBeenCalledTimes(4);
  takesMs = 8;
  await syncAll();
  await syncAll();
  const count = waited.mock.calls.length;
  expect(pooled).toHaveBeenCalled();
  await syncAll();
  expect(waited).toHaveBeenCalledTimes(count);
});

test('whoever waits for several hears it once, with the first failure', () => {
  const told: (string | undefined)[] = [];
  const well = whenAll(2, (code) => told.push(code));
  well(undefined);
  expect(told).toEqual([]);
  well(undefined);
  const badly = whenAll(3, (code) => told.push(code));
  for (const code of [undefined, 'EIO', 'ENOSPC']) badly(code);
  expect(told).toEqual([undefined, 'EIO']);
});
