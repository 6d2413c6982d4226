/**
 * table - a chart compiled to rows: state → event → guard, actions, target; and the step through them.
 *
 * XState defines the charts, draws them and says what a step means; test/property/process.test.ts holds this
 * table equal to it. What our charts do not use is refused when they are compiled.
 * docs/decisions/0012-chart-tables.md
 *
 * Every step comes through here, mostly while the program is still cold: so loops count instead of iterating.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { type Rule, ruleOf } from './act.ts';
import type { Effect } from './effects.ts';
import { changed, joined } from './joined.ts';

/** One row of a chart. `index` is its place among the rows of that event (`''`: always) in that state. */
export interface Row {
  readonly state: string;
  readonly event: string;
  readonly guard?: string;
  readonly index: number;
  readonly target?: string;
  readonly description?: string;
}

/** A chart at rest, as plain data. */
export interface ChartState {
  readonly value: string;
  readonly status: 'active' | 'done';
  readonly tags: readonly string[];
  readonly context: unknown;
}

interface Args {
  readonly context: unknown;
  readonly event: { readonly type: string };
}
type Guard = (args: Args, params: unknown) => unknown;

interface Act {
  readonly rule: Rule<object, unknown, unknown>;
  readonly params: unknown;
}
/** A row with what its names stand for. */
interface Line {
  /** The row as a list of one: what a step has taken that takes nothing else. */
  readonly taken: readonly Row[];
  readonly guard: Guard | undefined;
  readonly params: unknown;
  readonly actions: readonly Act[];
  /** Undefined: it stays, and nothing is entered. */
  readonly target: Place | undefined;
}
interface Place {
  readonly name: string;
  readonly status: 'active' | 'done';
  readonly tags: readonly string[];
  readonly entry: readonly Act[];
  /** By event: the state's own rows, then those of the whole chart. */
  readonly lines: Map<string, readonly Line[]>;
  always: readonly Line[];
}
interface Table {
  readonly places: ReadonlyMap<string, Place>;
  readonly initial: Place;
  readonly contextOf: (input: unknown) => object;
  /** Kept for V8: Object.assign makes a slow table of many fields, unless a spread made one alike before. */
  shape: object | undefined;
}

/** What a step has come to so far. */
interface Progress {
  place: Place;
  context: object;
  /** The context is this step's own copy: changes may go into it. */
  isOwn: boolean;
  effects: readonly Effect[];
  rows: readonly Row[];
}

const NO_EFFECTS: readonly Effect[] = [];
const NO_ROWS: readonly Row[] = [];

const tables = new WeakMap<AnyStateMachine, Table>();

/** Compiled when it is first used. */
function tableOf(machine: AnyStateMachine): Table {
  const known = tables.get(machine);
  if (known !== undefined) return known;
  tables.set(machine, compile(machine));
  return tableOf(machine);
}

/** The initial state, as `initialTransition` of XState gives it. */
export function enterChart(machine: AnyStateMachine, input: unknown) {
  const table = tableOf(machine);
  const context = table.contextOf(input);
  table.shape ??= { ...Object.assign({}, context) };
  const progress = beginAt(table.initial, context);
  const event = { type: 'xstate.init', input };
  perform(progress, table.initial.entry, event);
  settle(progress, event);
  return told(progress);
}

/** One event and all that follows from it, as `transition` of XState gives it. */
export function stepTable(machine: AnyStateMachine, state: ChartState, event: Args['event']) {
  const place = tableOf(machine).places.get(state.value);
  if (place === undefined) throw new Error(`panic: ${machine.id} has no state ${state.value}`);
  const progress = beginAt(place, state.context as object);
  const lines = place.lines.get(event.type);
  if (lines !== undefined) take(progress, lines, event);
  settle(progress, event);
  return progress.rows.length === 0
    ? { state, effects: progress.effects, rows: progress.rows }
    : told(progress);
}

function beginAt(place: Place, context: object): Progress {
  return { place, context, isOwn: false, effects: NO_EFFECTS, rows: NO_ROWS };
}

function told({ place, context, effects, rows }: Progress) {
  const { name: value, status, tags } = place;
  const state: ChartState = { value, status, tags, context };
  return { state, effects, rows };
}

/** Takes the first row whose guard holds. False: none does. */
function take(progress: Progress, lines: readonly Line[], event: Args['event']): boolean {
  const args: Args = { context: progress.context, event };
  for (let index = 0; index < lines.length; index += 1) {
    const { taken, guard, params, actions, target } = lines[index] as Line;
    if (guard !== undefined && !guard(args, params)) continue;
    progress.rows = joined(progress.rows, taken);
    perform(progress, actions, event);
    if (target !== undefined) {
      progress.place = target;
      perform(progress, target.entry, event);
    }
    return true;
  }
  return false;
}

/** Rows without an event, until none holds any more. */
function settle(progress: Progress, event: Args['event']): void {
  while (progress.place.status === 'active' && progress.place.always.length > 0) {
    if (!take(progress, progress.place.always, event)) return;
  }
}

/** One copy a step: between two actions nobody keeps a context, as rules are pure. */
function change(progress: Progress, changes: object): void {
  if (progress.isOwn) Object.assign(progress.context, changes);
  else progress.context = changed(progress.context, changes);
  progress.isOwn = true;
}

function perform(progress: Progress, actions: readonly Act[], event: Args['event']): void {
  for (let index = 0; index < actions.length; index += 1) {
    const { rule, params } = actions[index] as Act;
    const { context, effects } = rule({ context: progress.context, event }, params);
    if (context !== undefined) change(progress, context);
    if (effects !== undefined) progress.effects = joined(progress.effects, effects);
  }
}

/** What a chart has that a table cannot say. */
function refuse(machine: AnyStateMachine, where: string, what: string): never {
  throw new Error(`panic: chart ${machine.id}, ${where === '' ? 'top' : where}: ${what}`);
}

/** The table of a chart. Throws if the chart has what is not known here. */
export function compile(machine: AnyStateMachine): Table {
  const { root } = machine;
  const nodes: readonly AnyStateNode[] = Object.values(root.states);
  if (root.type !== 'compound') refuse(machine, '', `type ${root.type}`);
  checkPlain(machine, root, ['entry', 'exit', 'always', 'invoke', 'after', 'output']);
  const places = new Map(nodes.map((node) => [node.key, placeOf(machine, node)]));
  const initial = places.get(root.initial.target[0]?.key ?? '');
  if (initial === undefined) refuse(machine, '', 'no initial state');
  if (root.initial.actions.length > 0) refuse(machine, '', 'actions at the beginning');
  const anywhere = linesOf(machine, root, places);
  for (const node of nodes) {
    const place = places.get(node.key);
    if (place === undefined) continue;
    for (const [event, lines] of linesOf(machine, node, places)) place.lines.set(event, lines);
    for (const [event, lines] of anywhere) {
      place.lines.set(event, [...(place.lines.get(event) ?? []), ...lines]);
    }
    place.always = rowsOf(machine, node, '', (node.always ?? []) as readonly Transition[], places);
  }
  return { places, initial, contextOf: contextOf(machine), shape: undefined };
}

function contextOf(machine: AnyStateMachine): Table['contextOf'] {
  const given = machine.config.context as
    | object
    | ((args: { readonly input: unknown }) => object)
    | undefined;
  if (typeof given !== 'function') return () => given ?? {};
  return (input) => given({ input });
}

type Part = 'entry' | 'exit' | 'always' | 'invoke' | 'after' | 'output';

function checkPlain(machine: AnyStateMachine, node: AnyStateNode, without: readonly Part[]): void {
  for (const part of without) {
    const has = part === 'output' ? node.output !== undefined : (node[part]?.length ?? 0) > 0;
    if (has) refuse(machine, node.key, part);
  }
}

/** A state without its rows: those need all states. */
function placeOf(machine: AnyStateMachine, node: AnyStateNode): Place {
  if (node.type !== 'atomic' && node.type !== 'final') refuse(machine, node.key, `type ${node.type}`);
  checkPlain(machine, node, ['after', 'invoke', 'exit', 'output']);
  const status = node.type === 'final' ? 'done' : 'active';
  const entry = node.entry.map((action) => actOf(machine, node.key, action));
  return { name: node.key, status, tags: node.tags, entry, lines: new Map(), always: [] };
}

interface Transition {
  readonly target: readonly AnyStateNode[] | undefined;
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
  readonly reenter: boolean;
  readonly description?: string;
}
type Places = ReadonlyMap<string, Place>;

function linesOf(machine: AnyStateMachine, node: AnyStateNode, places: Places) {
  const found = new Map<string, readonly Line[]>();
  for (const [event, transitions] of node.transitions) {
    if (event.includes('*') || event.startsWith('xstate.')) refuse(machine, node.key, `event ${event}`);
    found.set(event, rowsOf(machine, node, event, transitions as readonly Transition[], places));
  }
  return found;
}

function rowsOf(
  machine: AnyStateMachine,
  node: AnyStateNode,
  event: string,
  transitions: readonly Transition[],
  places: Places,
): readonly Line[] {
  const isTop = node === machine.root;
  const state = isTop ? '' : node.key;
  return transitions.map(({ target: targets, guard, actions, reenter, description }, index) => {
    if (reenter) refuse(machine, state, 'reenter');
    if ((targets?.length ?? 0) > 1 || (isTop && targets !== undefined)) refuse(machine, state, 'targets');
    const goal = targets?.[0]?.key;
    const target = goal === undefined ? undefined : places.get(goal);
    if (goal !== undefined && target === undefined) refuse(machine, state, `target ${goal}`);
    const asked = guard === undefined ? undefined : nameAndParams(machine, state, guard);
    const row: Row = {
      ...{ state, event, index },
      ...(asked === undefined ? {} : { guard: asked.type }),
      ...(goal === undefined ? {} : { target: goal }),
      ...(description === undefined ? {} : { description }),
    };
    return {
      taken: [row],
      guard: asked === undefined ? undefined : guardOf(machine, state, asked.type),
      params: asked?.params,
      actions: actions.map((action) => actOf(machine, state, action)),
      // A row that leads to its own state stays there: nothing is left, nothing entered.
      target: goal === node.key ? undefined : target,
    };
  });
}

interface Named {
  readonly type: string;
  readonly params?: unknown;
}

/** `'name'` or `{ type: 'name', params }` with fixed params. */
function nameAndParams(machine: AnyStateMachine, state: string, given: unknown): Named {
  if (typeof given === 'string') return { type: given };
  const { type, params } = given as Partial<Named>;
  if (typeof given === 'object' && typeof type === 'string' && typeof params !== 'function') {
    return { type, params };
  }
  return refuse(machine, state, 'a guard or an action without a name');
}

function guardOf(machine: AnyStateMachine, state: string, name: string): Guard {
  const guard = (machine.implementations.guards as Readonly<Record<string, unknown>>)[name];
  // and(), or(), not() are functions too, but they are marked.
  if (typeof guard === 'function' && !('check' in guard)) return guard as Guard;
  return refuse(machine, state, `no guard ${name}`);
}

function actOf(machine: AnyStateMachine, state: string, given: unknown): Act {
  const { type, params } = nameAndParams(machine, state, given);
  const rule = ruleOf((machine.implementations.actions as Readonly<Record<string, unknown>>)[type]);
  return rule === undefined ? refuse(machine, state, `no act() called ${type}`) : { rule, params };
}
