/**
 * sim - plays a scenario in the simulator and prints what happened: `npm run sim -- <scenario> [--seed n]
 * [--until n]
 * [--why] [--trace] [--check] [--crash-every-step] [--lang fr|en]`.
 */
import { parseArgs } from 'node:util';
import { sentenceOf, type TraceEvent, type WhyWords, type Words, whyLines, whysOf } from '#core';
import { scenarioOf, scenarios } from '#scenarios';
import { crashAfterEvery, type Finding, play, reproduceLine, type Scenario, type World } from '#sim';

type Language = 'fr' | 'en';

const SAYINGS = {
  fr: {
    usage:
      'Usage : npm run sim -- <scénario> [--seed n] [--until n] [--why] [--trace] [--check] [--crash-every-step]',
    known: 'Scénarios :',
    screen: 'Écran',
    log: 'Journal',
    story: 'Ce qui s’est passé',
    ends: 'Fin attendue',
    invariants: 'Invariants',
    held: 'tous respectés',
    crashes: 'coupures de courant, dont suivies d’un double',
    again: 'Pour rejouer',
  },
  en: {
    usage:
      'Usage: npm run sim -- <scenario> [--seed n] [--until n] [--why] [--trace] [--check] [--crash-every-step]',
    known: 'Scenarios:',
    screen: 'Screen',
    log: 'Log',
    story: 'What happened',
    ends: 'Expected end',
    invariants: 'Invariants',
    held: 'all hold',
    crashes: 'power cuts, of which followed by a second copy',
    again: 'To play it again',
  },
} as const;

const OPTIONS = {
  seed: { type: 'string', default: '1' },
  until: { type: 'string' },
  why: { type: 'boolean', default: false },
  trace: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  'crash-every-step': { type: 'boolean', default: false },
  lang: { type: 'string', default: 'fr' },
} as const;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function title(text: string): void {
  print(`\n== ${text}`);
}

interface Texts {
  /** Sentences by chart. */
  readonly words: Readonly<Record<string, Words>>;
  readonly whyWords: WhyWords;
}

/** Loads the texts of one language. */
async function textsOf(language: Language): Promise<Texts> {
  return language === 'en' ? import('#core/words.en') : import('#core/words.fr');
}

/** Programs by service: several names of master.cf are one program. */
function chartOf(service: string): string {
  if (service === 'defer' || service === 'trace') return 'bounce';
  return service === 'retry' ? 'error' : service;
}

function printStory(world: World, { words }: Texts): void {
  const events = world.trace();
  for (const event of events) {
    const catalogue = words[chartOf(event.service)];
    const sentence = catalogue === undefined ? undefined : sentenceOf(catalogue, event);
    if (sentence !== undefined) print(`${String(event.n).padStart(5)}  ${sentence}`);
  }
}

/** The log, with what led to each line; between them decisions and replies that no line tells of. */
function printReasons(world: World, { whyWords }: Texts): void {
  const [first] = world.scenario.hosts;
  const lines = world.log().values();
  for (const event of world.trace()) {
    if (event.host !== first?.name) continue;
    for (const why of whysOf(event)) {
      if (why.type === 'reply' && why.causes.length === 0) continue;
      print(why.type === 'log' ? (lines.next().value ?? '') : `(${why.text})`);
      for (const line of whyLines(why, whyWords)) print(`        ← ${line}`);
    }
  }
}

function printTrace(events: readonly TraceEvent[]): void {
  for (const { n, t, cause, process: name, event, before, after, effects, panic } of events) {
    const text = typeof event.text === 'string' ? ` ${JSON.stringify(event.text)}` : '';
    const move = before === after ? after : `${before ?? ''} → ${after}`;
    const asked = effects.map(({ type }) => type).join(' ');
    const end = panic === undefined ? '' : ` ${panic}`;
    const time = new Date(t).toISOString().slice(11);
    print(`${String(n).padStart(5)} ${time} ←${cause} ${name} ${event.type}${text} [${move}] ${asked}${end}`);
  }
}

function printFindings(findings: readonly Finding[], language: Language): void {
  title(SAYINGS[language].invariants);
  if (findings.length === 0) print(SAYINGS[language].held);
  for (const { n, invariant, text } of findings) print(`${n}: ${invariant}: ${text}`);
}

function runCrashes(
  scenario: Scenario,
  seed: number,
  until: number | undefined,
  language: Language,
): boolean {
  const run = crashAfterEvery(scenario, seed, until === undefined ? {} : { to: until });
  title(SAYINGS[language].invariants);
  print(`${run.crashes} ${SAYINGS[language].crashes}: ${run.duplicates}`);
  for (const { crashedAfter, n, invariant, text } of run.findings)
    print(`crash after ${crashedAfter}, event ${n}: ${invariant}: ${text}`);
  const [first] = run.findings;
  if (first !== undefined) {
    print(
      `${SAYINGS[language].again}: ${reproduceLine(scenario, seed, first.crashedAfter)} --crash-every-step`,
    );
  }
  return run.findings.length === 0;
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const language: Language = values.lang === 'en' ? 'en' : 'fr';
  const say = SAYINGS[language];
  const texts = await textsOf(language);
  const [id = ''] = positionals;
  const scenario = scenarioOf(id);
  if (scenario === undefined) {
    print(`${say.usage}\n${say.known}`);
    for (const known of scenarios) print(`  ${known.id.padEnd(16)} ${known.title[language]}`);
    return 1;
  }
  const seed = Number(values.seed);
  const until = values.until === undefined ? undefined : Number(values.until);
  if (values['crash-every-step']) return runCrashes(scenario, seed, until, language) ? 0 : 1;
  const options = { check: values.check, ...(until === undefined ? {} : { until }) };
  const { world, digest, outcomes, findings } = play(scenario, seed, options);
  title(`${scenario.title[language]} (${scenario.id})`);
  print(scenario.intro[language]);
  for (const { name } of world.terminals()) {
    title(`${say.screen} ${name}`);
    print(world.transcript(name).trimEnd());
  }
  title(say.log);
  if (values.why) printReasons(world, texts);
  else for (const line of world.log()) print(line);
  title(say.story);
  printStory(world, texts);
  if (values.trace) printTrace(world.trace());
  if (outcomes.length > 0) title(say.ends);
  for (const { ok, what, expected, observed } of outcomes) {
    print(
      ok
        ? `✓ ${what}: ${what.startsWith('transcript') ? '=' : observed}`
        : `✗ ${what}: ${expected} ≠ ${observed}`,
    );
  }
  if (values.check) printFindings(findings, language);
  print(`\ndigest ${digest}  (${world.n()})`);
  const isGood = findings.length === 0 && outcomes.every(({ ok }) => ok);
  if (!isGood) print(`${say.again}: ${reproduceLine(scenario, seed, findings[0]?.n ?? world.n())} --check`);
  return isGood ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
