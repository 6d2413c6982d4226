/** Random main.cf and master.cf files, and the comparison of what both postconf(1) say of one. */
import fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { postconf } from '../../server/cli/postconf.ts';
import { ours, type Ran, real, sortedLines } from '../support/commands.ts';
import { oraclePath } from '../support/oracles.ts';

const DEBIAN_MASTER = '/usr/share/postfix/master.cf.dist';

/** Built-in names, names that Postfix knows but does not list, transports' names, and a user's own. */
export const NAMES = [
  ...['mydomain', 'myorigin', 'relayhost', 'mynetworks', 'forward_path', 'alias_maps', 'myhostname'],
  ...['smtpd_restriction_classes', 'virtual_maps', 'lmtpd_timeout', 'smtp_destination_rate_delay'],
  ...['maildrop_time_limit', 'command_time_limit', 'nosuch_time_limit', 'uucp_time_limit', 'smtp_time_limit'],
  ...['uucp_recipient_limit', 'process_name', 'fallback_relay', 'aa', 'bb', 'cc', 'q1'],
];

/** Real Postfix forgets what main.cf says of process_name when it comes to it, in no certain order. */
const name = fc.constantFrom(...NAMES.filter((one) => one !== 'process_name'), 'nosuch');

/** References as people write them. A comparison compares no names: real Postfix does not survive a loop. */
const reference = name.chain((n) =>
  fc.constantFrom(
    ...[`$${n}`, `\${${n}}`, `$(${n})`, `\${${n}?yes}`, `\${${n}:no}`, `\${${n}?{a b}:{c}}`, `\${ ${n} }`],
    ...[`\${${n}?{$aa}:{$bb}}`, `\${{x}=={x}?{$${n}}:{$cc}}`, `\${{3.6} <=level {3.10}?{$${n}}}`],
  ),
);

const literal = fc.constantFrom(
  ...['a', 'hash:/etc/x', '127.0.0.0/8', '\u00c3\u00a9', '=', '#x', '', '$$', '$$aa', '{ a  b }', '{a}'],
  ...['inline:{ a=b }', 'inline:{{a = b}, {c = d}}', 'a{b c}d'],
);

const broken = fc.oneof(
  fc.constantFrom(
    ...['$', '${', '$(aa', '${aa', '${}', '${aa-b}', '$-', '${aa?{b}', '${aa?{b}c}', '${aa:{b}c}', '$$$'],
    ...['${{x}==y}', '${{x}~{y}}', '${{x}==foo{y}}', '${{x}<level{3}}', '${{x}=={y}z}', '${{x', '${aa?$}$bb'],
  ),
  fc.constantFrom(...['{', '}', '{a', '{a}b', '{{a}', 'inline:{a', 'proxy:inline:{a}b', 'b}', 'x:{ {c }']),
);

const blank = fc.constantFrom(' ', '  ', '\t', ', ', ',', '\n ', '\n# comment\n\t', '');

/** Values of which few are malformed. */
const value = fc
  .array(
    fc.tuple(
      fc.oneof(
        { arbitrary: literal, weight: 10 },
        { arbitrary: reference, weight: 10 },
        { arbitrary: broken, weight: 1 },
      ),
      blank,
    ),
    { maxLength: 4 },
  )
  .map((parts) =>
    parts
      .flat()
      .join('')
      .replace(/^\s*\n/, ' '),
  );

/** One `name = value` of main.cf, as lines. */
interface Entry {
  readonly name: string;
  readonly text: string;
}

const entry: fc.Arbitrary<Entry> = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom('=', ' = ', ' =\t'), value)
  .map((parts) => ({ name: parts[0], text: `${parts.join('')}\n` }));

const entries = fc.array(entry, { maxLength: 8 });

/** A main.cf. */
export const mainCf: fc.Arbitrary<string> = entries.map((all) => all.map(({ text }) => text).join(''));

const override = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom('a', '$bb', '${aa?$q1}', '$nosuch', 'cc', '${', '$process_name'),
  )
  .chain(([own, text]) =>
    fc.constantFrom(`-o ${own}=${text}`, ...(text === '${' ? [] : [`-o { ${own} = ${text} }`])),
  );

/** A line of master.cf. */
interface Service {
  readonly columns: string;
  /** `-o name=value`, no name twice. */
  readonly options: readonly string[];
}

const service: fc.Arbitrary<Service> = fc.record({
  columns: fc
    .tuple(
      fc.constantFrom('a inet', 'maildrop unix', 'q1 unix', '127.0.0.1:25 inet'),
      fc.constantFrom('smtpd', 'pipe', 'spawn', 'smtp'),
    )
    .map(([head, command]) => `${head} n - n - - ${command}`),
  options: fc.uniqueArray(override, { maxLength: 3, selector: (one) => /\w+(?= ?=)/.exec(one)?.[0] ?? '' }),
});

/** A configuration, and the words that postconf(1) gets after -c DIRECTORY. */
export interface Configuration {
  readonly main: readonly Entry[];
  /** Added to Debian's master.cf. */
  readonly master: Service | undefined;
  readonly words: readonly string[];
}

export const configurations: fc.Arbitrary<Configuration> = fc.record({
  main: entries,
  master: fc.option(service, { nil: undefined, freq: 1 }),
  words: fc.constantFrom(
    ...[['-n'], ['-nh'], ['-nH'], ['-nx'], ['-nxh'], ['-n', 'aa', 'relayhost'], ['-H', 'cc', 'mydomain']],
    // Not a transport's own parameter: Debian's 3.7 overwrites its default while it expands that.
    ...[
      ['-x', 'aa', 'mynetworks', 'virtual_maps', 'mydomain'],
      ['maildrop_time_limit', 'nosuch'],
    ],
  ),
});

/** Makes a configuration directory. */
export function writeConfiguration(path: string, mainText: string, moreMaster = ''): string {
  fs.mkdirSync(path, { recursive: true });
  fs.writeFileSync(join(path, 'main.cf'), mainText, 'latin1');
  fs.copyFileSync(DEBIAN_MASTER, join(path, 'master.cf'));
  fs.appendFileSync(join(path, 'master.cf'), moreMaster);
  return path;
}

/** Postfix reads main.cf twice, so its second reading finds every entry "overriding" the first reading's. */
export const withoutRepeats = (text: string): readonly string[] =>
  sortedLines(text).filter((line) => !line.includes(': overriding earlier entry: '));

function isSame(mine: Ran, theirs: Ran): boolean {
  const [all, some] = [new Set(sortedLines(theirs.err)), sortedLines(mine.err)];
  return (
    mine.code === theirs.code &&
    mine.out === theirs.out &&
    withoutRepeats(mine.err).join('\n') === withoutRepeats(theirs.err).join('\n') &&
    some.every((line) => all.has(line))
  );
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

function write(path: string, { main, master }: Configuration): void {
  const lines = master === undefined ? '' : `${[master.columns, ...master.options].join('\n  ')}\n`;
  writeConfiguration(path, main.map(({ text }) => text).join(''), lines);
}

/** Each in turn first, the others behind it as they were. */
function turns<Value>(all: readonly Value[], keyOf: (one: Value) => string): readonly (readonly Value[])[] {
  const keys = [...new Set(all.map(keyOf))];
  if (keys.length === 0) return [all];
  const isFirst = (key: string) => (one: Value) => keyOf(one) === key;
  return keys.map((key) => [...all.filter(isFirst(key)), ...all.filter((one) => !isFirst(key)(one))]);
}

/**
 * Postfix dies of the first malformed value in the order of a hash table with a random seed, so any may be
 * the first: ours is asked with each name moved to the front. What Postfix says must be
 * among all that ours says; how often it says it may differ.
 */
async function mayDieSo(path: string, configuration: Configuration, theirs: Ran): Promise<boolean> {
  const { main, master, words } = configuration;
  const said = new Set<string>();
  const ends = new Set<string>();
  const services = turns(master?.options ?? [], (one) => one).map(
    (options): Service | undefined => master && { ...master, options },
  );
  for (const moved of turns(main, (one) => one.name))
    for (const other of services) {
      write(path, { main: moved, master: other, words });
      const mine = await ours('postconf', postconf, ['-c', path, ...words]);
      if (mine.code !== theirs.code || mine.out !== theirs.out) return false;
      for (const line of sortedLines(mine.err)) said.add(line);
      ends.add(lastLine(mine.err));
    }
  return withoutRepeats(theirs.err).every((line) => said.has(line)) && ends.has(lastLine(theirs.err));
}

/** Both answers, ours and Debian's, as text where they differ; undefined where they agree. */
export async function difference(path: string, configuration: Configuration): Promise<string | undefined> {
  write(path, configuration);
  const args = ['-c', path, ...configuration.words];
  const theirs = await real(oraclePath('postconf'), args);
  const mine = await ours('postconf', postconf, args);
  if (isSame(mine, theirs)) return undefined;
  if (theirs.err.includes('macro processing error') && (await mayDieSo(path, configuration, theirs)))
    return undefined;
  const shown = ({ code, out, err }: Ran): string => `${code}\n${out}${sortedLines(err).join('\n')}`;
  return `${JSON.stringify(configuration)}\n--- ours\n${shown(mine)}\n--- Debian's\n${shown(theirs)}`;
}

/** Configurations from `seed` on that both read differently, so many at a time. */
export async function differences(folder: string, seed: number, count: number): Promise<readonly string[]> {
  const samples = fc.sample(configurations, { seed, numRuns: count });
  const found: string[] = [];
  /** Most of the time one that dies sleeps. */
  const AT_ONCE = 40;
  for (let at = 0; at < count; at += AT_ONCE) {
    const some = samples.slice(at, at + AT_ONCE);
    const all = await Promise.all(some.map((one, index) => difference(join(folder, `f${index}`), one)));
    for (const one of all) if (one !== undefined) found.push(`seed ${seed}: ${one}`);
  }
  return found;
}
