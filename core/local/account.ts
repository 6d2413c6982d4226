/** The account behind a user name; names are compared as they are and in lower case. passwd(5) */
import type { Account } from '../config/accounts.ts';
import type { Settings } from '../config/settings.ts';

/** Undefined: no such user. */
export function accountOf(settings: Settings, user: string): Account | undefined {
  const { byName } = settings.tables.accounts;
  return byName.get(user) ?? byName.get(user.toLowerCase());
}
