/** Starting the server as a process of its own, and waiting until it listens. postfix(1), master(8) */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Io } from './program.ts';

/** How long a start may take. */
const START_WAIT_MS = 30_000;

/**
 * Starts `postfix start-fg` detached from this terminal. What it says before it listens is said here; later
 * it has its log alone.
 *
 * @returns 0 once it listens, else its exit code
 */
export function startDetached(io: Io, directory: string): Promise<number> {
  const program = fileURLToPath(new URL('./postfix.ts', import.meta.url));
  const child = spawn(process.execPath, [program, '-c', directory, 'start-fg'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const { stderr } = child;
  stderr?.on('data', (bytes: Buffer) => io.err(bytes.toString('latin1')));
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      io.err('postfix: fatal: the server does not answer\n');
      child.kill('SIGKILL');
      resolve(1);
    }, START_WAIT_MS);
    const end = (code: number): void => {
      clearTimeout(timer);
      resolve(code);
    };
    child.once('error', () => end(1));
    child.once('close', (code) => end(code === 0 ? 1 : (code ?? 1)));
    child.once('message', () => {
      child.disconnect();
      child.unref();
      stderr?.destroy();
      end(0);
    });
  });
}
