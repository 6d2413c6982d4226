/**
 * How a command ended, as the state of a delivery. pipe(8) DIAGNOSTICS · sysexits(3) · Postfix:
 * src/global/pipe_command.c, sys_exits.c
 */
import type { ProcessEnded } from '../kernel/events.ts';
import type { Because } from '../mail/because.ts';
import { dsnClass, splitDsn } from '../mail/dsn.ts';
import { bytesToLatin1 } from '../wire/bytes.ts';

export interface Verdict {
  readonly status: 'sent' | 'deferred' | 'bounced';
  readonly dsn: string;
  readonly text: string;
  readonly because?: Because;
}

/** So much of what the command says is kept. */
export const OUTPUT_BYTES = 4096;

/** So much of it is logged of a message that was taken. */
const SHOWN_OUTPUT = 100;

/** sysexits(3) from 64 on. */
const EXITS: readonly (readonly [dsn: string, text: string])[] = [
  ['5.3.0', 'command line usage error'],
  ['5.6.0', 'data format error'],
  ['5.3.0', 'cannot open input'],
  ['5.1.1', 'user unknown'],
  ['5.1.2', 'host name unknown'],
  ['5.3.0', 'service unavailable'],
  ['5.3.0', 'internal software error'],
  ['4.3.0', 'system resource problem'],
  ['5.3.0', 'critical OS file missing'],
  ['5.2.0', "can't create user output file"],
  ['5.3.0', 'input/output error'],
  ['4.3.0', 'temporary failure'],
  ['5.5.0', 'remote error in protocol'],
  ['5.7.0', 'permission denied'],
  ['5.3.5', 'local configuration error'],
];
const FIRST_EXIT = 64;

function failed(dsn: string, text: string): Verdict {
  return { status: dsn.startsWith('4') ? 'deferred' : 'bounced', dsn, text };
}

/** White space of any kind as blanks, other controls as `_`. */
function shown(output: Uint8Array): string {
  return bytesToLatin1(output)
    .replace(/[\t\n\v\f\r]/g, ' ')
    .replace(/[\x00-\x1f\x7f]/g, '_');
}

/** What became of the message. @param command the program, for the text */
export function verdictOf({ how, output }: ProcessEnded, service: string, command: string): Verdict {
  const said = shown(output);
  const more = said === '' ? '' : `. Command output: ${said}`;
  switch (how.type) {
    case 'exited':
      return exited(how.status, said, more, service, command);
    case 'killed':
      return failed('4.3.0', `Command died with signal ${how.signal}: "${command}"${more}`);
    case 'timedOut':
      return {
        ...failed('5.3.0', `Command time limit exceeded: "${command}"${more}`),
        because: { parameter: 'transport_time_limit' },
      };
    case 'notRun':
      return failed(
        '4.3.0',
        `temporary failure. Command output: pipe: fatal: pipe_command: execvp ${command}: ${how.why} `,
      );
    default:
      return how satisfies never;
  }
}

function exited(status: number, said: string, more: string, service: string, command: string): Verdict {
  if (status === 0) {
    const words = said.trimEnd().slice(0, SHOWN_OUTPUT);
    const text = `delivered via ${service} service${words === '' ? '' : ` (${words})`}`;
    return { status: 'sent', dsn: '2.0.0', text };
  }
  const own = splitDsn(said);
  // "2.x.x" is no failure: the text counts, the code does not.
  if (own !== undefined) return failed(dsnClass(own.dsn) === '2' ? '5.0.0' : own.dsn, own.text);
  const known = EXITS[status - FIRST_EXIT];
  if (known !== undefined) return failed(known[0], `${known[1]}${more}`);
  return failed('5.3.0', `Command died with status ${status}: "${command}"${more}`);
}
