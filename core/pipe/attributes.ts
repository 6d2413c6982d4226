/** What a pipe line of master.cf says: flags, user, command. pipe(8) · Postfix: src/pipe/pipe.c */
import { type Accounts, accountByName, groupByName } from '../config/accounts.ts';
import type { Owner } from '../kernel/effects.ts';

export interface Attributes {
  /** Letters of flags=. */
  readonly flags: string;
  readonly as: Owner;
  /** The command, macros as written. */
  readonly argv: readonly string[];
  /** '' = queue_directory. */
  readonly directory: string;
  readonly eol: string;
  /** What ${sender} is for the null sender. */
  readonly nullSender: string;
  /** 0 = no limit. */
  readonly sizeBytes: number;
}

/** The attributes, or why there are none: what pipe(8) dies of. */
export type AttributesResult =
  | { readonly ok: true; readonly attributes: Attributes }
  | { readonly ok: false; readonly fatal: string };

const FLAGS = '.>BDFORXhqu';
const NAMES = ['flags', 'user', 'argv', 'directory', 'eol', 'null_sender', 'size'];

function failed(fatal: string): AttributesResult {
  return { ok: false, fatal };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };

/** Backslash sequences of C. */
function plain(text: string): string {
  return text.replace(/\\(.)/g, (_all, letter: string) => ESCAPES[letter] ?? letter);
}

/** Neither root nor the mail system may run what a message is given to. */
function ownerOf(said: string, accounts: Accounts, mailOwner: string): Owner | string {
  const [name = '', group] = said.split(':');
  const account = accountByName(accounts, name);
  if (account === undefined) return `unknown username: ${name}`;
  const { uid } = account;
  const gid = group === undefined ? account.gid : groupByName(accounts, group)?.gid;
  if (gid === undefined) return `unknown group: ${group}`;
  if (uid === 0) return 'user= command-line attribute specifies root privileges';
  const owner = accountByName(accounts, mailOwner);
  if (uid === owner?.uid) return `user= command-line attribute specifies mail system owner ${mailOwner}`;
  if (gid === 0) return 'user= command-line attribute specifies privileged group id 0';
  if (gid === owner?.gid)
    return `user= command-line attribute specifies mail system owner ${mailOwner} group id ${gid}`;
  return { uid, gid };
}

/**
 * The words behind `pipe` in master.cf.
 *
 * Differs: `chroot=` is refused; where the server was not started as root, the command runs as the user who
 * runs the server, whoever `user=` names.
 */
export function readAttributes(
  words: readonly string[],
  accounts: Accounts,
  mailOwner: string,
): AttributesResult {
  const said = new Map<string, string>();
  let argv: readonly string[] = [];
  for (const [index, word] of words.entries()) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (equals < 0 || !NAMES.includes(name)) return failed(`unknown attribute name: ${name}`);
    said.set(name, word.slice(equals + 1));
    if (name !== 'argv') continue;
    argv = [word.slice(equals + 1), ...words.slice(index + 1)];
    break;
  }
  const flags = said.get('flags') ?? '';
  const unknown = [...flags].find((flag) => !FLAGS.includes(flag));
  if (unknown !== undefined) return failed(`unknown flag: ${unknown} (ignoring)`);
  const user = said.get('user');
  if (user === undefined) return failed('missing user= command-line attribute');
  if ((argv[0] ?? '') === '') return failed('missing argv= command-line attribute');
  const size = said.get('size') ?? '0';
  if (!/^\d{1,15}$/.test(size)) return failed(`bad size: ${size}`);
  const as = ownerOf(user, accounts, mailOwner);
  if (typeof as === 'string') return failed(as);
  const [directory = '', nullSender = 'MAILER-DAEMON'] = [said.get('directory'), said.get('null_sender')];
  const eol = plain(said.get('eol') ?? '\\n');
  return {
    ok: true,
    attributes: { flags, as, argv, directory, eol, nullSender, sizeBytes: Number(size) },
  };
}
