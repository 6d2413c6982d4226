/**
 * queue-records - a queue file cut into its records, to be read as postcat(1) shows them.
 *
 * One character of the text is one byte. A record: its type, its length in groups of seven bits, its data.
 */

export interface QueueRecordText {
  /** One letter: `S` sender, `R` recipient, `N` a line of the message … */
  readonly type: string;
  readonly text: string;
}

/** A file as it lies on disk, in three parts; undefined when the text is no queue file. */
export interface QueueFileParts {
  readonly envelope: readonly QueueRecordText[];
  readonly content: readonly QueueRecordText[];
  readonly rest: readonly QueueRecordText[];
}

/** Queue files begin with their sizes, files in maildrop with the time. */
const FIRST = ['C', 'T'];

export function partsOfQueueFile(text: string): QueueFileParts | undefined {
  const records = recordsIn(text);
  if (!FIRST.includes(records[0]?.type ?? '')) return undefined;
  const start = records.findIndex(({ type }) => type === 'M');
  if (start < 0) return { envelope: records, content: [], rest: [] };
  const length = records.slice(start + 1).findIndex(({ type }) => type !== 'N' && type !== 'L');
  const end = length < 0 ? records.length : start + 1 + length;
  return {
    envelope: records.slice(0, start),
    content: records.slice(start + 1, end),
    rest: records.slice(end),
  };
}

/** As many whole records as there are: a file that is being written may end in the middle of one. */
function recordsIn(text: string): readonly QueueRecordText[] {
  const records: QueueRecordText[] = [];
  let at = 0;
  while (at + 1 < text.length) {
    const type = text[at] ?? '';
    let [length, shift, next] = [0, 0, at + 1];
    let byte = 0x80;
    while (byte >= 0x80 && shift < 28) {
      byte = text.charCodeAt(next);
      length += (byte & 0x7f) << shift;
      shift += 7;
      next += 1;
    }
    if (Number.isNaN(byte) || next + length > text.length) break;
    records.push({ type, text: text.slice(next, next + length) });
    at = next + length;
  }
  return records;
}
