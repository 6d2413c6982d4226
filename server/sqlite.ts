/**
 * The databases behind sqlite tables, read by node:sqlite. sqlite_table(5)
 *
 * A database is opened when it is first asked, with the rights that daemons have: mail_owner must be able to
 * read it. Parameter files are read with root's, as tables are.
 */
import { DatabaseSync } from 'node:sqlite';
import type { SqlAnswer } from '#core';

const toUtf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
const toLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** A database that is there; undefined values in rows are null. */
function firstColumn(database: DatabaseSync, sql: string): SqlAnswer {
  let at: 'prepare' | 'step' = 'prepare';
  try {
    const statement = database.prepare(toUtf8(sql));
    at = 'step';
    statement.setReturnArrays(true);
    const rows = statement.all() as unknown as readonly (readonly unknown[])[];
    return { values: rows.map(([value]) => textOf(value)) };
  } catch (error) {
    return { error: toLatin1(error instanceof Error ? error.message : String(error)), at };
  }
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : toLatin1(String(value));
}

/** Makes what asks one table's database; it stays open. */
export function sqliteAsker(): (dbpath: string, sql: string) => SqlAnswer {
  let database: DatabaseSync | undefined;
  return (dbpath, sql) => {
    try {
      database ??= new DatabaseSync(dbpath, { readOnly: true, allowExtension: false });
    } catch (error) {
      return { error: toLatin1(error instanceof Error ? error.message : String(error)), at: 'open' };
    }
    return firstColumn(database, sql);
  };
}
