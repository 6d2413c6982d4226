/** terminal - a terminal of a person, and what stands on it. */

export interface TerminalLine {
  /** Number of the trace event. */
  readonly n: number;
  readonly t: number;
  readonly from: 'client' | 'server' | 'note';
  /** As it went over the line (latin1, CRLF); a note is a word for the page: `eof`, `reset`, `refused`… */
  readonly text: string;
}

export interface Terminal {
  readonly name: string;
  /** Terminals are numbered as they are first used. */
  readonly order: number;
  readonly person: string;
  readonly host: string;
  readonly port: number;
  readonly state: 'connecting' | 'open' | 'closed';
  readonly connection: number;
  readonly lines: readonly TerminalLine[];
  /** The last line the server has begun. */
  readonly unfinished: string;
  /** Complete replies so far. */
  readonly replies: number;
}
