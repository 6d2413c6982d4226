/** What is said to milters on behalf of smtpd(8) and cleanup(8), and what they want. MILTER_README */
import type { Endpoint } from './effects.ts';

/** Where Postfix may say something about the session: each has its list of macros. postconf(5) */
export type MilterStage = 'connect' | 'helo' | 'mail' | 'rcpt' | 'data' | 'unknown' | 'header' | 'body';

/** A milter, and the patience that there is with it. postconf(5) smtpd_milters */
export interface MilterServer {
  readonly endpoint: Endpoint;
  /** For the log: `inet:127.0.0.1:8891`. */
  readonly name: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly contentTimeoutMs: number;
  /** accept, reject, tempfail, quarantine or shutdown. postconf(5) milter_default_action */
  readonly defaultAction: string;
  /** 2, 3, 4 or 6. postconf(5) milter_protocol */
  readonly version: number;
}

/** Values of macros by their names, `{daemon_name}` with braces and `j` without; absent: not known. */
export type Macros = Readonly<Record<string, string>>;

/** Which macros go with which stage, unless a milter asks for others. postconf(5) milter_connect_macros */
export type MacroLists = Readonly<Record<MilterStage, readonly string[]>>;

/** Who has come, as a milter is told. */
export interface MilterClient {
  /** A name, or `[address]`. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Something that the client did. */
export type MilterHappening = MilterDeed & {
  /** Macros of this one alone. */
  readonly macros?: Macros;
};
export type MilterDeed =
  | { readonly stage: 'connect'; readonly client: MilterClient }
  | { readonly stage: 'helo'; readonly name: string }
  /** The address, `<a@b>`, and the parameters. */
  | { readonly stage: 'mail' | 'rcpt'; readonly words: readonly string[] }
  | { readonly stage: 'data' }
  | { readonly stage: 'unknown'; readonly line: string };

/** What milters want. `reply`: a whole reply, `550 5.7.1 no`. */
export type MilterVerdict =
  | { readonly type: 'continue' | 'discard' | 'hold' | 'shutdown' }
  | { readonly type: 'reply'; readonly text: string };

/** Begin a session with these milters. Answered by milter.answer with the same `token`. */
export interface MilterOpen {
  readonly type: 'milter.open';
  readonly token: string;
  readonly servers: readonly MilterServer[];
  readonly lists: MacroLists;
  readonly macros: Macros;
  readonly happenings: readonly MilterHappening[];
}
/** The client did something. Answered by milter.answer with the same `token`. */
export interface MilterTell {
  readonly type: 'milter.tell';
  readonly token: string;
  /** All that are known now. */
  readonly macros: Macros;
  readonly happening: MilterHappening;
}
/** What the milters think of it. */
export interface MilterAnswer {
  readonly type: 'milter.answer';
  readonly token: string;
  readonly verdict: MilterVerdict;
}
/** The message is complete. Answered by milter.done with the same `token`. */
export interface MilterMessage {
  readonly type: 'milter.message';
  readonly token: string;
  readonly macros: Macros;
  /** Header and body, LF line ends; its first header is our own Received:, which no milter sees. */
  readonly text: Uint8Array;
  /** Changes that say more than this are not kept; 0: there is no limit. postconf(5) message_size_limit */
  readonly limitBytes: number;
}
/** A change of the envelope; addresses as the milter says them, with or without <>. */
export interface EnvelopeEdit {
  readonly type: 'sender' | 'add' | 'delete';
  readonly address: string;
}

/** What the milters want done with the message. */
export interface MilterDone {
  readonly type: 'milter.done';
  readonly token: string;
  readonly verdict: MilterVerdict;
  /** What became of it; absent: it is as it was. */
  readonly text?: Uint8Array;
  readonly edits: readonly EnvelopeEdit[];
  /** The changes were more than `limitBytes`. */
  readonly isTooBig?: true;
  /** Why it goes to the hold queue; absent: it does not. */
  readonly quarantine?: string;
}
/** The message, or what of it was there, is forgotten. */
export interface MilterAbort {
  readonly type: 'milter.abort';
  /** So often: Postfix says it for the message and for the name of the client. */
  readonly times: number;
}
/** The session is over. */
export interface MilterQuit {
  readonly type: 'milter.quit';
}
