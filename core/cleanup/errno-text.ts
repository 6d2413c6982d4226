/** Names of system errors as the C library says them, for log lines. errno(3) */
const TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EDQUOT: 'Disk quota exceeded',
  EEXIST: 'File exists',
  EFBIG: 'File too large',
  EIO: 'Input/output error',
  EMFILE: 'Too many open files',
  ENFILE: 'Too many open files in system',
  ENOENT: 'No such file or directory',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
};

/** `ENOSPC` → `No space left on device`; a rare code stays as it is. */
export function errnoText(code: string): string {
  return TEXTS[code] ?? code;
}
