/**
 * Everything a mail system can ask of the world, as plain data: the imperative mood.
 *
 * Two interpreters perform these: server/perform.ts on sockets and disks, sim/perform.ts in simulated time.
 * Paths are relative to queue_directory unless they begin with `/`.
 */
import type { Because, Causes } from '../mail/because.ts';
import type { Note } from './notes.ts';

/** On whose behalf a file outside the queue is touched; absent = the mail system itself. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Severity words of postlog(1). */
export type LogLevel = 'info' | 'warning' | 'error' | 'fatal' | 'panic';

/** Which entry of which table was found; no key when the table could not be asked. header_checks(5) */
export interface CheckHit extends Because {
  readonly table: string;
}

/** Bytes for the peer of this process; answered by nothing. Written in order. */
export interface NetWrite {
  readonly type: 'net.write';
  readonly bytes: Uint8Array;
  /** For the trace: the configuration that wants this said. */
  readonly because?: Because;
}
/** Send what is written, then close. Answered by net.closed. */
export interface NetClose {
  readonly type: 'net.close';
}
/**
 * A place to call, as Postfix's endpoints say it: a host's address or name with a port, or the path of a
 * UNIX-domain socket. smtpd_check_policy, milter and socketmap endpoints are of this form.
 */
export type Endpoint =
  | { readonly type: 'inet'; readonly host: string; readonly port: number }
  | { readonly type: 'unix'; readonly path: string };

/**
 * Call somebody; the process names the connection itself, and has as many as it wants beside the one that it
 * was born with. A name that is in use is dropped first. Answered by net.connected, or by net.lost.
 *
 * There is no time limit: who calls sets a timer, and drops the connection when it fires.
 */
export interface NetConnect {
  readonly type: 'net.connect';
  readonly connection: string;
  readonly endpoint: Endpoint;
}
/**
 * Bytes for whom this process has called; answered by nothing, written in order, none before net.connected.
 * What the peer does not read waits in memory: who sends much sets a timer for the answer.
 */
export interface NetSend {
  readonly type: 'net.send';
  readonly connection: string;
  readonly bytes: Uint8Array;
}
/**
 * Send what is written, then close; a call that is under way is given up. No event of this connection
 * follows, and its name is free. At `exit` all connections of the process end like this.
 */
export interface NetDrop {
  readonly type: 'net.drop';
  readonly connection: string;
}
/**
 * Send a datagram from a port of its own, which stays open under the name `socket` for what that address
 * answers; nobody else is heard. Answered by udp.received, or by udp.failed. udp(7)
 */
export interface UdpSend {
  readonly type: 'udp.send';
  readonly socket: string;
  readonly address: string;
  readonly port: number;
  readonly bytes: Uint8Array;
}
/** Give that port back; no event follows. */
export interface UdpClose {
  readonly type: 'udp.close';
  readonly socket: string;
}
/** Fire `timer.fired {timer}` after that time; setting it again replaces it. */
export interface TimerSet {
  readonly type: 'timer.set';
  readonly timer: string;
  readonly afterMs: number;
}
/** Forget a timer; no event follows. */
export interface TimerClear {
  readonly type: 'timer.clear';
  readonly timer: string;
}
/**
 * Make a new file that must not exist (O_EXCL, O_NOFOLLOW) and keep it open under the name `file`.
 * Missing parent directories are made with mode 0700. Answered by file.created or file.failed.
 */
export interface FileCreate {
  readonly type: 'file.create';
  readonly file: string;
  readonly path: string;
  readonly mode: number;
  readonly as?: Owner;
}
/**
 * Open a file for appending, making it where `mode` is given and it is missing; `lock` takes a dotlock and an
 * advisory lock first (mailbox_delivery_lock). Answered by file.opened or file.failed (EAGAIN: lock busy).
 */
export interface FileOpen {
  readonly type: 'file.open';
  readonly file: string;
  readonly path: string;
  readonly mode?: number;
  readonly lock?: boolean;
  readonly as?: Owner;
}
/** Add bytes at the end of an open file. A failure comes as file.failed, at the latest before file.synced. */
export interface FileAppend {
  readonly type: 'file.append';
  readonly file: string;
  readonly bytes: Uint8Array;
}
/** Replace bytes inside an open file, or inside the file at `path`. */
export interface FileWrite {
  readonly type: 'file.write';
  readonly file: string;
  readonly path?: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}
/** Cut an open file to a length: undo a half-written mailbox delivery. */
export interface FileTruncate {
  readonly type: 'file.truncate';
  readonly file: string;
  readonly sizeBytes: number;
}
/** Set the mode bits of an open file. */
export interface FileMode {
  readonly type: 'file.mode';
  readonly file: string;
  readonly mode: number;
}
/**
 * Make the open file *and its directory entry* durable; with `contentOnly` its bytes alone, because a durable
 * rename follows. Answered by file.synced or file.failed.
 */
export interface FileSync {
  readonly type: 'file.sync';
  readonly file: string;
  readonly contentOnly?: boolean;
}
/** Close an open file and give back its locks; no event follows. */
export interface FileClose {
  readonly type: 'file.close';
  readonly file: string;
}
/**
 * Rename a file, open or not; an open file keeps its name `file`. Must not replace an existing file unless
 * it is the same. Answered by file.renamed or file.failed. `durable` makes both directories durable before
 * the answer.
 */
export interface FileRename {
  readonly type: 'file.rename';
  readonly from: string;
  readonly to: string;
  readonly durable?: boolean;
  readonly as?: Owner;
}
/** Remove a file. Answered by file.removed or file.failed (ENOENT included). */
export interface FileRemove {
  readonly type: 'file.remove';
  readonly path: string;
  readonly as?: Owner;
}
/** Set a file's modification time (ms since the epoch): qmgr's "not before". No event unless it fails. */
export interface FileTouch {
  readonly type: 'file.touch';
  readonly path: string;
  readonly modifiedAt: number;
}
/** Read a whole file. Answered by file.loaded or file.failed. */
export interface FileRead {
  readonly type: 'file.read';
  readonly file: string;
  readonly path: string;
  /** A longer file is not read: file.failed with EFBIG. Absent: no limit. */
  readonly limitBytes?: number;
  readonly as?: Owner;
}
/** List the plain files of a directory; `depth` levels of one-character hash directories are walked too. */
export interface DirList {
  readonly type: 'dir.list';
  readonly path: string;
  readonly depth: number;
}
/**
 * Make a directory (mode 0700) and its missing parents; one that is there is fine. No event unless it
 * fails.
 */
export interface DirMake {
  readonly type: 'dir.make';
  readonly path: string;
  readonly as?: Owner;
}
/**
 * Run a command, never by a shell, with these bytes as its input. It is killed, with all it started, after
 * that time. Answered by process.ended.
 */
export interface ProcessRun {
  readonly type: 'process.run';
  /** The program and its arguments. */
  readonly argv: readonly Uint8Array[];
  readonly stdin: Uint8Array;
  /** Never root. */
  readonly as: Owner;
  /** '' = queue_directory. */
  readonly directory: string;
  /** Values, and names of variables that keep the value they have. */
  readonly environment: {
    readonly fixed: Readonly<Record<string, string>>;
    readonly kept: readonly string[];
  };
  readonly timeoutMs: number;
  /** So much of what it says is kept. */
  readonly outputBytes: number;
}
/** Give a note to a process (by its id) or to a service (by its name: the host finds or starts a process). */
export interface Send {
  readonly type: 'send';
  readonly to: string;
  readonly note: Note;
}
/** One log line in Postfix's form, without time stamp, host and tag: those the performer adds. */
export interface Log {
  readonly type: 'log';
  readonly level: LogLevel;
  readonly text: string;
  /** For the trace: the configuration that led to this. */
  readonly because?: Causes;
}
/**
 * For the trace alone, performed by nobody: the configuration has changed an address, or made mail wait, and
 * no log line or note of this step says so.
 */
export interface Explain {
  readonly type: 'explain';
  /** Queue id of the message, '' where it is about no single one. */
  readonly queueId: string;
  /** An address, the name of a header, or a destination. */
  readonly what: string;
  /** What has become of an address. */
  readonly becomes?: readonly string[];
  /** Until when mail waits, ms since the epoch. */
  readonly until?: number;
  /** In the order in which it was obeyed. */
  readonly because: readonly Because[];
}
/** This process is finished; its timers, files and connection are given back. */
export interface Exit {
  readonly type: 'exit';
}

export type FileEffect =
  | FileCreate
  | FileOpen
  | FileAppend
  | FileWrite
  | FileTruncate
  | FileMode
  | FileSync
  | FileClose
  | FileRename
  | FileRemove
  | FileTouch
  | FileRead
  | DirList
  | DirMake;

/** What a process does on connections that it has opened itself. */
export type CallEffect = NetConnect | NetSend | NetDrop;

export type DatagramEffect = UdpSend | UdpClose;

export type Effect =
  | NetWrite
  | NetClose
  | CallEffect
  | DatagramEffect
  | TimerSet
  | TimerClear
  | FileEffect
  | ProcessRun
  | Send
  | Log
  | Explain
  | Exit;
