/**
 * File names in a Maildir: unique without a lock, because time, inode and host are in them. local(8)
 */

/** What makes a name in tmp/ unique. */
export interface MaildirTmp {
  readonly sec: number;
  readonly pid: number;
  readonly host: string;
}

/** What makes a name in new/ unique: the file's device and inode, and when delivery began. */
export interface MaildirNew {
  readonly sec: number;
  readonly usec: number;
  readonly dev: number;
  readonly inode: number;
  readonly host: string;
}

/** `1202720712.P4711.mail.gouv.bj` */
export function maildirTmpName({ sec, pid, host }: MaildirTmp): string {
  return `${sec}.P${pid}.${safeHost(host)}`;
}

/** `1202720712.Vfd01I2a3b4cM390151.mail.gouv.bj` */
export function maildirName({ sec, usec, dev, inode, host }: MaildirNew): string {
  return `${sec}.V${dev.toString(16)}I${inode.toString(16)}M${usec}.${safeHost(host)}`;
}

/** A host name cannot leave the directory, nor begin the flags of a message. */
function safeHost(host: string): string {
  return host.replaceAll('/', '\\057').replaceAll(':', '\\072');
}
