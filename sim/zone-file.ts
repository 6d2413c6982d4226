/**
 * zone-file - reads master files of the DNS: what a name server of the simulator knows. RFC 1035 §5.1 · RFC
 * 2308 §4 ($TTL)
 */
import { type DnsRecord, encodeMessage, isDnsType } from '#core';
import type { InTwo } from './scenario.ts';

/** What is wrong with a file, where, and what to do about it. */
export interface ZoneProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: InTwo;
  readonly remedy: InTwo;
}

export interface Zone {
  readonly records: readonly DnsRecord[];
  readonly problems: readonly ZoneProblem[];
}

/** A word of a line; quoted ones may hold blanks. */
interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** A record with the lines that its parentheses join. */
interface Entry {
  readonly line: number;
  readonly beginsBlank: boolean;
  readonly words: readonly Word[];
  readonly isOpen: boolean;
}

const WORD = /"((?:[^"\\\n]|\\[^\n])*)"|;[^\n]*|([()\n])|((?:[^\s";()\\]|\\[^\n])+)|([^\S\n]+)|(.)/g;

/** A file in entries: comments are gone, parentheses join lines. */
function entriesOf(text: string): readonly Entry[] {
  const entries: Entry[] = [];
  let [line, first, depth, beginsBlank, isFresh] = [1, 1, 0, false, true];
  let words: Word[] = [];
  const end = (): void => {
    if (words.length > 0) entries.push({ line: first, beginsBlank, words, isOpen: depth > 0 });
    words = [];
  };
  for (const [, quoted, mark, plain, blank, odd] of text.replace(/\r\n/g, '\n').matchAll(WORD)) {
    if (mark === '\n') {
      if (depth === 0) {
        end();
        isFresh = true;
      }
      line += 1;
      continue;
    }
    if (isFresh) [first, beginsBlank, isFresh] = [line, blank !== undefined, false];
    if (mark === '(') depth += 1;
    else if (mark === ')') depth = Math.max(0, depth - 1);
    else if (quoted !== undefined) words.push({ text: quoted.replace(/\\(.)/g, '$1'), isQuoted: true });
    else if (plain !== undefined) words.push({ text: plain, isQuoted: false });
    else if (odd !== undefined) words.push({ text: odd, isQuoted: true });
  }
  end();
  return entries;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const MOST_S = 0x7fffffff;

/** `3600` or `1h30m` in seconds; undefined when it is no time. */
function secondsIn(text: string): number | undefined {
  if (!/^(?:\d+[smhdw]?)+$/i.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit = 's'] of text.matchAll(/(\d+)([smhdw]?)/gi))
    sum += Number(count) * (UNITS[unit.toLowerCase()] ?? 1);
  return sum <= MOST_S ? sum : undefined;
}

interface Reading {
  origin: string;
  owner: string | undefined;
  ttl: number;
  readonly records: DnsRecord[];
  readonly problem: (line: number, text: InTwo, remedy: InTwo) => void;
}

/** The name in full, without its last dot. */
function fullName(written: string, origin: string): string {
  if (written === '@') return origin;
  if (written.endsWith('.')) return written.slice(0, -1).toLowerCase();
  return (origin === '' ? written : `${written}.${origin}`).toLowerCase();
}

/** The data as records have it: names in full. */
function dataIn(rrtype: DnsRecord['rrtype'], words: readonly Word[], origin: string): string | undefined {
  const texts = words.map(({ text }) => text);
  const [first = ''] = texts;
  switch (rrtype) {
    case 'A':
    case 'AAAA':
      return texts.length === 1 ? first : undefined;
    case 'CNAME':
    case 'NS':
    case 'PTR':
    case 'MX':
      return texts.length === 1 ? fullName(first, origin) : undefined;
    case 'TXT':
      return texts.length > 0 && texts.every((text) => text.length <= 255) ? texts.join('') : undefined;
    case 'SOA': {
      const numbers = texts.slice(2).map(secondsIn);
      if (texts.length !== 7 || numbers.includes(undefined)) return undefined;
      return [fullName(first, origin), fullName(texts[1] ?? '', origin), ...numbers].join(' ');
    }
    default:
      return rrtype satisfies never;
  }
}

/** Names and data have the lengths and forms that can be sent. */
function fitsIntoMessage(record: DnsRecord): boolean {
  const base = { id: 0, isReply: true, isTruncated: false, rcode: 0, authority: [] };
  return encodeMessage({ ...base, question: record, answers: [record] }) !== undefined;
}

const FORMS: Readonly<Record<DnsRecord['rrtype'], string>> = {
  ...{
    A: 'A 192.0.2.1',
    AAAA: 'AAAA 2001:db8::1',
    CNAME: 'CNAME mail.example.org.',
    NS: 'NS ns.example.org.',
  },
  ...{ PTR: 'PTR mail.example.org.', MX: 'MX 10 mail.example.org.', TXT: 'TXT "a text"' },
  SOA: 'SOA ns.example.org. hostmaster.example.org. 1 1h 15m 1w 5m',
};

function takeDirective(reading: Reading, { line, words }: Entry): void {
  const [name = '', value = ''] = words.map(({ text }) => text);
  const seconds = secondsIn(value);
  if (name === '$ORIGIN' && value.endsWith('.')) reading.origin = fullName(value, '');
  else if (name === '$TTL' && seconds !== undefined) reading.ttl = seconds;
  else {
    const text = `${name} ${value}`.trimEnd();
    reading.problem(
      line,
      {
        en: `“${text}” is no directive that is known here`,
        fr: `« ${text} » n’est pas une directive connue ici`,
      },
      {
        en: 'Write $ORIGIN example.org. (with the dot) or $TTL 3600; $INCLUDE and $GENERATE are not read.',
        fr: 'Écrivez $ORIGIN example.org. (avec le point) ou $TTL 3600 ; $INCLUDE et $GENERATE ne sont pas lus.',
      },
    );
  }
}

function takeRecord(reading: Reading, { line, beginsBlank, words }: Entry): void {
  const rest = [...words];
  if (!beginsBlank) reading.owner = fullName(rest.shift()?.text ?? '', reading.origin);
  const name = reading.owner;
  if (name === undefined) {
    reading.problem(
      line,
      { en: 'a record without a name before it', fr: 'un enregistrement sans nom avant lui' },
      { en: 'Begin the line with a name, or with @.', fr: 'Commencez la ligne par un nom, ou par @.' },
    );
    return;
  }
  let { ttl } = reading;
  for (;;) {
    const [next] = rest;
    const seconds = secondsIn(next?.text ?? '');
    if (seconds !== undefined) ttl = seconds;
    else if (next?.text.toUpperCase() !== 'IN') break;
    rest.shift();
  }
  const written = rest.shift()?.text ?? '';
  const rrtype = written.toUpperCase();
  if (!isDnsType(rrtype)) {
    reading.problem(
      line,
      {
        en: `“${written}” is no type of record that is known here`,
        fr: `« ${written} » n’est pas un type d’enregistrement connu ici`,
      },
      {
        en: `Write NAME [TTL] [IN] TYPE DATA, with one of ${Object.keys(FORMS).join(', ')}.`,
        fr: `Écrivez NOM [TTL] [IN] TYPE DONNÉES, avec l’un de ${Object.keys(FORMS).join(', ')}.`,
      },
    );
    return;
  }
  const number = rrtype === 'MX' ? (rest.shift()?.text ?? '') : '0';
  const data = /^\d{1,5}$/.test(number) ? dataIn(rrtype, rest, reading.origin) : undefined;
  const record = { name, rrtype, ttl, preference: Number(number), data: data ?? '' };
  if (data !== undefined && record.preference <= 0xffff && fitsIntoMessage(record)) {
    reading.records.push(record);
    return;
  }
  reading.problem(
    line,
    {
      en: `the ${rrtype} record of “${name}” cannot be read`,
      fr: `l’enregistrement ${rrtype} de « ${name} » est illisible`,
    },
    { en: `Write it like this: ${FORMS[rrtype]}`, fr: `Écrivez-le ainsi : ${FORMS[rrtype]}` },
  );
}

const DEFAULT_TTL_S = 3600;

/**
 * Reads a zone file. What is wrong is left out and told, the rest is read.
 *
 * @param file its name, for problems
 * @param origin what names without a dot at their end are in, until $ORIGIN says otherwise; '' the root
 */
export function parseZone(text: string, file: string, origin = ''): Zone {
  const problems: ZoneProblem[] = [];
  const reading: Reading = {
    ...{ origin: fullName(`${origin}.`, ''), owner: undefined, ttl: DEFAULT_TTL_S, records: [] },
    problem: (line, what, remedy) => problems.push({ file, line, text: what, remedy }),
  };
  for (const entry of entriesOf(text)) {
    if (entry.isOpen) {
      reading.problem(
        entry.line,
        { en: 'a ( that is never closed', fr: 'une ( qui n’est jamais fermée' },
        { en: 'Add the ) that belongs to it.', fr: 'Ajoutez la ) qui lui répond.' },
      );
    } else if (!entry.beginsBlank && entry.words[0]?.text.startsWith('$') === true)
      takeDirective(reading, entry);
    else takeRecord(reading, entry);
  }
  return { records: reading.records, problems };
}
