/** newaliases - builds the databases of `alias_database` again. newaliases(1) */
import { parseArgs } from 'node:util';
import { listOf } from '#core';
import { loadConfiguration } from '../load.ts';
import { buildTable } from './tables.ts';

const { values } = parseArgs({ options: { c: { type: 'string', short: 'c' } } });
try {
  const { settings } = loadConfiguration(values.c ?? process.env.MAIL_CONFIG ?? '/etc/postfix');
  for (const item of listOf(settings, 'alias_database')) {
    for (const { text } of buildTable(item.replace(/^[a-z]+:/, ''), 'alias')) {
      process.stderr.write(`postalias: warning: ${text}\n`);
    }
  }
} catch (error) {
  process.stderr.write(`postalias: fatal: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
