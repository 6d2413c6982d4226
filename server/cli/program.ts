/**
 * What all commands share: where they read and write, how they complain and end. sysexits(3)
 *
 * Text is latin1 in a string, one character a byte, so that any byte passes unchanged.
 */
import fs from 'node:fs';
import { printable } from '#core';
import { ConfigurationError } from '../load.ts';

/** The world of a command; tests give one of their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** All of standard input. */
  stdin(): Buffer;
}

/** Exit codes of sysexits(3) that commands use; `fatal:` alone ends with 1. */
export const EXIT = {
  ...{ usage: 64, dataError: 65, noUser: 67, unavailable: 69, software: 70, osError: 71 },
  ...{ tempFail: 75, noPermission: 77 },
} as const;

/** Ends a command: `NAME: fatal: TEXT` on standard error and the exit code. */
export class Fatal extends Error {
  readonly code: number;
  constructor(text: string, code = 1) {
    super(text);
    this.code = code;
  }
}

/** A command: its words without its own name; answers the exit code. */
export type Command = (args: readonly string[], io: Io) => number | Promise<number>;

/** The configuration directory: -c, else MAIL_CONFIG, else /etc/postfix. postconf(5) config_directory */
export function configDirectory(option?: string): string {
  return option ?? process.env.MAIL_CONFIG ?? '/etc/postfix';
}

/** Warns as `NAME: warning: TEXT`. */
export function warn(io: Io, name: string, text: string): void {
  io.err(`${name}: warning: ${printable(text)}\n`);
}

/** Runs a command with Postfix's way of ending. */
export async function runCommand(
  name: string,
  command: Command,
  args: readonly string[],
  io: Io,
): Promise<number> {
  try {
    return await command(args, io);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      for (const { text } of error.problems) io.err(`${name}: fatal: ${printable(text)}\n`);
      return 1;
    }
    const text = error instanceof Error ? error.message : String(error);
    io.err(`${name}: fatal: ${printable(text)}\n`);
    return error instanceof Fatal ? error.code : 1;
  }
}

/** getopt's complaint, then Postfix's usage line. */
export function usageError(io: Io, name: string, complaint: string, usage: string, code = 1): Fatal {
  io.err(`${name}: ${complaint}\n`);
  return new Fatal(usage, code);
}

/** Standard streams; what cannot be written any more (a closed pipe) ends the command. */
const standard: Io = {
  out: (text) => writeAll(1, text),
  err: (text) => writeAll(2, text),
  stdin: () => fs.readFileSync(0),
};

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let done = 0; done < bytes.length; ) {
    try {
      done += fs.writeSync(fd, bytes, done);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EAGAIN') continue;
      process.exit(code === 'EPIPE' ? 141 : EXIT.osError);
    }
  }
}

/** Runs the command on this process's own arguments, bytes as latin1, and ends the process. */
export async function runMain(name: string, command: Command): Promise<never> {
  const args = process.argv.slice(2).map((word) => Buffer.from(word, 'utf8').toString('latin1'));
  process.exit(await runCommand(name, command, args, standard));
}
