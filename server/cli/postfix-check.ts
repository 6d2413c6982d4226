/** What `postfix check` warns about: rights that let others read or change mail. postfix(1) */
import fs from 'node:fs';
import { join } from 'node:path';

const QUEUES = [
  ...['active', 'bounce', 'corrupt', 'defer', 'deferred', 'hold', 'incoming', 'maildrop', 'pid', 'private'],
  ...['public', 'trace', 'flush', 'saved'],
];

/**
 * Makes the queue directories that are missing and names what is wrong, in Postfix's words. Here the queue
 * belongs to the user who runs the server, not to a user `postfix`.
 */
export function checkSystem(directory: string, queueDirectory: string): readonly string[] {
  const problems: string[] = [];
  const uid = process.getuid?.();
  // mail_owner must get through.
  fs.mkdirSync(queueDirectory, { recursive: true, mode: 0o755 });
  for (const name of QUEUES) {
    const path = join(queueDirectory, name);
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
    const stat = fs.statSync(path);
    if (uid !== undefined && stat.uid !== uid)
      problems.push(`not owned by ${uid === 0 ? 'root' : uid}: ${path}`);
    if ((stat.mode & 0o022) !== 0) problems.push(`group or other writable: ${path}`);
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
