/**
 * Sources keep the form that the project agreed on, and the checker would notice if one did not.
 */
import { expect, test } from 'vitest';
import { faultsOfForm } from './bans.ts';
import { readSources } from './sources.ts';

test('style: no banned word, no overlong file or line, every file says what it is', () => {
  expect(readSources().flatMap(faultsOfForm)).toEqual([]);
});

// Put together at run time so that this file does not break the rules it tries.
const word = (...halves: readonly string[]): string => halves.join('');
const LONG_LINE = `const x = '${'x'.repeat(110)}';`;

const PLANTED: readonly (readonly [path: string, text: string, complaint: string | undefined])[] = [
  ['core/smtpd/mail.ts', 'const now = Date.now();', `'Date.now' is banned`],
  ['core/smtpd/mail.ts', 'const now = new Date();', `'Date()' is banned`],
  ['sim/world.ts', 'const dice = Math.random();', `'Math.random' is banned`],
  ['sim/world.ts', 'async function wait() {}', `'async' is banned`],
  ['core/qmgr/queue.ts', 'type Later = Promise<number>;', `'Promise' is banned`],
  ['core/qmgr/queue.ts', 'setTimeout(go, 1);', `'setTimeout' is banned`],
  ['core/qmgr/queue.ts', `console.log('x');`, `'console' is banned`],
  ['core/qmgr/queue.ts', '// await is only a word in a comment', undefined],
  ['core/qmgr/queue.test.ts', 'const now = Date.now();', undefined],
  ['server/listen.ts', 'const now = Date.now();', undefined],
  ['core/qmgr/queue.ts', 'const day = new Date(at);', undefined],
  ['web/main.ts', word('// TO', 'DO: later'), 'is banned: finish it'],
  ['web/main.ts', word('// @ts-', 'ignore'), 'is banned: make the types true'],
  ['web/main.ts', word('const x = y as', ' any;'), 'is banned: make the types true'],
  ['core/a.test.ts', word('test.on', "ly('x', f);"), 'it hides the other tests'],
  ['core/a.test.ts', word('test.sk', "ip('x', f);"), 'a test runs or does not exist'],
  ['server/listen.ts', LONG_LINE, 'columns, at most 110'],
  ['server/listen.ts', 'let x;\n'.repeat(300), '301 lines, at most 300'],
  ['core/qmgr/machine.ts', 'let x;\n'.repeat(200), '201 lines, at most 200'],
  ['core/qmgr/queue.ts', 'let x;\n'.repeat(299), undefined],
];

test.for(PLANTED)('style: in %s, %j', ([path, text, complaint]) => {
  const found = faultsOfForm({ path, text: `/** A file. */\n${text.replace(/\n$/, '')}\n` });
  if (complaint === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringContaining(complaint)]);
});

test('style: a file that does not say what it is', () => {
  const complaint = [expect.stringContaining('say in a doc comment')];
  expect(faultsOfForm({ path: 'core/wire/lines.ts', text: 'export {};\n' })).toEqual(complaint);
  expect(faultsOfForm({ path: 'web/A.svelte', text: '<p>hello</p>\n' })).toEqual(complaint);
  expect(faultsOfForm({ path: 'test/crash/a.test.ts', text: 'export {};\n' })).toEqual(complaint);
  expect(faultsOfForm({ path: 'core/wire/lines.test.ts', text: 'export {};\n' })).toEqual([]);
  expect(
    faultsOfForm({ path: 'web/A.svelte', text: '<script lang="ts">\n  /** A. */\n</script>\n' }),
  ).toEqual([]);
});
