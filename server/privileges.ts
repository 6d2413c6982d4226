/**
 * Giving root up once all ports are open: the queue becomes mail_owner's, the process goes on as that user.
 * postconf(5) mail_owner · master(5) unprivileged column · docs/decisions/0013-privileges.md
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { accountByName, type Owner, parseAccounts, type Settings, textOf } from '#core';
import type { Rights } from './act-as.ts';

/** Why root was not given up, in both languages. */
export class PrivilegeError extends Error {
  readonly fr: string;
  constructor(en: string, fr: string) {
    super(en);
    this.fr = fr;
  }
}

/** The account that mail_owner names, in the system's own passwd(5). Throws a PrivilegeError. */
export function mailOwner(settings: Settings): Owner & { readonly name: string } {
  const name = textOf(settings, 'mail_owner');
  const account = accountByName(parseAccounts(fs.readFileSync('/etc/passwd', 'latin1')), name);
  const where = `file ${textOf(settings, 'config_directory')}/main.cf: parameter mail_owner`;
  if (account === undefined)
    throw new PrivilegeError(
      `${where}: unknown user name value: ${name}`,
      `Le compte ${name} que nomme mail_owner n’existe pas : créez-le, ou nommez-en un autre.`,
    );
  if (account.uid === 0 || account.gid === 0)
    throw new PrivilegeError(
      `${where}: user ${name} has privileged user ID: ${account.uid}`,
      `mail_owner ne doit pas être root : nommez un compte sans droits.`,
    );
  return { name, uid: account.uid, gid: account.gid };
}

/** Gives a directory of root and root's files in it to somebody; links and files of two names are not. */
function give(directory: string, owner: Owner, withFiles: boolean): void {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) give(path, owner, withFiles);
    else if (withFiles && entry.isFile()) giveFile(path, owner);
  }
  fs.lchownSync(directory, owner.uid, owner.gid);
}

function giveFile(path: string, owner: Owner): void {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  try {
    const { uid, nlink } = fs.fstatSync(fd);
    if (uid === 0 && nlink === 1) fs.fchownSync(fd, owner.uid, owner.gid);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Queue directories that are still root's (new ones, or of a server that kept root) become mail_owner's.
 * Those that are mail_owner's already are not looked into: what is in them may be a trap. Files in
 * maildrop stay their sender's.
 */
function giveQueue(queueDirectory: string, names: readonly string[], owner: Owner): void {
  for (const name of names) {
    const directory = join(queueDirectory, name);
    const stat = fs.lstatSync(directory);
    if (stat.isDirectory() && stat.uid === 0) give(directory, owner, name !== 'maildrop');
  }
}

/** Anybody makes files here and removes his own; nobody sees which there are; they get the group's number. */
const MAILDROP_MODE = 0o3733;
/** Anybody may knock at a socket that he may write to. */
const PUBLIC_MODE = 0o711;

/**
 * Lets users leave mail in maildrop and wake pickup(8). A maildrop of setgid_group is a real Postfix's, whose
 * postdrop(1) has rights of its own: it stays as it is. docs/decisions/0020-local-submission.md
 */
function admitUsers(settings: Settings, queueDirectory: string, owner: Owner): void {
  const group = readGroupId(textOf(settings, 'setgid_group'));
  const flags = fs.constants.O_RDONLY | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW;
  const fd = fs.openSync(join(queueDirectory, 'maildrop'), flags);
  try {
    const { uid, gid } = fs.fstatSync(fd);
    if (uid !== owner.uid || (gid !== 0 && gid === group)) return;
    fs.fchownSync(fd, owner.uid, owner.gid);
    fs.fchmodSync(fd, MAILDROP_MODE);
    fs.chmodSync(join(queueDirectory, 'public'), PUBLIC_MODE);
  } finally {
    fs.closeSync(fd);
  }
}

/** The number of a group in group(5). */
function readGroupId(name: string): number | undefined {
  const lines = fs.readFileSync('/etc/group', 'latin1').split('\n');
  const line = lines.map((each) => each.split(':')).find(([first]) => first === name);
  return line === undefined ? undefined : Number(line[2]);
}

/**
 * Goes on as mail_owner. Answers the user's name.
 *
 * @param queues directories below queue_directory that are to be mail_owner's
 * @throws PrivilegeError when there is no such user or the queue is out of reach; then root is kept
 */
export function giveUpRoot(rights: Rights, settings: Settings, queues: readonly string[]): string {
  const owner = mailOwner(settings);
  const queueDirectory = textOf(settings, 'queue_directory');
  rights.confine(owner);
  try {
    fs.readdirSync(queueDirectory);
  } catch {
    rights.release();
    throw new PrivilegeError(
      `queue_directory ${queueDirectory} is out of reach for mail_owner ${owner.name}: open the folders above it (chmod a+x)`,
      `mail_owner ${owner.name} ne peut pas entrer dans ${queueDirectory} : ouvrez les dossiers parents (chmod a+x).`,
    );
  }
  rights.asRoot(() => {
    giveQueue(queueDirectory, queues, owner);
    admitUsers(settings, queueDirectory, owner);
  });
  return owner.name;
}
