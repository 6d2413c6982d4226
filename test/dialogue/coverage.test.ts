/** Every sentence that smtpd can say is said in some dialogue, and every dialogue says what it is about. */
import fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { R } from '../../core/smtpd/replies.ts';
import { FOLDER, readCorpus } from './corpus.ts';

/** What no client can bring about here: tables that look into texts, and a cleanup that fails. */
const UNREACHABLE: readonly string[] = ['rejected', 'internal', 'internalRcpt', 'etrnFailed'];

test('decision 7: a reply without a dialogue does not exist', () => {
  const said = new Set(
    readCorpus().flatMap(({ steps }) => steps.flatMap((step) => (step.type === 'hear' ? step.lines : []))),
  );
  const silent = Object.entries(R).filter(([, reply]) => {
    const enhanced = 'enhanced' in reply && reply.enhanced !== undefined ? `${reply.enhanced} ` : '';
    return !said.has(`${reply.code} ${enhanced}${reply.text}`);
  });
  expect(silent.map(([name]) => name).sort()).toEqual([...UNREACHABLE].sort());
});

test('decision 7: every dialogue has a title and names what it proves', () => {
  for (const name of fs.readdirSync(FOLDER)) {
    const text = fs.readFileSync(join(FOLDER, name), 'utf8');
    expect(text, name).toMatch(/^# title: .+\n# proves: .+\n(?:#.*\n)*S: /);
  }
});
