/** What is logged of a policy server that cannot be asked, in Postfix's words. src/global/attr_clnt.c */
import type { Effect } from '../kernel/effects.ts';
import type { PolicyServer } from '../kernel/policy.ts';
import type { Reading } from './reply.ts';

/** What went wrong with a try. */
export type Trouble =
  | { readonly type: 'refused' | 'lost'; readonly reason: string; readonly reading: Reading }
  | { readonly type: 'unreachable' | 'silent'; readonly reading: Reading }
  | { readonly type: 'malformed' | 'endless' };

const ERRORS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'Permission denied'],
  ['ECONNREFUSED', 'Connection refused'],
  ['ECONNRESET', 'Connection reset by peer'],
  ['EHOSTUNREACH', 'No route to host'],
  ['ENETUNREACH', 'Network is unreachable'],
  ['ENOENT', 'No such file or directory'],
  ['EPIPE', 'Broken pipe'],
  ['ETIMEDOUT', 'Connection timed out'],
]);

/** A server that restarts is no news, unless it stays away. */
const QUIET = ['', 'EPIPE', 'ENOENT', 'ECONNRESET'];

/** The errno name of it; '' when there is none. */
function codeOf(trouble: Trouble): string {
  switch (trouble.type) {
    case 'refused':
      return trouble.reason;
    case 'lost':
      return trouble.reason === 'EOF' ? '' : trouble.reason;
    case 'unreachable':
    case 'silent':
      return 'ETIMEDOUT';
    case 'malformed':
    case 'endless':
      return '';
    default:
      return trouble satisfies never;
  }
}

/** strerror(3); Postfix calls an error that has no number an application's. */
function errorText(code: string): string {
  return code === '' ? 'Application error' : (ERRORS.get(code) ?? code);
}

function firstLine({ name }: PolicyServer, trouble: Trouble, code: string): string | undefined {
  switch (trouble.type) {
    case 'refused':
    case 'unreachable':
      return `connect to ${name}: ${errorText(code)}`;
    case 'malformed':
      return `missing attribute action in input from ${name}`;
    case 'endless':
      return `string length > 8192 characters from ${name} while reading input attribute value`;
    case 'lost':
    case 'silent': {
      if (!trouble.reading.begun) return undefined;
      const what = trouble.type === 'silent' ? 'timeout' : 'premature end-of-input';
      return `${what} on ${name} while reading input attribute name`;
    }
    default:
      return trouble satisfies never;
  }
}

/** The lines for a try that failed. @param isLast no other follows */
export function failureLog(server: PolicyServer, trouble: Trouble, isLast: boolean): readonly Effect[] {
  const code = codeOf(trouble);
  const texts: string[] = [];
  const first = firstLine(server, trouble, code);
  if (first !== undefined) texts.push(first);
  if (isLast || !QUIET.includes(code))
    texts.push(`problem talking to server ${server.name}: ${errorText(code)}`);
  return texts.map((text) => ({ type: 'log', level: 'warning', text }));
}
