/** Who calls a command, and whether a list of users has him. Postfix: src/global/user_acl.c */
import fs from 'node:fs';
import {
  type Account,
  accountByName,
  accountByUid,
  matchString,
  parseAccounts,
  type Settings,
  textOf,
} from '#core';

/** A number's account in the system's own passwd(5). */
export function accountOfUid(uid: number): Account | undefined {
  return accountByUid(parseAccounts(fs.readFileSync('/etc/passwd', 'latin1')), uid);
}

/** mail_owner's number; undefined: there is no such user. */
export function ownerUid(settings: Settings): number | undefined {
  const accounts = parseAccounts(fs.readFileSync('/etc/passwd', 'latin1'));
  return accountByName(accounts, textOf(settings, 'mail_owner'))?.uid;
}

/**
 * Undefined where the list (authorized_submit_users and its kin) has the user, else his name there:
 * `unknown` for a number without an account.
 */
export function refusedBy(settings: Settings, list: string, uid: number): string | undefined {
  if (textOf(settings, list).startsWith('static:')) return undefined;
  const name = accountOfUid(uid)?.name ?? 'unknown';
  return matchString(settings, list, name).type === 'match' ? undefined : name;
}
