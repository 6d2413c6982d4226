/** newaliases - builds the databases of `alias_database` again. newaliases(1), postalias(1) */
import { listOf, textOf } from '#core';
import { now } from '../clock.ts';
import { loadMain } from '../load.ts';
import { lastOf, readOptions } from './options.ts';
import { configDirectory, Fatal, type Io, runMain, usageError, warn } from './program.ts';
import { buildTable, isCompiled, namedTable } from './tables.ts';

/**
 * Postfix's newaliases is sendmail(1) by another name, so `-C` names the directory too.
 *
 * @param file the one that is built instead of those of alias_database: sendmail(1) -oA
 */
export function newaliases(args: readonly string[], io: Io, file?: string): number {
  const line = readOptions(args, 'C:c:oiv');
  if (!line.ok) throw usageError(io, 'newaliases', line.complaint, 'usage: newaliases [-C config_dir]', 64);
  const directory = configDirectory(lastOf(line.options, 'C') ?? lastOf(line.options, 'c'));
  const settings = loadMain(directory, (text) => warn(io, 'postalias', text));
  const markers = { atSeconds: now() / 1000, myhostname: textOf(settings, 'myhostname') };
  for (const item of file === undefined ? listOf(settings, 'alias_database') : [file]) {
    const table = namedTable(item, textOf(settings, 'default_database_type'));
    if (!isCompiled(table))
      throw new Fatal(`unsupported dictionary type: ${table.type} does not support bulk-mode creation.`);
    for (const { text } of buildTable(table.name, 'alias', markers)) warn(io, 'postalias', text);
  }
  return 0;
}

if (import.meta.main) await runMain('newaliases', newaliases);
