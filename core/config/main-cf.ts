/**
 * main-cf - reads the text of main.cf into an ordered list of definitions.
 *
 * postconf(5) "main.cf file format" · Postfix: src/util/dict.c, src/util/split_nameval.c
 */
import { isSpace, trim, trimRight } from './fold.ts';
import { type LogicalLine, logicalLines, reportedLine } from './logical-lines.ts';
import type { Problem, Remedy } from './problem.ts';
import { type Profile, profileOf } from './profile.ts';

/** One `name = value`. The value is unexpanded; inner white space is as written, line breaks removed. */
export interface MainEntry {
  readonly name: string;
  readonly value: string;
  readonly file: string;
  /** Where the logical line ended. */
  readonly line: number;
  readonly firstLine: number;
  /** The physical lines as written. */
  readonly raw: string;
}

/** What a main.cf text contains. Where a name occurs twice, the last entry wins (see `effectiveEntries`). */
export interface MainCf {
  readonly entries: readonly MainEntry[];
  readonly problems: readonly Problem[];
}

/** `name = value` split, or the reason why it is not one. */
export function splitNameValue(
  text: string,
): { readonly name: string; readonly value: string } | { readonly error: string } {
  let start = 0;
  while (isSpace(text[start])) start++;
  let end = start;
  while (end < text.length && text[end] !== '=' && !isSpace(text[end])) end++;
  if (end === start) return { error: 'missing attribute name' };
  let equals = end;
  while (isSpace(text[equals])) equals++;
  if (text[equals] !== '=') return { error: "missing '=' after attribute name" };
  return { name: text.slice(start, end), value: trim(text.slice(equals + 1)) };
}

/** The entry that counts for each name: the last one. */
export function effectiveEntries(entries: readonly MainEntry[]): ReadonlyMap<string, MainEntry> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

/** The lost indentation: the text before ended in a comma, so this line was meant to continue it. */
function lostIndent(before: LogicalLine | undefined, line: LogicalLine): Remedy | undefined {
  if (before === undefined || !trimRight(before.text).endsWith(',')) return undefined;
  const lost = trim(line.text);
  const joined = `${trimRight(before.text)} ${lost}`;
  const [first, second] = [before.firstLine, line.firstLine];
  return {
    fr:
      `La ligne ${first} finit par une virgule : mettez un blanc devant « ${lost} », ligne ${second}. ` +
      `Postfix lira alors : ${joined}`,
    en:
      `Line ${first} ends in a comma: put a blank before "${lost}" on line ${second}. ` +
      `Postfix then reads: ${joined}`,
  };
}

const writeNameValue: Remedy = {
  fr: 'Écrivez « nom = valeur », ou mettez # devant la ligne.',
  en: 'Write "name = value", or put # before the line.',
};

function badLine(
  line: LogicalLine,
  before: LogicalLine | undefined,
  error: string,
  context: Context,
): Problem {
  const number = reportedLine(line, context.profile);
  return {
    severity: 'fatal',
    file: context.file,
    line: number,
    text: `${context.file}, line ${number}: ${error}: "${line.text}"`,
    remedy: lostIndent(before, line) ?? writeNameValue,
  };
}

/** Since 2.11 a second definition is mentioned; 2.3 lets the last one win in silence. */
function overriding(line: LogicalLine, name: string, old: MainEntry, context: Context): Problem {
  const number = reportedLine(line, context.profile);
  return {
    severity: 'warning',
    file: context.file,
    line: number,
    text: `${context.file}, line ${number}: overriding earlier entry: ${name}=${old.value}`,
    remedy: {
      fr: `« ${name} » est défini deux fois ; seul le dernier compte. Supprimez la ligne ${old.firstLine}.`,
      en: `"${name}" is defined twice; only the last one counts. Delete line ${old.firstLine}.`,
    },
  };
}

interface Context {
  readonly file: string;
  readonly profile: Profile;
}

function statedProfile(lines: readonly LogicalLine[]): Profile {
  let stated: Profile | undefined;
  for (const line of lines) {
    const pair = splitNameValue(line.text);
    if (!('error' in pair) && pair.name === 'postfix_version_profile') stated = profileOf(pair.value);
  }
  return stated ?? '3.x';
}

/**
 * Reads main.cf. Postfix stops at the first fatal line; here the reading goes on, so that all problems show
 * at once. The profile decides which line number is reported and whether a second definition is mentioned;
 * without one, the text's own `postfix_version_profile` decides (3.x when it has none).
 */
export function parseMainCf(text: string, file: string, profile?: Profile): MainCf {
  const { lines, problems: found } = logicalLines(text, file);
  const context: Context = { file, profile: profile ?? statedProfile(lines) };
  const problems: Problem[] = [...found];
  const entries: MainEntry[] = [];
  const seen = new Map<string, MainEntry>();
  lines.forEach((line, index) => {
    const pair = splitNameValue(line.text);
    if ('error' in pair) {
      problems.push(badLine(line, lines[index - 1], pair.error, context));
      return;
    }
    const old = seen.get(pair.name);
    if (old !== undefined && old.value !== pair.value && context.profile === '3.x')
      problems.push(overriding(line, pair.name, old, context));
    const entry = { ...pair, file, line: line.lastLine, firstLine: line.firstLine, raw: line.raw };
    entries.push(entry);
    seen.set(pair.name, entry);
  });
  return { entries, problems };
}
