/**
 * Thousands of random tables of rules, asked by our postmap(1) and Debian's. A table that they take
 * differently is printed.
 *
 * SEED=first seed, COUNT=how many of each type. pcre takes part where postfix-pcre is installed.
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cidrCase, patternCase, ruleDifference } from '../cli/rule-tables.ts';
import { real } from '../support/commands.ts';
import { oraclePath, testWithOracle } from '../support/oracles.ts';

const FIRST = Number(process.env.SEED ?? 1000);
const COUNT = Number(process.env.COUNT ?? 2000);

testWithOracle('postmap')(
  'cidr_table(5), regexp_table(5), pcre_table(5): whatever the table, Debian’s answers the same',
  async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-rules-'));
    fs.writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\nmyhostname = mail.gouv.bj\n');
    const probe = await real(oraclePath('postmap'), ['-c', folder, '-q', 'x', 'pcre:{{/x/ y}}']);
    const types = probe.code === 0 ? (['regexp', 'pcre'] as const) : (['regexp'] as const);
    const found: string[] = [];
    for (let seed = FIRST; seed < FIRST + COUNT; seed += 1)
      for (const asked of [cidrCase(seed), ...types.map((type) => patternCase(type, seed))]) {
        const difference = await ruleDifference(folder, asked, `${asked.type}${seed}`);
        if (difference === undefined) continue;
        process.stdout.write(`${difference}\n`);
        found.push(difference);
      }
    fs.rmSync(folder, { recursive: true, force: true });
    expect(found).toEqual([]);
  },
);
