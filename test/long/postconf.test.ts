/**
 * Thousands of random main.cf and master.cf files, read by our postconf(1) and Debian's. A file that they
 * read differently is printed.
 *
 * SEED=first seed, COUNT=how many.
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { differences } from '../cli/configurations.ts';
import { testWithOracle } from '../support/oracles.ts';

const FIRST = Number(process.env.SEED ?? 1);
const COUNT = Number(process.env.COUNT ?? 5000);
/** So many to one seed. */
const BATCH = 100;

testWithOracle('postconf')(
  'postconf(1) -n -x -h -H: whatever the files, Debian’s says the same',
  async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-postconf-'));
    const found: string[] = [];
    for (let at = 0; at < COUNT; at += BATCH) {
      const more = await differences(folder, FIRST + at / BATCH, Math.min(BATCH, COUNT - at));
      for (const text of more) process.stdout.write(`${text}\n`);
      found.push(...more);
    }
    fs.rmSync(folder, { recursive: true, force: true });
    expect(found).toEqual([]);
  },
);
