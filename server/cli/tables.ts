/** Building compiled tables from their sources: what postmap(1) and postalias(1) do when they create. */
import fs from 'node:fs';
import { compileTable, type Problem, parseAliasSource, parseMapSource } from '#core';

/**
 * Writes FILE.db beside a source file: first under another name, then in one step, so that no reader sees
 * half of it.
 *
 * @returns the warnings; the table is made all the same
 */
export function buildTable(file: string, kind: 'map' | 'alias'): readonly Problem[] {
  const text = fs.readFileSync(file, 'latin1');
  const { entries, problems } = kind === 'alias' ? parseAliasSource(text, file) : parseMapSource(text, file);
  const temporary = `${file}.db.${process.pid}`;
  const fd = fs.openSync(temporary, 'w', 0o644);
  try {
    fs.writeFileSync(fd, compileTable(entries, true));
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(temporary, `${file}.db`);
  return problems;
}
