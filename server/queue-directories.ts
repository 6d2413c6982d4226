/** The directories below queue_directory, by whose they are when root starts the server. qmgr(8) QUEUES */
import fs from 'node:fs';
import { join } from 'node:path';

/** Those of mail, which are mail_owner's. */
export const MAIL_DIRECTORIES: readonly string[] = [
  ...['maildrop', 'incoming', 'active', 'deferred', 'hold', 'corrupt', 'bounce', 'defer', 'trace'],
  ...['flush', 'saved', 'journal'],
];

/** Those by which programs find one another: they stay with whoever starts the server. */
const MASTER_DIRECTORIES: readonly string[] = ['private', 'public', 'pid'];
/**
 * Through these everybody may go; each socket says who may use it.
 * Differs: Postfix keeps `public` to the group of its set-gid programs and `private` to mail_owner, who could
 * replace a socket there.
 */
const OPEN_DIRECTORIES: readonly string[] = ['private', 'public'];

/** Makes those that are missing; mail_owner must get through to his own. Answers all their names. */
export function makeQueueDirectories(queueDirectory: string): readonly string[] {
  fs.mkdirSync(queueDirectory, { recursive: true, mode: 0o755 });
  const names = [...MAIL_DIRECTORIES, ...MASTER_DIRECTORIES];
  for (const name of names) fs.mkdirSync(join(queueDirectory, name), { recursive: true, mode: 0o700 });
  for (const name of OPEN_DIRECTORIES) openTo(join(queueDirectory, name));
  return names;
}

function openTo(path: string): void {
  const { uid, mode } = fs.lstatSync(path);
  if (uid === process.getuid?.() && (mode & 0o777) === 0o700) fs.chmodSync(path, 0o711);
}
