/**
 * bans - what no source may contain, and how large it may be: the style that a text search can see.
 */
import { placeOf, type Source, withoutComments } from './sources.ts';

interface Ban {
  readonly pattern: RegExp;
  readonly because: string;
  /** Search the comments too. */
  readonly inComments?: boolean;
}

/** In core and sim: time comes with the event, dice with the birth, and nothing happens later by itself. */
const PURE: readonly Ban[] = [
  { pattern: /\bDate\.now\b/g, because: 'time comes with the event' },
  { pattern: /\bDate\(\s*\)/g, because: 'time comes with the event' },
  { pattern: /\bperformance\b/g, because: 'time comes with the event' },
  { pattern: /\bMath\.random\b/g, because: 'dice come as a seed' },
  { pattern: /\basync\b|\bawait\b|\bPromise\b/g, because: 'a step is done when it returns' },
  { pattern: /\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/g, because: 'timers are effects' },
  { pattern: /\bconsole\b/g, because: 'a log line is an effect' },
];

// Written with brackets so that these lines do not find themselves.
const EVERYWHERE: readonly Ban[] = [
  { pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/g, because: 'finish it or leave it out', inComments: true },
  { pattern: /@ts-[i]gnore|@ts-[n]ocheck/g, because: 'make the types true', inComments: true },
  { pattern: /\bas[ ]any\b/g, because: 'make the types true' },
  { pattern: /\.on[l]y\b\s*\(/g, because: 'it hides the other tests' },
  { pattern: /\.(?:sk[i]p|to[d]o)\(/g, because: 'a test runs or does not exist' },
];

const MAX_LINES = 300;
const MAX_MACHINE_LINES = 200;
const MAX_COLUMNS = 110;

/** One sentence per fault of form, with its place; empty when all is well. */
export function faultsOfForm(source: Source): readonly string[] {
  return [...bannedWords(source), ...overlong(source), ...opening(source)];
}

function bannedWords(source: Source): readonly string[] {
  const isPure = /^(core|sim)\//.test(source.path) && !source.path.endsWith('.test.ts');
  const code = withoutComments(source.text);
  return [...EVERYWHERE, ...(isPure ? PURE : [])].flatMap((ban) =>
    [...(ban.inComments === true ? source.text : code).matchAll(ban.pattern)].map(
      (found) => `${placeOf(source, found.index)}: '${found[0]}' is banned: ${ban.because}`,
    ),
  );
}

function overlong(source: Source): readonly string[] {
  const lines = source.text.replace(/\n$/, '').split('\n');
  const most = source.path.endsWith('/machine.ts') ? MAX_MACHINE_LINES : MAX_LINES;
  const tall = lines.length > most ? [`${source.path}: ${lines.length} lines, at most ${most}`] : [];
  // Sentences for people stay whole, so that they can be searched for.
  const isSentence = (line: string) => /(['`])(?=[^'`]*[^'`\s] [^'`\s]).{40,}\1/.test(line);
  const wide = lines.flatMap((line, at) =>
    line.length > MAX_COLUMNS && !isSentence(line)
      ? [`${source.path}:${at + 1}: ${line.length} columns, at most ${MAX_COLUMNS}`]
      : [],
  );
  return [...tall, ...wide];
}

/**
 * A file begins by saying what it is: a doc comment, in Svelte also inside its first script.
 * A unit test beside its file needs none: its name says whose test it is.
 */
function opening(source: Source): readonly string[] {
  if (/^(?!test\/).*\.test\.ts$/.test(source.path)) return [];
  const form = source.path.endsWith('.svelte') ? /^<!--|^<script[^>]*>\s*\/\*\*/ : /^(#!.*\n)?\/\*\*/;
  return form.test(source.text) ? [] : [`${source.path}:1: say in a doc comment what this file is`];
}
