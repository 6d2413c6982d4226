/**
 * rules - tables that are a list of rules, cidr, regexp and pcre: asked from the top, the first that matches
 * answers, and IF … ENDIF keep rules apart.
 *
 * cidr_table(5) · regexp_table(5) · pcre_table(5) · Postfix: src/util/dict_cidr.c, src/util/dict_regexp.c
 */
import { isSpace } from '../fold.ts';
import { logicalLines } from '../logical-lines.ts';
import type { Problem, Remedy } from '../problem.ts';
import type { RuleTable } from './table.ts';

/** Types whose tables are rules; they are asked with the key as it is, never with parts of it. */
export const RULE_TYPES: readonly string[] = ['cidr', 'regexp', 'pcre'];

/** What one line says, `Key` being what the rules look at. */
export type Rule<Key> =
  | { readonly type: 'match'; readonly answer: (key: Key) => string | undefined }
  | { readonly type: 'if'; readonly holds: (key: Key) => boolean }
  | { readonly type: 'endif' };

/** A rule in its place; `end` is where its ENDIF stands, or the end of the table. */
type Placed<Key> = Rule<Key> & { end: number; readonly line: number };

/** Says something about the line at hand, in Postfix's words; `bare` without the name of the table. */
export type Complain = (what: string, remedy?: Remedy, bare?: boolean) => void;

/** Reads one line, so many IFs being open; undefined for a line that is not to count. */
export type ReadRule<Key> = (text: string, complain: Complain, depth: number) => Rule<Key> | undefined;

/** What a type of table does in its own way. */
interface Dialect<Key> {
  readonly type: string;
  readonly read: ReadRule<Key>;
  /** What the rules look at, made of the key once for all of them; undefined matches nothing. */
  readonly keyOf: (key: string) => Key | undefined;
}

/** Is this the word, in any case, and nothing that only begins like it? */
export function beginsWithWord(text: string, word: string): boolean {
  if (text.slice(0, word.length).toUpperCase() !== word) return false;
  return text.length === word.length || isSpace(text[word.length]);
}

/**
 * Reads a table of rules. Lines that are wrong are left out, each with a warning; so the table can be asked
 * whatever its text is.
 *
 * @param name the file, or the text of an inline table, as warnings shall name it
 */
export function readRules<Key>(dialect: Dialect<Key>, text: string, name: string): RuleTable {
  const { lines, problems: found } = logicalLines(text, name);
  const problems: Problem[] = [...found];
  const rules: Placed<Key>[] = [];
  const open: Placed<Key>[] = [];
  const complainAt =
    (line: number): Complain =>
    (what, remedy, bare = false) => {
      const said = bare ? what : `${dialect.type} map ${name}, line ${line}: ${what}`;
      problems.push({ severity: 'warning', text: said, file: name, line, remedy });
    };
  for (const { text: line, firstLine } of lines) {
    const rule = dialect.read(line, complainAt(firstLine), open.length);
    if (rule === undefined) continue;
    const placed = { ...rule, end: Number.POSITIVE_INFINITY, line: firstLine };
    const opener = rule.type === 'endif' ? open.pop() : undefined;
    if (opener !== undefined) opener.end = rules.length;
    if (rule.type === 'if') open.push(placed);
    rules.push(placed);
  }
  for (const { line } of open.reverse()) complainAt(line)('IF has no matching ENDIF');
  return { type: 'rules', problems, find: (key) => firstAnswer(rules, dialect.keyOf(key)) };
}

function firstAnswer<Key>(rules: readonly Placed<Key>[], key: Key | undefined): string | undefined {
  if (key === undefined) return undefined;
  for (let at = 0; at < rules.length; at += 1) {
    const rule = rules[at];
    if (rule?.type === 'if' && !rule.holds(key)) at = rule.end;
    const answer = rule?.type === 'match' ? rule.answer(key) : undefined;
    if (answer !== undefined) return answer;
  }
  return undefined;
}
