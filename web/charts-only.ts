/**
 * charts-only - of XState what defines a chart; the page as built has this in the place of `xstate`.
 *
 * The core steps its charts by tables and asks of XState only what a chart says (docs/decisions/0012):
 * states, rows, names. test/property/charts-only.test.ts holds the tables of all charts equal to those that
 * XState gives. What is not known here is left as it stands; core/kernel/table.ts refuses it.
 * docs/decisions/0014-first-load.md
 */

interface Row {
  readonly target?: string;
  readonly actions?: unknown;
  readonly reenter?: boolean;
}
interface Node {
  readonly initial?: string;
  readonly states?: Readonly<Record<string, Node>>;
  readonly type?: string;
  readonly on?: Readonly<Record<string, unknown>>;
  readonly always?: unknown;
}
type Part = Readonly<Record<'entry' | 'exit' | 'invoke' | 'after' | 'tags', unknown>>;

function listOf(given: unknown): readonly unknown[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given : [given];
}

/** Rows as XState has them: `target` as a list of states, `actions` always a list. */
function rowsOf(given: unknown, states: Readonly<Record<string, unknown>>): readonly object[] {
  return (given === undefined ? [given] : listOf(given)).map((each) => {
    const row = (typeof each === 'object' ? each : { target: each }) as Row;
    const { target, actions, reenter = false } = row;
    return {
      ...row,
      ...{ reenter, actions: listOf(actions) },
      target: target === undefined ? undefined : listOf(target).map((key) => stateOf(states, String(key))),
    };
  });
}

function stateOf(states: Readonly<Record<string, unknown>>, key: string): unknown {
  if (states[key] === undefined) throw new Error(`panic: no state ${key}`);
  return states[key];
}

function nodeOf(key: string, config: Node & Partial<Part>): object {
  const { entry, exit, invoke, after, tags, type, states } = config;
  return {
    ...config,
    ...{ key, type: type ?? (states === undefined ? 'atomic' : 'compound') },
    ...{ entry: listOf(entry), exit: listOf(exit), invoke: listOf(invoke), after: listOf(after) },
    tags: listOf(tags),
  };
}

/** The rows of a node, when all states are known. */
function withRows(node: object, { on = {}, always }: Node, states: Readonly<Record<string, object>>): object {
  const rows = Object.entries(on).map(([event, given]) => [event, rowsOf(given, states)] as const);
  const here = always === undefined ? {} : { always: rowsOf(always, states) };
  return Object.assign(node, here, { transitions: new Map(rows) });
}

/** `setup` of XState: types are forgotten, what the names stand for is kept. */
export function setup(implementations: { readonly guards?: object; readonly actions?: object }) {
  return {
    createMachine: (config: Node & { readonly id?: string }) => {
      const configs = Object.entries(config.states ?? {});
      const states = Object.fromEntries(configs.map(([key, each]) => [key, nodeOf(key, each)]));
      for (const [key, each] of configs) withRows(states[key] as object, each, states);
      const initial = { target: [states[config.initial ?? '']], actions: [] };
      const root = { ...nodeOf(config.id ?? '', config), states, initial };
      return { config, id: config.id, root: withRows(root, config, states), implementations };
    },
  };
}

/** `enqueueActions` of XState: the core knows an action by the rule it was made of. core/kernel/act.ts */
export function enqueueActions(): () => void {
  return () => {};
}
