import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row } from '../kernel/process.ts';
import { templateOf } from '../kernel/words.ts';
import { localDaemon } from './daemon.ts';
import { linesOf, membersOf } from './members.ts';
import { play } from './play.ts';
import { words as english } from './words.en.ts';
import { words as french } from './words.fr.ts';

test.each([
  ['espera, alexandre', ['espera', 'alexandre']],
  ['"|/bin/cat -n, x", b', ['|/bin/cat -n, x', 'b']],
  ['Full Name <a@x.example>, b (the man)', ['a@x.example', 'b']],
  ['"quoted user", \\espera', ['quoted user', '\\espera']],
  [':include:/etc/list, /dev/null', [':include:/etc/list', '/dev/null']],
  [' , ,', []],
])('aliases(5): %s has the members %j', (text, expected) => {
  expect(membersOf(text)).toEqual(expected);
});

test('forward(5): a line ends like a comma, # begins a comment', () => {
  expect(linesOf('# mine\na@x.example\n\n\\espera, "|cmd a"\n')).toEqual([
    'a@x.example',
    '\\espera',
    '|cmd a',
  ]);
});

const names = ['espera', 'alexandre', 'a', 'b', 'c', 'd', 'e'];
const graphs = fc.dictionary(
  fc.constantFrom(...names),
  fc.array(fc.constantFrom(...names, 'ghost', 'x@far.example', '"|cmd"'), { minLength: 1, maxLength: 4 }),
);

test('aliases(5): any graph of aliases comes to an end, and each recipient gets exactly one result', () => {
  fc.assert(
    fc.property(graphs, fc.subarray([...names], { minLength: 1 }), (graph, asked) => {
      const aliases = Object.fromEntries(
        Object.entries(graph).map(([name, list]) => [name, list.join(', ')]),
      );
      const { results, exited, files, log } = play({
        aliases,
        recipients: asked.map((name) => `${name}@gouv.bj`),
      });
      expect(exited).toBe(true);
      expect(results?.map(({ recipient }) => recipient.address)).toEqual(
        asked.map((name) => `${name}@gouv.bj`),
      );
      const boxes = [...files.keys()].map((path) => path.split('/')[2]);
      expect(new Set(boxes).size).toBe(boxes.length);
      expect(log.length).toBeLessThan(200);
    }),
    { seed: 31, numRuns: 120 },
  );
});

test('aliases(5): a ladder of aliases with two ways at each rung is climbed once', () => {
  const rungs = Array.from({ length: 20 }, (_none, at) => at);
  const aliases = Object.fromEntries(
    rungs.map((at) => [`r${at}`, at < 19 ? `r${at + 1}, r${at + 1}, ghost` : 'espera']),
  );
  const { log, steps } = play({ aliases, recipients: ['r0@gouv.bj'] });
  expect(log.filter((line) => line.includes('to=<espera@'))).toHaveLength(1);
  expect(steps).toBeLessThan(200);
});

test('aliases(5): without a loop every user that a name leads to gets the message', () => {
  const leadsTo = (graph: Readonly<Record<string, readonly string[]>>, name: string): readonly string[] =>
    graph[name]?.flatMap((member) => leadsTo(graph, member)) ?? [name];
  const rank = (name: string) => ['a', 'b', 'c', 'd', 'e'].indexOf(name);
  const down = graphs.map((graph) =>
    Object.fromEntries(
      Object.entries(graph)
        .filter(([name]) => rank(name) >= 0)
        .map(([name, list]) => [name, list.filter((to) => rank(to) < 0 || rank(to) > rank(name))]),
    ),
  );
  fc.assert(
    fc.property(down, (graph) => {
      const aliases = Object.fromEntries(
        Object.entries(graph).map(([name, list]) => [name, list.join(', ')]),
      );
      const { files } = play({ aliases, recipients: ['a@gouv.bj'] });
      const users = new Set(leadsTo(graph, 'a').filter((name) => name === 'espera' || name === 'alexandre'));
      expect(new Set([...files.keys()].map((path) => path.split('/')[2]))).toEqual(users);
    }),
    { seed: 32, numRuns: 100 },
  );
});

/** Every row of the chart, as the trace would name it. */
function allRows(): readonly Row[] {
  interface Transition {
    readonly guard?: unknown;
    readonly eventType: string;
  }
  interface StateNode {
    readonly path: readonly string[];
    readonly transitions: ReadonlyMap<string, readonly Transition[]>;
    readonly always?: readonly Transition[];
    readonly states: Readonly<Record<string, StateNode>>;
  }
  const walk = (node: StateNode): readonly Row[] => [
    ...[...[...node.transitions.values()].flat(), ...(node.always ?? [])].map((row, index) => ({
      ...{ state: node.path.join('.'), event: row.eventType, index },
      ...(typeof row.guard === 'string' ? { guard: row.guard } : {}),
    })),
    ...Object.values(node.states).flatMap(walk),
  ];
  return walk(localDaemon.chart.root as unknown as StateNode);
}

test('words: every row of the chart has a sentence in both languages, and no sentence is for nothing', () => {
  const rows = allRows();
  expect(rows.length).toBeGreaterThan(50);
  for (const words of [english, french]) {
    const missing = rows.filter((row) => templateOf(words, row) === undefined);
    expect(missing).toEqual([]);
  }
  expect(Object.keys(french).sort()).toEqual(Object.keys(english).sort());
});
