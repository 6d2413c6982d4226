/**
 * Imports go where docs/layers.ts lets them, and the checker would notice if one did not.
 */
import { expect, test } from 'vitest';
import { forbiddenImports, importsOf } from './imports.ts';
import { readSources } from './sources.ts';

test('docs/layers.ts: every import of the repository is allowed', () => {
  const sources = readSources();
  expect(sources.flatMap(importsOf).length).toBeGreaterThan(50);
  expect(sources.flatMap(forbiddenImports)).toEqual([]);
});

const PLANTED: readonly (readonly [path: string, line: string, complaint: string | undefined])[] = [
  ['core/smtpd/mail.ts', `import { x } from '../qmgr/queue.ts';`, 'core/smtpd must not import core/qmgr'],
  ['core/wire/lines.ts', `import { x } from '../mail/address.ts';`, 'core/wire must not import core/mail'],
  ['core/kernel/host.ts', `export * from '../index.ts';`, 'core/kernel must not import core/index.ts'],
  ['core/smtpd/mail.ts', `import { x } from '../odds/ends.ts';`, 'core/odds is in no layer'],
  ['core/smtpd/mail.ts', `import {\n  a,\n  b,\n} from 'node:fs';`, `must not use the package 'node:fs'`],
  ['core/smtpd/mail.ts', `type Tls = import('node:tls').TLSSocket;`, `must not use the package 'node:tls'`],
  ['core/smtpd/mail.ts', `import { x } from '#core';`, 'inside core use a relative path'],
  ['core/index.ts', `import { x } from '#sim';`, `core must not import '#sim'`],
  ['sim/world.ts', `import { x } from '../core/kernel/host.ts';`, `enter core by its door '#core'`],
  ['sim/world.ts', `import { createMachine } from 'xstate';`, `must not use the package 'xstate'`],
  ['server/main.ts', `import { x } from '#sim';`, `server must not import '#sim'`],
  ['server/main.ts', `import 'express';`, `must not use the package 'express'`],
  ['web/stage/Stage.svelte', `const fs = await import('node:fs');`, `must not use the package 'node:fs'`],
  ['odds/ends.ts', `import 'svelte';`, 'stands in no territory'],
  ['core/smtpd/mail.ts', `import type { Effect } from '../kernel/effects.ts';`, undefined],
  ['core/smtpd/mail.ts', `// import { x } from '../qmgr/queue.ts';`, undefined],
  ['core/smtpd/mail.test.ts', `import { expect } from 'vitest';`, undefined],
  ['server/cli/sim.ts', `import { play } from '#sim';`, undefined],
  ['web/main.ts', `import { mount } from 'svelte';\nimport { on } from 'svelte/events';`, undefined],
  ['test/crash/kill.test.ts', `import { x } from '../../core/kernel/host.ts';`, undefined],
];

test.for(PLANTED)('docs/layers.ts: in %s, %j', ([path, line, complaint]) => {
  const found = forbiddenImports({ path, text: `/** A file. */\n${line}\n` });
  if (complaint === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringContaining(complaint)]);
});
