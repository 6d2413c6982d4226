/** Reading whole files: what is no plain file, or longer than allowed, is not read. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorCode, readWhole } from './paths.ts';

let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-paths-'));
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The bytes read, or the errno name. */
function tried(path: string, limitBytes?: number): number | string {
  try {
    return readWhole(path, limitBytes).bytes.length;
  } catch (error) {
    return errorCode(error);
  }
}

test('security 48: a file longer than its limit takes no memory; one of the limit is read', () => {
  const path = join(folder, 'file');
  fs.writeFileSync(path, '12345');
  expect([tried(path), tried(path, 5), tried(path, 4)]).toEqual([5, 5, 'EFBIG']);
  // Sparse: more than any memory, in no block of the disk.
  fs.truncateSync(path, 2 ** 40);
  expect(tried(path, 5000)).toBe('EFBIG');
  fs.symlinkSync(path, join(folder, 'link'));
  expect([tried(join(folder, 'link'), 5), tried(folder)]).toEqual(['ELOOP', 'ENOTSUP']);
});
