/** Types of the cleanup chart. */
import type { Settings } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import type {
  FileCreated,
  FileFailed,
  FileLoaded,
  FileRemoved,
  FileRenamed,
  FileSynced,
  NoteArrived,
} from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type { MilterAnswer, MilterDone } from '../kernel/milter.ts';
import type {
  CleanupAbort,
  CleanupChunk,
  CleanupClose,
  CleanupOpen,
  CleanupPrepend,
  CleanupRecipient,
  CleanupStatus,
  MasterChildDied,
  MessageOrders,
  RewriteRewritten,
} from '../kernel/notes.ts';
import type { PersistentMap } from '../kernel/persistent.ts';
import type { Because } from '../mail/because.ts';
import type { Zone } from '../mail/date.ts';
import type { Header, HeaderState } from '../mail/headers.ts';
import type { MimeOptions, MimeState } from '../mail/mime.ts';
import type { ContentState } from '../mail/queue-content.ts';
import type { ParsedHeaders } from './header-addresses.ts';
import type { MilterWork } from './milter-work.ts';

export type CleanupInput = Birth & { readonly at: number };

/** One message on its way into the queue. */
export interface CleanupContext {
  readonly settings: Settings;
  readonly pid: number;
  readonly zone: Zone;
  /** Process id of the daemon that brought the message. */
  readonly opener: string;
  readonly message: CleanupOpen;
  /** Envelope sender after canonical(5) and masquerading; '' for the null sender. */
  readonly sender: string;
  /** Records of those who get a copy of all he sends. postconf(5) sender_bcc_maps */
  readonly senderCopies: readonly Uint8Array[];
  readonly arrivalAt: number;
  /** When the file was made; the queue id holds its microseconds. */
  readonly createdAt: number;
  /** Names that were tried for a file that has no id yet. */
  readonly attempts: number;
  /** Where the file is now; '' = nowhere. */
  readonly path: string;
  /** Where it is going. */
  readonly newPath: string;
  readonly queueId: string;
  /** The records before the recipients are on their way to the file. */
  readonly envelopeWritten: boolean;
  /** Recipient records that wait to be written together. */
  readonly waiting: readonly Uint8Array[];
  /** Recipient records that belong behind the text: they came after it (sendmail -t). */
  readonly extracted: readonly Uint8Array[];
  readonly recipientCount: number;
  /** Somebody was named, even if he was a duplicate. */
  readonly hasRecipient: boolean;
  readonly qmgrFlags: number;
  /** Recipients already written. postconf(5) duplicate_filter_limit */
  readonly seen: PersistentMap<true>;
  readonly scanner: HeaderState;
  readonly headers: readonly Header[];
  readonly headerBytes: number;
  /** What the tables said of each header; undefined = not asked. header_checks(5) */
  readonly checked: readonly CheckedHeader[] | undefined;
  /** Nothing more is looked at. header_checks(5) REJECT, DISCARD, REDIRECT, PASS */
  readonly checksAreOver: boolean;
  /** What is known of the structure; undefined = not looked at yet, or nothing depends on it. */
  readonly mime: Reading | undefined;
  /** transport:nexthop; '' = none. header_checks(5) FILTER */
  readonly filter: string;
  /** Who gets the message instead of its recipients; '' = nobody. header_checks(5) REDIRECT */
  readonly redirect: string;
  /** Addresses to send copies to. header_checks(5) BCC */
  readonly copies: readonly string[];
  /** The message goes to the hold queue. header_checks(5) HOLD */
  readonly isHeld: boolean;
  /** The message is forgotten, and nobody hears of it. header_checks(5) DISCARD */
  readonly isDiscarded: boolean;
  readonly refusedBy: Because | undefined;
  /** The recipient that was named last, for the log. */
  readonly lastRecipient: string | undefined;
  /** The same headers while trivial-rewrite is asked about them. */
  readonly parsed: ParsedHeaders;
  /** The block of headers is complete; what follows is body. */
  readonly headersEnded: boolean;
  /**
   * Body text that came before the headers could be written: what the opener sends before trivial-rewrite has
   * answered. From a network client that is a read or two; pickup sends a message whole, which is in
   * memory anyway.
   */
  readonly heldBody: readonly Uint8Array[];
  readonly closeAsked: boolean;
  readonly content: ContentState;
  /** Bytes of the file so far: what message_size_limit is compared with. */
  readonly writtenBytes: number;
  /** Where the first content record begins. */
  readonly dataOffset: number;
  /** What the client or the header said about 8-bit text. */
  readonly encoding: '7bit' | '8bit' | undefined;
  readonly status: CleanupStatus;
  readonly orders: MessageOrders;
  /** Undefined as long as no milter is to see the message. */
  readonly milters: MilterWork | undefined;
  /** Text with an enhanced status code for the client, when the status has one. */
  readonly reason: string;
}

/** How far a message has been read, and what for. RFC 2045 */
export interface Reading {
  readonly options: MimeOptions;
  readonly state: MimeState;
}

/** A header that tables were asked about. header_checks(5) */
export interface CheckedHeader {
  /** What is left of it; undefined = it goes. */
  readonly header: Header | undefined;
  /** A header to put before it, as it is. */
  readonly prepended?: string;
  readonly changes: Partial<CleanupContext>;
  readonly effects: readonly Effect[];
}

type Arrived<Body> = NoteArrived & Body;

export type CleanupEvent =
  | FileCreated
  | FileRenamed
  | FileSynced
  | FileFailed
  | FileLoaded
  | FileRemoved
  | Arrived<CleanupOpen>
  | Arrived<CleanupRecipient>
  | Arrived<CleanupPrepend>
  | Arrived<CleanupChunk>
  | Arrived<CleanupClose>
  | Arrived<CleanupAbort>
  | Arrived<RewriteRewritten>
  | Arrived<MilterAnswer>
  | Arrived<MilterDone>
  | Arrived<MasterChildDied>;
