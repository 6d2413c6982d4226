/** delta - what has changed between two views, and a view after a change. */
import type { Delta, EngineView, Splice, TerminalDelta } from './protocol.ts';
import type { MailEntry, TerminalLine, TerminalView } from './view.ts';

/** An empty view: before anything is loaded. */
export const emptyView: EngineView = {
  ...{ mode: 'simulated', first: 0, n: 0, length: 0, now: 0, atTip: true, isPlaying: false, isIdle: true },
  ...{ branches: [], marks: [], processes: [], queues: [], counts: {}, mail: [], terminals: [], log: [] },
};

const SPLICED: ReadonlySet<string> = new Set(['log', 'marks', 'mail', 'terminals']);

/** Everything that differs; lists that only grow are sent by their end. */
export function deltaBetween(before: EngineView, after: EngineView): Delta {
  const set: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof EngineView>) {
    if (!SPLICED.has(key) && !isSame(key, before[key], after[key])) set[key] = after[key];
  }
  const log = spliceBetween(before.log, after.log, (one, other) => one === other);
  const marks = spliceBetween(
    before.marks,
    after.marks,
    (one, other) => one.n === other.n && one.t === other.t,
  );
  const mail = spliceBetween(before.mail, after.mail, isSameLetter);
  const terminals = terminalsBetween(before.terminals, after.terminals);
  return {
    set: set as Delta['set'],
    ...(log === undefined ? {} : { log }),
    ...(marks === undefined ? {} : { marks }),
    ...(mail === undefined ? {} : { mail }),
    ...(terminals === undefined ? {} : { terminals }),
  };
}

export function applyDelta(view: EngineView, { set, log, marks, mail, terminals }: Delta): EngineView {
  return {
    ...view,
    ...set,
    ...(log === undefined ? {} : { log: spliced(view.log, log) }),
    ...(marks === undefined ? {} : { marks: spliced(view.marks, marks) }),
    ...(mail === undefined ? {} : { mail: spliced(view.mail, mail) }),
    ...(terminals === undefined ? {} : { terminals: terminals.map((each) => terminalAfter(view, each)) }),
  };
}

/** What does not change stays the same object: nothing of it is drawn again. */
function terminalAfter({ terminals }: EngineView, { lines, ...facts }: TerminalDelta): TerminalView {
  const known = terminals.find(({ name }) => name === facts.name);
  const isSameLines = known !== undefined && known.lines.length === lines.keep && lines.add.length === 0;
  if (isSameLines && isSameFacts(known, facts)) return known;
  return { ...facts, lines: isSameLines ? known.lines : spliced(known?.lines ?? [], lines) };
}

function terminalsBetween(
  before: EngineView['terminals'],
  after: EngineView['terminals'],
): readonly TerminalDelta[] | undefined {
  let isChanged = before.length !== after.length;
  const deltas = after.map((terminal, place) => {
    const { lines, ...facts } = terminal;
    const known = before.find(({ name }) => name === facts.name);
    const splice = spliceBetween(known?.lines ?? [], lines, isSameLine);
    isChanged ||= splice !== undefined || known !== before[place] || !isSameFacts(known, facts);
    return { ...facts, lines: splice ?? { keep: lines.length, add: [] } };
  });
  return isChanged ? deltas : undefined;
}

type Facts = Omit<TerminalView, 'lines'>;

function isSameFacts(one: Facts | undefined, other: Facts): boolean {
  return one?.title === other.title && one.isOpen === other.isOpen && one.canType === other.canType;
}

function isSameLine(one: TerminalLine, other: TerminalLine): boolean {
  return one === other || (one.n === other.n && one.from === other.from && one.text === other.text);
}

function isSameLetter(one: MailEntry, other: MailEntry): boolean {
  if (one === other) return true;
  const isSameFile = one.user === other.user && one.folder === other.folder && one.name === other.name;
  return isSameFile && one.text === other.text;
}

function isSame(key: keyof EngineView, one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!Array.isArray(one) || !Array.isArray(other)) return JSON.stringify(one) === JSON.stringify(other);
  if (one.length !== other.length) return false;
  // Processes never change in place, and their sets would all look alike as JSON.
  if (key === 'processes') return one.every((each, at) => each === other[at]);
  return JSON.stringify(one) === JSON.stringify(other);
}

function spliceBetween<Item>(
  before: readonly Item[],
  after: readonly Item[],
  isEqual: (one: Item, other: Item) => boolean,
): Splice<Item> | undefined {
  if (before === after) return undefined;
  let keep = 0;
  while (keep < before.length && keep < after.length) {
    if (!isEqual(before[keep] as Item, after[keep] as Item)) break;
    keep += 1;
  }
  if (keep === before.length && keep === after.length) return undefined;
  return { keep, add: after.slice(keep) };
}

function spliced<Item>(list: readonly Item[], { keep, add }: Splice<Item>): readonly Item[] {
  return [...list.slice(0, keep), ...add];
}
