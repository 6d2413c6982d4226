/** pid/master.pid below the queue directory: one server for one queue, and how commands find it. master(8) */
import fs from 'node:fs';
import { join } from 'node:path';

function pathOf(queueDirectory: string): string {
  return join(queueDirectory, 'pid', 'master.pid');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else lives too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The process that serves a queue directory; undefined when none does. */
export function runningPid(queueDirectory: string): number | undefined {
  let text: string;
  try {
    text = fs.readFileSync(pathOf(queueDirectory), 'latin1');
  } catch {
    return undefined;
  }
  const pid = Number(text);
  return Number.isInteger(pid) && pid > 1 && isAlive(pid) ? pid : undefined;
}

/** Takes the queue for this process. Throws an Error when another has it. */
export function takePidFile(queueDirectory: string): () => void {
  const path = pathOf(queueDirectory);
  const pid = runningPid(queueDirectory);
  if (pid !== undefined && pid !== process.pid)
    throw new Error(`the Postfix mail system is already running (PID ${pid}, queue ${queueDirectory})`);
  fs.writeFileSync(path, `${String(process.pid).padStart(16)}\n`, { mode: 0o600 });
  return () => fs.rmSync(path, { force: true });
}
