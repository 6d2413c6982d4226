/**
 * One header as content records. postconf(5) header_size_limit, line_length_limit · Postfix:
 * cleanup_out_header
 */
import type { RecordType } from '../mail/queue-records.ts';

/** For encodeRecords. */
export type HeaderRecord = readonly [RecordType, string];

/** A record never holds more text than this. */
const LINE_LIMIT_BYTES = 2048;

/** From this part of the limit on, a header is cut at the end of a line rather than in its middle. */
const NICE_CUT = 0.9;

/** The lines of a header within the limit. A continuation line begins with a blank, whatever came before. */
function linesWithin(text: string, limitBytes: number): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const over = start + line.length > limitBytes;
    if (over && start > NICE_CUT * limitBytes) break;
    const kept = over ? line.slice(0, Math.max(0, limitBytes - start)) : line;
    lines.push(start === 0 || /^[ \t]/.test(kept) ? kept : `\t${kept}`);
    if (over) break;
    start += line.length + 1;
  }
  return lines;
}

/**
 * The records of a header.
 * @param text wire text, lines joined by LF
 */
export function headerRecords(text: string, limitBytes: number): readonly HeaderRecord[] {
  const records: HeaderRecord[] = [];
  for (const line of linesWithin(text, limitBytes)) {
    let from = 0;
    for (; line.length - from > LINE_LIMIT_BYTES; from += LINE_LIMIT_BYTES)
      records.push(['L', line.slice(from, from + LINE_LIMIT_BYTES)]);
    records.push(['N', line.slice(from)]);
  }
  return records;
}
