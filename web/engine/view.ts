/**
 * What the page shows, as plain data: the same from the simulator in its worker and from a running server.
 *
 * See also: core/kernel/trace.ts (TraceEvent), postqueue(1), maillog.
 */
import type { Row, TraceEvent } from '#core';

/** The last trace event, told in the current locale. */
export interface StepView {
  readonly event: TraceEvent;
  readonly sentence?: string;
  /** Descriptions of the rows taken, each like `RFC 5321 §4.1.1.2 · smtpd(8)`. */
  readonly references: readonly string[];
}

/** A process as it is now. */
export interface ProcessNow {
  readonly process: string;
  readonly service: string;
  readonly pid: number;
  readonly chart: string;
  readonly state: string;
  readonly lastRows: readonly Row[];
  readonly lastN: number;
  /** `rowKey(row)` of every row taken so far by this process. */
  readonly visited: ReadonlySet<string>;
}

/** A queue file. Times are milliseconds since the epoch. */
export interface QueueEntry {
  readonly queue: string;
  readonly id: string;
  readonly sender?: string;
  readonly recipients?: readonly string[];
  readonly sizeBytes?: number;
  readonly arrivalAt?: number;
  readonly nextTryAt?: number;
}

/** A delivered message: its text is latin1-in-a-string, LF. */
export interface MailEntry {
  readonly user: string;
  readonly folder: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly text: string;
}

export interface TerminalLine {
  readonly n: number;
  readonly from: 'client' | 'server' | 'note';
  readonly text: string;
}

/** One line each, without its CRLF. */
export interface TerminalView {
  readonly name: string;
  readonly title: string;
  readonly isOpen: boolean;
  readonly canType: boolean;
  readonly lines: readonly TerminalLine[];
}

export type MarkKind = 'connection' | 'queue' | 'delivery' | 'deferral' | 'error';

/** A place on the time bar. */
export interface Mark {
  readonly n: number;
  readonly t: number;
  readonly kind: MarkKind;
}

export interface BranchView {
  readonly id: number;
  readonly length: number;
  readonly isCurrent: boolean;
  readonly forkN: number;
}

export interface PageView {
  readonly mode: 'simulated' | 'live';
  /** The earliest event one can go back to; 0 = the very beginning. */
  readonly first: number;
  readonly n: number;
  readonly length: number;
  readonly now: number;
  readonly atTip: boolean;
  readonly branches: readonly BranchView[];
  readonly marks: readonly Mark[];
  readonly step?: StepView;
  readonly processes: readonly ProcessNow[];
  readonly queues: readonly QueueEntry[];
  /** Queue files by queue, for the badges: a server counts more than it has told. */
  readonly counts: Readonly<Record<string, number>>;
  readonly mail: readonly MailEntry[];
  readonly terminals: readonly TerminalView[];
  readonly log: readonly string[];
}

/** Names a row within its chart. */
export function rowKey(row: Row): string {
  return `${row.state}|${row.event}|${row.index}`;
}
