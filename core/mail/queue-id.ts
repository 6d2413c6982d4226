/**
 * Queue ids: the name of a queue file, made from the time and the file's inode number. postconf(5)
 * enable_long_queue_ids, hash_queue_names
 *
 * Short: five hex digits of microseconds, then the inode in hex. Long: seconds and microseconds in base 52,
 * `z`, the inode in base 51 (which has no z); its alphabet has no vowels, so no id is a word.
 */
const ALPHABET = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
const SECONDS_BASE = 52;
const SECONDS_WIDTH = 6;
const MICROSECONDS_WIDTH = 4;
const INODE_BASE = 51;
/** The longest file name that Postfix takes for an id: as long as a host name may be. */
const MAX_ID_CHARS = 255;

/** Short id, as Postfix 2.3 always and 3.x by default makes them: `7B345AC0B1`. */
export function makeShortId(usec: number, inode: number): string {
  return usec.toString(16).toUpperCase().padStart(5, '0') + inode.toString(16).toUpperCase();
}

/** Long id, unique for ever: `4jYTwl3NkYzJ9LQ`. */
export function makeLongId(sec: number, usec: number, inode: number): string {
  const time = encode(sec, SECONDS_BASE, SECONDS_WIDTH) + encode(usec, SECONDS_BASE, MICROSECONDS_WIDTH);
  return `${time}z${encode(inode, INODE_BASE, 0)}`;
}

function encode(value: number, base: number, width: number): string {
  let text = '';
  for (let left = value; left > 0; left = Math.floor(left / base)) text = ALPHABET.charAt(left % base) + text;
  return text.padStart(width, '0');
}

function decode(text: string, base: number): number | undefined {
  let value = 0;
  for (const char of text) {
    const digit = ALPHABET.indexOf(char);
    if (digit < 0 || digit >= base) return undefined;
    value = value * base + digit;
  }
  return Number.isSafeInteger(value) && text !== '' ? value : undefined;
}

/** What the commands accept as an id: letters, digits and _, not too long. No path can be made of it. */
export function isQueueId(text: string): boolean {
  return text.length <= MAX_ID_CHARS && /^[0-9A-Za-z_]+$/.test(text);
}

/** A short id that Postfix can have made: its first five digits are less than a million microseconds. */
export function isShortId(text: string): boolean {
  return /^[0-9A-F]{6,}$/.test(text) && Number.parseInt(text.slice(0, 5), 16) < 1_000_000;
}

/** Whether the id has the long form: a z behind at least ten characters of time. */
export function isLongId(id: string): boolean {
  return id.lastIndexOf('z') >= SECONDS_WIDTH + MICROSECONDS_WIDTH;
}

/** The time in a long id: seconds since 1970 and microseconds; undefined for a short or malformed one. */
export function longIdTime(id: string): { readonly sec: number; readonly usec: number } | undefined {
  if (!isLongId(id)) return undefined;
  const end = id.lastIndexOf('z');
  const sec = decode(id.slice(0, end - MICROSECONDS_WIDTH), SECONDS_BASE);
  const usec = decode(id.slice(end - MICROSECONDS_WIDTH, end), SECONDS_BASE);
  return sec === undefined || usec === undefined ? undefined : { sec, usec };
}

/** The inode number in an id, or undefined when there is none. */
export function inodeOf(id: string): number | undefined {
  if (isLongId(id)) return decode(id.slice(id.lastIndexOf('z') + 1), INODE_BASE);
  const digits = id.slice(5);
  if (!/^[0-9A-Fa-f]+$/.test(digits)) return undefined;
  const inode = Number.parseInt(digits, 16);
  return Number.isSafeInteger(inode) ? inode : undefined;
}

/** How queues are spread over directories. */
export interface QueueHashing {
  /** postconf(5) hash_queue_names. */
  readonly hashQueueNames: readonly string[];
  /** postconf(5) hash_queue_depth: so many directories of one character. */
  readonly hashQueueDepth: number;
}

/** The directory of a message below queue_directory, with / at its end: `deferred/7/`, `incoming/`. */
export function queueDirectory(queueName: string, id: string, hashing: QueueHashing): string {
  if (!hashing.hashQueueNames.includes(queueName)) return `${queueName}/`;
  const usec = isLongId(id) ? (longIdTime(id)?.usec ?? 0) : undefined;
  const key = usec === undefined ? id : makeShortId(usec, 0).slice(0, 5);
  let directory = `${queueName}/`;
  for (let i = 0; i < hashing.hashQueueDepth; i++) directory += `${key.charAt(i) || '_'}/`;
  return directory;
}

/** The file of a message below queue_directory: `deferred/7/7B345AC0B1`. */
export function queuePath(queueName: string, id: string, hashing: QueueHashing): string {
  return queueDirectory(queueName, id, hashing) + id;
}
