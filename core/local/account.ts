/** The account behind a user name; names are compared as they are and in lower case. passwd(5) */
import type { Account } from '../config/accounts.ts';
import { type Settings, textOf } from '../config/settings.ts';
import type { Owner } from '../kernel/effects.ts';

/** Undefined: no such user. */
export function accountOf(settings: Settings, user: string): Account | undefined {
  const { byName } = settings.tables.accounts;
  return byName.get(user) ?? byName.get(user.toLowerCase());
}

/** The rights for files that an alias names; undefined: no such user. postconf(5) default_privs */
export function defaultOwner(settings: Settings): Owner | undefined {
  const account = accountOf(settings, textOf(settings, 'default_privs'));
  return account === undefined ? undefined : { uid: account.uid, gid: account.gid };
}
