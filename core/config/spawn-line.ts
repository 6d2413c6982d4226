/** What a spawn line of master.cf says: user and command. spawn(8) · Postfix: src/spawn/spawn.c */
import { type Accounts, accountByName, groupByName } from './accounts.ts';

export interface SpawnLine {
  readonly uid: number;
  readonly gid: number;
  /** The program and its arguments. */
  readonly argv: readonly string[];
}

/** The words behind `spawn`, or what spawn(8) dies of, in its words. @param mailOwner of main.cf */
export function readSpawnLine(
  words: readonly string[],
  accounts: Accounts,
  mailOwner: string,
): SpawnLine | { readonly fatal: string } {
  let user: string | undefined;
  let argv: readonly string[] = [];
  for (const [index, word] of words.entries()) {
    if (word.startsWith('user=')) user = word.slice('user='.length);
    else if (word.startsWith('argv=')) {
      argv = [word.slice('argv='.length), ...words.slice(index + 1)].filter((each) => each !== '');
      break;
    } else return { fatal: `unknown attribute name: ${word}` };
  }
  if (user === undefined) return { fatal: 'missing user= attribute' };
  if (argv.length === 0) return { fatal: 'missing argv= attribute' };
  const [name = '', group = ''] = user.split(':');
  const account = accountByName(accounts, name);
  if (account === undefined) return { fatal: `unknown user name: ${name}` };
  const gid = group === '' ? account.gid : groupByName(accounts, group)?.gid;
  if (gid === undefined) return { fatal: `unknown group name: ${group}` };
  const { uid } = account;
  const owner = accountByName(accounts, mailOwner);
  if (uid === 0) return { fatal: 'request to deliver as root' };
  if (gid === 0) return { fatal: `request to use privileged group id ${gid}` };
  if (uid === owner?.uid) return { fatal: 'request to deliver as mail system owner' };
  if (gid === owner?.gid) return { fatal: `request to use mail system owner group id ${gid}` };
  return { uid, gid, argv };
}
