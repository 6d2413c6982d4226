/**
 * The letters of the lab's users: names and sizes, and the text of one. Read with the user's own rights, without
 * following links out of the folder. maildir(5)
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { type Account, accountByName, type Settings, textOf } from '#core';
import type { ActAs } from '../act-as.ts';
import { errorCode } from '../paths.ts';

const FOLDERS = ['new', 'cur'] as const;
type Folder = (typeof FOLDERS)[number];
/** Letters listed per folder, the latest ones. */
const LISTED = 500;
const READ_BYTES = 1024 * 1024;

export interface Letter {
  readonly folder: Folder;
  readonly name: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Mailbox {
  readonly user: string;
  readonly letters: readonly Letter[];
}

export interface Mailboxes {
  list(): readonly Mailbox[];
  /** The letter's bytes, cut at 1 MiB; undefined when a name is wrong or nothing is there. */
  read(user: string, folder: string, name: string): Uint8Array<ArrayBuffer> | undefined;
}

/** The users' Maildirs below their homes (home_mailbox); a mailbox in another form shows no letters. */
export function createMailboxes(settingsNow: () => Settings, actAs: ActAs | undefined): Mailboxes {
  function asUser<Result>({ uid, gid }: Account, run: () => Result): Result {
    const back = actAs?.({ uid, gid });
    try {
      return run();
    } finally {
      back?.();
    }
  }

  function directoryOf(account: Account, folder: Folder): string | undefined {
    const place = textOf(settingsNow(), 'home_mailbox');
    return place.endsWith('/') ? join(account.home, place, folder) : undefined;
  }

  return {
    list: () =>
      [...settingsNow().tables.accounts.byName.values()].map((account) => ({
        user: account.name,
        letters: asUser(account, () =>
          FOLDERS.flatMap((folder) => listFolder(directoryOf(account, folder), folder)),
        ),
      })),
    read: (user, folder, name) => {
      const account = accountByName(settingsNow().tables.accounts, user);
      const known = FOLDERS.find((each) => each === folder);
      if (account === undefined || known === undefined || !/^[^./\0][^/\0]*$/.test(name)) return undefined;
      const directory = directoryOf(account, known);
      return directory === undefined ? undefined : asUser(account, () => readLetter(join(directory, name)));
    },
  };
}

function listFolder(directory: string | undefined, folder: Folder): readonly Letter[] {
  if (directory === undefined) return [];
  let names: readonly string[];
  try {
    names = fs.readdirSync(directory).filter((name) => !name.startsWith('.'));
  } catch {
    // No letter has come yet, or the folder is not the user's to read.
    return [];
  }
  return [...names]
    .sort()
    .slice(-LISTED)
    .flatMap((name) => {
      const stat = fs.lstatSync(join(directory, name), { throwIfNoEntry: false });
      if (stat?.isFile() !== true) return [];
      return [{ folder, name, sizeBytes: stat.size, at: Math.floor(stat.mtimeMs) }];
    });
}

function readLetter(path: string): Uint8Array<ArrayBuffer> | undefined {
  let fd: number;
  try {
    fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'EACCES', 'ENAMETOOLONG', 'ENOTDIR'].includes(errorCode(error))) return undefined;
    throw error;
  }
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) return undefined;
    const bytes = new Uint8Array(Math.min(stat.size, READ_BYTES));
    return bytes.subarray(0, fs.readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    fs.closeSync(fd);
  }
}
