/** The records of a queue file as postcat(1) shows them, line by line. */
import { asctime, bytesToLatin1, headerNameLength, nextRecord, queueReader, readRecord } from '#core';
import { zoneAt } from '../clock.ts';
import { Fatal } from './program.ts';

/** What to show, and how. */
export interface PostcatView {
  readonly envelope: boolean;
  readonly headers: boolean;
  readonly body: boolean;
  /** -o: the offset of each record before it. */
  readonly offsets: boolean;
  /** -d: the number of its type. */
  readonly types: boolean;
  /** -v: names of content records, pointers and padding too, pointers not followed. */
  readonly verbose: boolean;
  /** -r: with -v, what stands behind the end of the message too. */
  readonly raw: boolean;
}

/** Labels, which scripts look for. Postfix: src/global/rec_type.c */
const LABELS: Readonly<Record<string, string>> = {
  ...{ C: 'message_size', T: 'message_arrival_time', c: 'queue_file_create_time', F: 'sender_fullname' },
  ...{ I: 'content_inspector', L: 'content_filter', S: 'sender', D: 'done_recipient', R: 'recipient' },
  ...{ O: 'original_recipient', '/': 'canceled_recipient', W: 'warning_message_time' },
  ...{ A: 'named_attribute', K: 'killed_record', '>': 'redirect_to', f: 'flags', r: 'return_receipt' },
  ...{ e: 'errors_to', P: 'priority', p: 'pointer_record', V: 'verp_delimiters', w: 'padding' },
  ...{ '<': 'dsn_return_flags', i: 'dsn_envelope_id', o: 'dsn_original_recipient', n: 'dsn_notify_flags' },
};

/** A queue file begins with one of these. */
const FIRST_TYPES = 'MCTcFILSDROWVA>K/fdeiomn<p';

/** Whether these bytes can be a queue file at all. */
export function looksLikeQueueFile(bytes: Uint8Array): boolean {
  return FIRST_TYPES.includes(String.fromCharCode(bytes[0] ?? 0));
}

type Place = 'envelope' | 'headers' | 'body' | 'extracted';

interface Shown {
  readonly type: string;
  readonly offset: number;
  readonly text: string;
}

/** What is wrong at an offset, in the words of Postfix's record reader. */
function damage(bytes: Uint8Array, offset: number): string {
  const type = bytes[offset] ?? 0;
  let length = 0;
  for (let at = offset + 1, shift = 0; ; at += 1, shift += 7) {
    const group = bytes[at];
    if (group === undefined) return `unexpected EOF in length, record type ${type}`;
    if (shift > 28) return `too many length bits, record type ${type}`;
    length |= (group & 0x7f) << shift;
    if (group < 0x80) break;
  }
  return `unexpected EOF in data, record type ${type} length ${length}`;
}

/** The records in order: pointers followed unless asked otherwise. Ends at damage with a warning. */
function* recordsOf(
  bytes: Uint8Array,
  linear: boolean,
  warn: (text: string) => void,
): Generator<Shown, void, void> {
  const reader = queueReader(bytes);
  while (reader.at < bytes.length) {
    const at = reader.at;
    let record = linear ? undefined : nextRecord(reader);
    if (linear) {
      const result = readRecord(bytes, at);
      if (result.ok) {
        record = result.record;
        reader.at = record.end;
      }
    }
    if (record === undefined) {
      warn(damage(bytes, reader.at));
      throw new Fatal('record read error');
    }
    const { type, offset, start, end } = record;
    // Postfix shows where the search for the record began, before padding.
    yield { type, offset: linear ? offset : at, text: bytesToLatin1(bytes, start, end) };
  }
}

function dateOf(text: string): string {
  const ms = (Number.parseInt(text, 10) || 0) * 1000;
  return asctime(ms, zoneAt(ms));
}

/** `label: value` of an envelope record. */
function labelled({ type, text }: Shown): string {
  if (type === 'T' || type === 'W') return `${LABELS[type]}: ${dateOf(text)}`;
  if (type === 'A') {
    const equals = text.indexOf('=');
    const [name, value] = [text.slice(0, equals).trimEnd(), text.slice(equals + 1).trimStart()];
    if (equals > 0 && name === 'create_time') return `create_time: ${dateOf(value)}`;
    return `named_attribute: ${equals > 0 ? `${name}=${value}` : text}`;
  }
  return `${LABELS[type] ?? 'unknown_record_type'}: ${text}`;
}

/** Where the text of a content line is: the headers end at the first line that is none. */
function placeOf(place: Place, text: string, continues: boolean): Place {
  if (place !== 'headers' || continues) return place;
  return headerNameLength(text) > 0 || /^[ \t]/.test(text) ? 'headers' : 'body';
}

/**
 * All that `postcat` prints for one file.
 *
 * @param name as the section lines show it
 * @param warn takes the complaint about a damaged record, before Fatal is thrown
 */
export function showRecords(
  bytes: Uint8Array,
  name: string,
  view: PostcatView,
  write: (text: string) => void,
  warn: (text: string) => void,
): void {
  // Where each record has a mark before it, each has a line of its own.
  const apart = view.verbose || view.offsets;
  let place = 'envelope' as Place;
  let unfinished = false;
  let continues = false;
  const prefix = ({ offset, type }: Shown): string =>
    (view.offsets ? `${String(offset).padStart(9)} ` : '') +
    (view.types ? `${String(type.charCodeAt(0)).padStart(3)} ` : '');
  const section = (record: Shown, title: string): void => {
    if (unfinished && view.body) write('\n');
    unfinished = false;
    if (view.envelope) write(`${prefix(record)}*** ${title} ${name} ***\n`);
  };
  const content = (record: Shown): void => {
    place = placeOf(place, record.text, continues);
    const wanted = place === 'headers' ? view.headers : view.body;
    const goesOn = record.type === 'L';
    if (wanted && view.verbose)
      write(`${prefix(record)}${goesOn ? 'unterminated_text' : 'regular_text'}: ${record.text}\n`);
    else if (wanted) write(`${prefix(record)}${record.text}${goesOn && !apart ? '' : '\n'}`);
    unfinished = goesOn && !apart;
    continues = goesOn;
  };
  if (view.envelope) write(`*** ENVELOPE RECORDS ${name} ***\n`);
  for (const record of recordsOf(bytes, view.verbose, warn)) {
    const { type } = record;
    const inContent = place === 'headers' || place === 'body';
    if (type === 'M' && place === 'envelope') {
      section(record, 'MESSAGE CONTENTS');
      place = 'headers';
    } else if (type === 'X') {
      section(record, 'HEADER EXTRACTED');
      place = 'extracted';
    } else if (type === 'E') {
      section(record, 'MESSAGE FILE END');
      if (!(view.raw && view.verbose)) return;
    } else if (type === 'p' || type === 'w') {
      const wanted = inContent ? view.body : view.envelope;
      if (view.verbose && wanted) write(`${prefix(record)}${labelled(record)}\n`);
    } else if (inContent && (type === 'N' || type === 'L')) content(record);
    else if (view.envelope) write(`${prefix(record)}${labelled(record)}\n`);
  }
}
