/** What `postfix check` warns about: rights that let others read or change mail. postfix(1) */
import fs from 'node:fs';
import { join } from 'node:path';
import { type Settings, textOf } from '#core';
import { mailOwner } from '../privileges.ts';
import { MAIL_DIRECTORIES, makeQueueDirectories } from '../queue-directories.ts';

/** Where root starts the server, the queue may be mail_owner's already; undefined: no such user. */
function mailUid(settings: Settings): number | undefined {
  try {
    return mailOwner(settings).uid;
  } catch {
    return undefined;
  }
}

/** Makes the queue directories that are missing and names what is wrong, in Postfix's words. */
export function checkSystem(directory: string, settings: Settings): readonly string[] {
  const queueDirectory = textOf(settings, 'queue_directory');
  const problems: string[] = [];
  const uid = process.getuid?.();
  const given = uid === 0 ? mailUid(settings) : undefined;
  for (const name of makeQueueDirectories(queueDirectory)) {
    const path = join(queueDirectory, name);
    const stat = fs.statSync(path);
    const isGiven = stat.uid === given && MAIL_DIRECTORIES.includes(name);
    if (uid !== undefined && stat.uid !== uid && !isGiven)
      problems.push(`not owned by ${uid === 0 ? 'root' : uid}: ${path}`);
    // As root has opened it to all who leave mail there.
    const isOpen = name === 'maildrop' && isGiven && (stat.mode & 0o1000) !== 0;
    if ((stat.mode & 0o022) !== 0 && !isOpen) problems.push(`group or other writable: ${path}`);
  }
  for (const name of fs.readdirSync(directory)) {
    const stat = fs.lstatSync(join(directory, name));
    if (!stat.isSymbolicLink() && (stat.mode & 0o022) !== 0)
      problems.push(`group or other writable: ${join(directory, name)}`);
  }
  for (const name of fs.readdirSync(join(queueDirectory, 'corrupt')))
    problems.push(`damaged message: corrupt/${name}`);
  return problems;
}
