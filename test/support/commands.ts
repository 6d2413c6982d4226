/** Runs a command of ours in this process and a real one as a child, with the same kind of answer. */
import { spawnSync } from 'node:child_process';
import { type Command, runCommand } from '../../server/cli/program.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Our command, without a process of its own. Text is latin1. */
export async function ours(
  name: string,
  command: Command,
  args: readonly string[],
  stdin = '',
): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await runCommand(name, command, args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: () => Buffer.from(stdin, 'latin1'),
  });
  return { code, out, err };
}

/** A program by path. Text is latin1; the program's name in its complaints is without its folder. */
export function real(path: string, args: readonly string[], stdin = ''): Ran {
  const { status, stdout, stderr } = spawnSync(path, args, { input: Buffer.from(stdin, 'latin1') });
  const err = stderr.toString('latin1').replaceAll(path, path.split('/').at(-1) ?? '');
  return { code: status ?? -1, out: stdout.toString('latin1'), err };
}

/** Lines sorted, each once: for what comes in the order of a hash table. */
export function sortedLines(text: string): readonly string[] {
  return [...new Set(text.split('\n'))].sort();
}
