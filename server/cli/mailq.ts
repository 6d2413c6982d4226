/** mailq - lists the mail queue: sendmail(1) -bp by its old name. mailq(1) */
import { loadMain } from '../load.ts';
import { lastOf, readOptions } from './options.ts';
import { showQueue } from './postqueue.ts';
import { configDirectory, EXIT, Fatal, type Io, runCommand, runMain, usageError, warn } from './program.ts';

/** mailq(1); -C names the configuration directory, as for sendmail. */
export function mailq(args: readonly string[], io: Io): Promise<number> {
  const line = readOptions(args, 'C:c:v');
  if (!line.ok) throw usageError(io, 'mailq', line.complaint, 'usage: mailq [options]', EXIT.usage);
  if (line.words.length > 0) throw new Fatal('display queue mode requires no recipient', EXIT.usage);
  const directory = configDirectory(lastOf(line.options, 'C') ?? lastOf(line.options, 'c'));
  const show = (): Promise<number> =>
    showQueue(
      io,
      loadMain(directory, (text) => warn(io, 'postqueue', text)),
      false,
    );
  // It is postqueue(1) that does it, and that complains.
  return runCommand('postqueue', show, [], io);
}

if (import.meta.main) await runMain('mailq', mailq);
