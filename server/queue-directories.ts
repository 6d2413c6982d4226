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

/** Makes those that are missing; mail_owner must get through to his own. Answers all their names. */
export function makeQueueDirectories(queueDirectory: string): readonly string[] {
  fs.mkdirSync(queueDirectory, { recursive: true, mode: 0o755 });
  const names = [...MAIL_DIRECTORIES, ...MASTER_DIRECTORIES];
  for (const name of names) fs.mkdirSync(join(queueDirectory, name), { recursive: true, mode: 0o700 });
  return names;
}
