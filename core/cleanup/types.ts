/** Types of the cleanup chart. */
import type { Settings } from '../config/settings.ts';
import type {
  FileCreated,
  FileFailed,
  FileRemoved,
  FileRenamed,
  FileSynced,
  NoteArrived,
} from '../kernel/events.ts';
import type { Birth } from '../kernel/host.ts';
import type {
  CleanupAbort,
  CleanupChunk,
  CleanupClose,
  CleanupOpen,
  CleanupPrepend,
  CleanupRecipient,
  CleanupStatus,
  RewriteRewritten,
} from '../kernel/notes.ts';
import type { Zone } from '../mail/date.ts';
import type { Header, HeaderState } from '../mail/headers.ts';
import type { ContentState } from '../mail/queue-content.ts';
import type { QueueRecipientInput } from '../mail/queue-envelope.ts';

export type CleanupInput = Birth & { readonly at: number };

/** One message on its way into the queue. Never its body. */
export interface CleanupContext {
  readonly settings: Settings;
  readonly pid: number;
  readonly zone: Zone;
  /** Process id of the daemon that brought the message. */
  readonly opener: string;
  readonly message: CleanupOpen;
  readonly arrivalAt: number;
  /** Name of the file while it has no id yet. */
  readonly temporaryPath: string;
  readonly queueId: string;
  readonly path: string;
  readonly recipients: readonly QueueRecipientInput[];
  /** Recipients already seen, for duplicate_filter_limit. */
  readonly seen: ReadonlySet<string>;
  readonly scanner: HeaderState;
  readonly headers: readonly Header[];
  /** The block of headers is complete; what follows is body. */
  readonly headersEnded: boolean;
  /** Body text that came before the headers could be written: at most what one read of the client gave. */
  readonly heldBody: readonly Uint8Array[];
  readonly closeAsked: boolean;
  readonly content: ContentState;
  /** Bytes of content records so far. */
  readonly contentBytes: number;
  readonly dataOffset: number;
  readonly extracted: readonly string[];
  readonly status: CleanupStatus;
}

type Arrived<Body> = NoteArrived & Body;

export type CleanupEvent =
  | FileCreated
  | FileRenamed
  | FileSynced
  | FileFailed
  | FileRemoved
  | Arrived<CleanupOpen>
  | Arrived<CleanupRecipient>
  | Arrived<CleanupPrepend>
  | Arrived<CleanupChunk>
  | Arrived<CleanupClose>
  | Arrived<CleanupAbort>
  | Arrived<RewriteRewritten>;
