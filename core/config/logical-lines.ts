/**
 * logical-lines - joins the physical lines of main.cf, master.cf and table sources into logical ones.
 *
 * postconf(5) "main.cf file format" · postmap(1) "TABLE FORMAT" · Postfix: src/util/readlline.c
 */
import { isSpace } from './fold.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';

/** A line of text and the lines that start with white space after it, line breaks removed. */
export interface LogicalLine {
  readonly text: string;
  /** Number of the first physical line, from 1. */
  readonly firstLine: number;
  /** Number of the last physical line read for it: comments and blank lines that follow count too. */
  readonly lastLine: number;
  /** The physical lines as written, from the first to the last that carries text. */
  readonly raw: string;
}

/**
 * The line number that Postfix prints for a logical line: where it ended in 2.3, where it began since 3.0.
 */
export function reportedLine(line: LogicalLine, profile: Profile): number {
  return profile === '2.3' ? line.lastLine : line.firstLine;
}

/** Blank lines and comments disappear, even inside a logical line; they do not end it. */
function carriesText(line: string): boolean {
  for (const char of line) if (!isSpace(char)) return char !== '#';
  return false;
}

function physicalLines(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function startsNewLine(next: string | undefined): boolean {
  return next !== undefined && next !== '' && next[0] !== '#' && !isSpace(next[0]);
}

/** One logical line from physical line `start` (from 0), or undefined when only comments are left. */
function readLine(lines: readonly string[], start: number): LogicalLine | undefined {
  const parts: string[] = [];
  let firstLine = 0;
  let textLine = 0;
  let at = start;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    at++;
    if (carriesText(line)) {
      if (parts.length === 0) firstLine = at;
      parts.push(line);
      textLine = at;
    }
    if (parts.length > 0 && startsNewLine(lines[at])) break;
  }
  if (parts.length === 0) return undefined;
  const raw = lines.slice(firstLine - 1, textLine).join('\n');
  return { text: parts.join(''), firstLine, lastLine: at, raw };
}

/** Text after a NUL is lost to Postfix's C strings; 3.10 says so, we always do. */
function withoutNull(line: LogicalLine, file: string, problems: Problem[]): LogicalLine {
  const at = line.text.indexOf('\0');
  if (at < 0) return line;
  const where = line.firstLine === line.lastLine ? line.firstLine : `${line.firstLine}-${line.lastLine}`;
  const text = `${file}, line ${where}: text after null byte may be ignored`;
  problems.push({ severity: 'warning', file, line: line.firstLine, text });
  return { ...line, text: line.text.slice(0, at) };
}

/**
 * All logical lines of a file, and the warnings for lines that start with white space but continue nothing
 * (these are skipped).
 */
export function logicalLines(
  text: string,
  file: string,
): { readonly lines: readonly LogicalLine[]; readonly problems: readonly Problem[] } {
  const physical = physicalLines(text);
  const lines: LogicalLine[] = [];
  const problems: Problem[] = [];
  for (let at = 0; at < physical.length; ) {
    const line = readLine(physical, at);
    if (line === undefined) break;
    at = line.lastLine;
    if (isSpace(line.text[0])) problems.push(strayContinuation(line, file));
    else lines.push(withoutNull(line, file, problems));
  }
  return { lines, problems };
}

function strayContinuation(line: LogicalLine, file: string): Problem {
  const shown = line.text.slice(0, 30) + (line.text.length > 30 ? '...' : '');
  return {
    severity: 'warning',
    file,
    line: line.firstLine,
    text: `${file}: logical line must not start with whitespace: "${shown}"`,
    remedy: {
      fr: `Ôtez les blancs au début de la ligne ${line.firstLine} : elle ne continue rien et est ignorée.`,
      en: `Remove the blanks at the start of line ${line.firstLine}: it continues nothing and is skipped.`,
    },
  };
}
