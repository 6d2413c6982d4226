/**
 * failure - what a disk error means for the mail: come back later, or not at all.
 *
 * local(8) DIAGNOSTICS · RFC 3463 §3.3 · Postfix: src/global/mbox_conf.c, src/local/maildir.c
 */
import type { Effect } from '../kernel/effects.ts';
import type { Verdict } from './shared.ts';
import type { Target } from './types.ts';

/** At which point, and the errno name. */
export interface Failure {
  readonly doing: 'open' | 'read' | 'write';
  readonly code: string;
}

const WORDS: Readonly<Record<string, string>> = {
  ...{ ENOSPC: 'No space left on device', EACCES: 'Permission denied', EIO: 'Input/output error' },
  ...{ EDQUOT: 'Disk quota exceeded', ENOTDIR: 'Not a directory', EROFS: 'Read-only file system' },
  ...{ EFBIG: 'File too large', EMFILE: 'Too many open files', EAGAIN: 'Resource temporarily unavailable' },
  ...{ ENOENT: 'No such file or directory', EISDIR: 'Is a directory', EPERM: 'Operation not permitted' },
  ...{ ELOOP: 'Too many levels of symbolic links', EEXIST: 'File exists', ENOMEM: 'Cannot allocate memory' },
  ...{ EMLINK: 'file has multiple links', ENOTSUP: 'not a regular file', ESTALE: 'Stale file handle' },
};

const BUSY = ['EAGAIN', 'ESTALE', 'EEXIST'];
/** The place itself is wrong: waiting does not help. */
const WRONG = ['EACCES', 'EPERM', 'ENOTDIR', 'EISDIR', 'ENOENT', 'ELOOP', 'EMLINK', 'ENOTSUP'];

/**
 * Differs: an error of the disk itself (EIO, EROFS) waits (4.3.0), because a repaired disk can take the mail;
 * Postfix returns it with 5.2.0.
 */
function dsnOf(code: string): string {
  if (BUSY.includes(code)) return '4.2.0';
  if (code === 'EDQUOT' || code === 'EFBIG') return '5.2.2';
  return WRONG.includes(code) ? '5.2.0' : '4.3.0';
}

function reasonOf(target: Target, { doing, code }: Failure): string {
  const words = WORDS[code] ?? code;
  if (doing === 'write') return `error writing message: ${words}`;
  if (target.format === 'maildir') return `create maildir file ${target.path}: ${words}`;
  if (code === 'EAGAIN') return `unable to create lock file ${target.path}.lock: File exists`;
  return `cannot open file: ${words}`;
}

/** Full disks and busy locks pass, quotas and foreign files do not. */
export function verdictOf(target: Target, failure: Failure): Verdict {
  if (failure.doing === 'read') {
    return { status: 'deferred', dsn: '4.3.0', text: `queue file read error: ${failure.code}` };
  }
  const dsn = dsnOf(failure.code);
  const status = dsn.startsWith('4') ? 'deferred' : 'bounced';
  const reason = reasonOf(target, failure);
  if (target.format === 'maildir') return { status, dsn, text: `maildir delivery failed: ${reason}` };
  if (target.account === undefined)
    return { status, dsn, text: `cannot append message to file ${target.path}: ${reason}` };
  return {
    status,
    dsn,
    text: `cannot update mailbox ${target.path} for user ${target.account.name}. ${reason}`,
  };
}

/** What the administrator is told about a Maildir that may not be made. */
export function warningsOf(target: Target, failure: Failure): readonly Effect[] {
  if (target.format !== 'maildir' || failure.code !== 'EACCES') return [];
  const { uid, gid } = target.as;
  const texts = [
    `maildir access problem for UID/GID=${uid}/${gid}: ${reasonOf(target, failure)}`,
    'perhaps you need to create the maildirs in advance',
  ];
  const because = { rule: 'maildir' };
  return texts.map((text) => ({ type: 'log', level: 'warning', text, because }));
}
