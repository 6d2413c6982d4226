/**
 * What is asked of restriction lists, and what they answer: the shapes that the run over them, the rules and
 * the session share.
 *
 * SMTPD_ACCESS_README · access(5)
 */
import type { Settings } from '../config/settings.ts';
import type { Note } from '../kernel/notes.ts';
import type { Because } from '../mail/because.ts';
import type { Order, Orders } from './orders.ts';
import type { Client, Party, SmtpdContext, Stage } from './types.ts';

/** Everything a rule may look at. */
export interface Matter {
  readonly settings: Settings;
  readonly client: Client;
  /** '' before HELO. */
  readonly helo: string;
  readonly sender: Party | undefined;
  readonly recipient: Party | undefined;
  /** What ETRN asks for; '' elsewhere. */
  readonly etrn: string;
  readonly stage: Stage;
  /** Recipients accepted so far. */
  readonly accepted: number;
  /** The client went on before it was answered. */
  readonly pipelined: boolean;
  /** What was asked of other services at this stage, by the keys of the questions. */
  readonly answers: Answers;
  /** All the rest, which only policy servers are told; undefined: nobody can be asked. */
  readonly session?: SmtpdContext;
}

/** What a rule must know from another service before it can decide. */
export interface Question {
  /** Tells it from all other questions of the stage; the note and its answer carry it as `token`. */
  readonly key: string;
  /** Name of the service. */
  readonly to: string;
  readonly note: Note & { readonly token: string };
  /** How long the client waits for the answer; absent: ipc_timeout. */
  readonly timeoutMs?: number;
}

/** A service's answer, or that it died or was silent. */
export type Answer = Note | { readonly type: 'unanswered' };

export type Answers = ReadonlyMap<string, Answer>;

/**
 * What a rule wants said. `trouble`: our own mistake or a table that failed, which warn_if_reject does not
 * soften.
 */
export interface Draft extends TableHit {
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
  readonly trouble?: boolean;
  /** For the log: what is wrong here, and which status stands for another. */
  readonly warnings?: readonly string[];
  readonly mapped?: string;
}

export interface Refusal extends Draft {
  readonly because: Because;
}

/** Which entry of which table is behind an answer, if one is. */
interface TableHit {
  readonly table?: string;
  readonly key?: string;
  /** The parameter whose tables were asked, where the rule does not name them. */
  readonly maps?: string;
}

/** Restrictions in the place of one: a class, or what stands in an access table. */
export interface Sublist extends Place, TableHit {
  readonly items: readonly string[];
  /** The class, when it is one. */
  readonly className?: string;
  /** An OK from it decides nothing: the recipient has a source route. */
  readonly okIsDunno?: boolean;
}

/** What a rule decides. postconf(5) smtpd_recipient_restrictions · access(5) */
export type Verdict =
  | ({ readonly type: 'dunno'; readonly remark?: Saying } & TableHit)
  /** DUNNO, and something is to be done with the message. */
  | ({ readonly type: 'order'; readonly order: Order; readonly remark?: Saying } & TableHit)
  | ({ readonly type: 'ok' } & TableHit)
  | { readonly type: 'reject' | 'deferIfPermit' | 'deferIfReject'; readonly draft: Draft }
  | { readonly type: 'pause'; readonly afterMs: number };

/** A rule cannot decide yet: it is judged again when its question is answered. */
export interface Ask {
  readonly type: 'ask';
  readonly question: Question;
}

/** A rule must ask again later: it is judged again after that time, once `key` has an answer. */
export interface Poll {
  readonly type: 'poll';
  readonly key: string;
  readonly afterMs: number;
}

/** One rule's answer: a decision, a list that is to be read in its place, or a question. */
export type RuleAnswer = Verdict | ({ readonly type: 'list' } & Sublist) | Ask | Poll;

/** What is being refused, for texts: `<name>: what rejected: …`. */
export interface Place {
  readonly what: string;
  readonly name: string;
}

/**
 * One step of a plan: a list, the moment when DEFER_IF_PERMIT becomes the answer, or "is there such a
 * user".
 */
export type PlanStep =
  | ({ readonly type: 'list'; readonly parameter: string; readonly fresh: boolean } & Place)
  | { readonly type: 'settle' }
  | { readonly type: 'unlisted'; readonly who: 'sender' | 'recipient' };

/** A list that is being read, and its next item. */
export interface Frame extends Sublist {
  /** The list of the session that it is, or in which it stands. */
  readonly parameter: string;
  /** The classes by which it was reached. */
  readonly classes?: readonly string[];
  readonly item: number;
}

/** Where a run stands. */
export interface Cursor {
  readonly plan: readonly PlanStep[];
  readonly step: number;
  /** The list of that step, and the lists in it that are being read, innermost last; [] before it begins. */
  readonly frames: readonly Frame[];
  /** How many lists deep warn_if_reject stands that is in force; 0: nowhere. */
  readonly warnDepth: number;
  readonly deferIfPermit: Refusal | undefined;
  readonly deferIfReject: Refusal | undefined;
  /** The rule that ended the last list with OK. */
  readonly permitted: Because | undefined;
  /** What is to become of the message. */
  readonly orders: Orders;
  /** reject_unlisted_… was a rule of a list: once is enough. */
  readonly checked: readonly ('sender' | 'recipient')[];
}

/**
 * For the log: something odd, a line of information, or what an access table wants said of the client
 * (`warn`, `info`).
 */
export type Saying =
  | { readonly type: 'warning' | 'info'; readonly text: string; readonly because?: Because }
  | {
      readonly type: 'whatsUp';
      readonly word: string;
      readonly text: string;
      readonly because?: Because;
    };

/** What is for the log, in order; also a refusal that warn_if_reject turned into a warning. */
export type Remark = Saying | { readonly type: 'rejectWarning'; readonly refusal: Refusal };

export type Judgement =
  | { readonly type: 'accepted'; readonly cursor: Cursor; readonly remarks: readonly Remark[] }
  | {
      readonly type: 'refused';
      readonly refusal: Refusal;
      /** A refused recipient does not take back what is to become of the message. */
      readonly orders: Orders;
      readonly remarks: readonly Remark[];
    }
  | {
      readonly type: 'pause';
      readonly afterMs: number;
      /** The key that the end of the pause answers. */
      readonly slept?: string;
      readonly cursor: Cursor;
      readonly remarks: readonly Remark[];
    }
  | {
      readonly type: 'ask';
      readonly question: Question;
      /** Where the rule stands that asks. */
      readonly cursor: Cursor;
      readonly remarks: readonly Remark[];
    };
