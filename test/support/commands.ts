/** Runs a command of ours in this process and a real one as a child, with the same kind of answer. */
import { spawn } from 'node:child_process';
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
export function real(path: string, args: readonly string[], stdin = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('latin1').on('data', (text: string) => {
      err += text;
    });
    child.stdin.on('error', () => undefined).end(Buffer.from(stdin, 'latin1'));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code: code ?? -1, out, err: err.replaceAll(path, path.split('/').at(-1) ?? '') }),
    );
  });
}

/** Lines sorted, each once: for what comes in the order of a hash table. */
export function sortedLines(text: string): readonly string[] {
  return [...new Set(text.split('\n'))].sort();
}
