/**
 * dot-forward - the user's own say about the mail: ~/.forward.
 *
 * local(8) "SECURITY" · forward(5) · postconf(5) forward_path · Postfix: src/local/dotforward.c
 */
import type { Account } from '../config/accounts.ts';
import { expand } from '../config/expand.ts';
import { rawOf, type Settings, textOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import { bytesToLatin1 } from '../wire/bytes.ts';
import { accountOf } from './account.ts';
import { linesOf } from './members.ts';
import { type Args, type Decision, finished, handle, nextWork, remember, restOf, workOf } from './shared.ts';
import type { MembersWork } from './types.ts';

/** postconf(5) forward_path for this user, in order; an extension that leads out of $home is ignored. */
export function forwardPaths(
  settings: Settings,
  account: Account,
  extension: string | undefined,
): readonly string[] {
  const allowed = textOf(settings, 'forward_expansion_filter');
  const asked = extension === undefined || extension.includes('/') ? '' : extension;
  const safe = [...asked].map((char) => (allowed.includes(char) ? char : '_')).join('');
  const values: Readonly<Record<string, string>> = {
    ...{ home: account.home, user: account.name, shell: account.shell, extension: safe },
    recipient_delimiter: safe === '' ? '' : textOf(settings, 'recipient_delimiter'),
  };
  const expansion = expand(rawOf(settings, 'forward_path'), (name) => values[name], settings.profile);
  const paths = expansion.ok ? expansion.text.split(/[\s,]+/) : [];
  return [...new Set(paths.filter((path) => path.startsWith('/')))];
}

/** A mailbox whose user may have said otherwise; what was said once is not asked again. */
export function nextMayForward({ context }: Args): boolean {
  const work = nextWork(context);
  if (work?.type !== 'mailbox') return false;
  const [path] = work.forwards;
  return path !== undefined && !context.served.has(`forward ${path}`);
}

/** Looks at the next file of forward_path, as the user. */
export function askForward({ context }: Args): Decision {
  const work = workOf(context, 'mailbox');
  const account = accountOf(context.settings, work.user);
  const [path = ''] = work.forwards;
  assert(account !== undefined, 'a mailbox has an account');
  const as = { uid: account.uid, gid: account.gid };
  return {
    context: { served: remember(context, `forward ${path}`) },
    effects: [{ type: 'file.read', file: handle(context, 'forward'), path, as }],
  };
}

const FORWARD_PATH = { parameter: 'forward_path' } as const;
const ABSENT = ['ENOENT', 'ENOTDIR', 'ENOTSUP', 'ELOOP', 'EISDIR', 'EACCES'];

/** Anything but "there is none": better wait than deliver to the wrong place. */
export function forwardIsUnreadable({ event }: Args): boolean {
  return event.type === 'file.failed' && !ABSENT.includes(event.code);
}

/** Puts the recipient off. */
export function deferForForward({ context, event }: Args): Decision {
  assert(event.type === 'file.failed', 'deferForForward belongs to file.failed');
  const text = `cannot read ${event.path ?? '.forward'}: ${event.code}`;
  return finished(context, { status: 'deferred', dsn: '4.3.0', text, because: FORWARD_PATH }, event.at);
}

/** Goes on to the next file of forward_path, or to the mailbox. */
export function forgetForward({ context }: Args): Decision {
  const work = workOf(context, 'mailbox');
  return { context: { work: [{ ...work, forwards: work.forwards.slice(1) }, ...restOf(context)] } };
}

/** A .forward counts only if the user (or root) owns it and nobody else can write to it. local(8) SECURITY */
export function forwardIsUnsafe({ context, event }: Args): boolean {
  if (event.type !== 'file.loaded') return false;
  const account = accountOf(context.settings, workOf(context, 'mailbox').user);
  return (
    account === undefined || (event.uid !== account.uid && event.uid !== 0) || (event.mode & 0o002) !== 0
  );
}

/** Ignores the file, with a warning. */
export function warnUnsafe({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'warnUnsafe belongs to file.loaded');
  const isWritable = (event.mode & 0o002) !== 0;
  const text = `file ${event.path} ${isWritable ? 'is world writable' : 'has bad owner'}`;
  return {
    ...forgetForward({ context, event }),
    effects: [{ type: 'log', level: 'warning', text, because: FORWARD_PATH }],
  };
}

/** An empty file says nothing: the mailbox it is. */
export function forwardIsEmpty({ event }: Args): boolean {
  return event.type === 'file.loaded' && linesOf(bytesToLatin1(event.bytes)).length === 0;
}

/** Its lines take the place of the mailbox. forward(5) */
export function useForward({ context, event }: Args): Decision {
  assert(event.type === 'file.loaded', 'useForward belongs to file.loaded');
  const { user, address, chain, for: index } = workOf(context, 'mailbox');
  const members: MembersWork = {
    ...{
      type: 'members',
      members: linesOf(bytesToLatin1(event.bytes)),
      of: user,
      owner: undefined,
      sendOn: true,
    },
    ...{ rewritten: [], resolved: [], address, for: index },
    chain: {
      ...{ name: `.forward of ${user}`, parent: chain },
      because: { parameter: 'forward_path', key: event.path ?? '' },
    },
  };
  return { context: { work: [members, ...restOf(context)] } };
}
