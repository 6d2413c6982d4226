/**
 * agenda - what is going to happen, in order of time, then in order of being entered.
 *
 * A leftist heap of immutable nodes: entering and taking cost O(log n), a checkpoint costs nothing.
 */

export interface Entry<Happening> {
  /** Microseconds since the epoch. */
  readonly atUs: number;
  readonly serial: number;
  readonly happening: Happening;
}

interface Heap<Happening> {
  readonly entry: Entry<Happening>;
  readonly rank: number;
  readonly left: Heap<Happening> | undefined;
  readonly right: Heap<Happening> | undefined;
}

/** Everything the agenda knows, as data. */
export interface AgendaState<Happening> {
  readonly heap: Heap<Happening> | undefined;
  readonly serial: number;
}

export interface Agenda<Happening> {
  /** Enters a happening; returns its serial number. */
  add(atUs: number, happening: Happening): number;
  /** The serial number of the latest entry. */
  serial(): number;
  first(): Entry<Happening> | undefined;
  /** Takes the first entry out. */
  take(): Entry<Happening> | undefined;
  save(): AgendaState<Happening>;
  load(state: AgendaState<Happening>): void;
}

function isBefore<Happening>(one: Entry<Happening>, other: Entry<Happening>): boolean {
  return one.atUs < other.atUs || (one.atUs === other.atUs && one.serial < other.serial);
}

function merge<Happening>(
  one: Heap<Happening> | undefined,
  other: Heap<Happening> | undefined,
): Heap<Happening> | undefined {
  if (one === undefined) return other;
  if (other === undefined) return one;
  const [top, rest] = isBefore(one.entry, other.entry) ? [one, other] : [other, one];
  const merged = merge(top.right, rest);
  const [left, right] = rankOf(top.left) >= rankOf(merged) ? [top.left, merged] : [merged, top.left];
  return { entry: top.entry, rank: rankOf(right) + 1, left, right };
}

function rankOf(heap: Heap<unknown> | undefined): number {
  return heap?.rank ?? 0;
}

/** Nothing is going to happen yet. */
export function createAgenda<Happening>(): Agenda<Happening> {
  let heap: Heap<Happening> | undefined;
  let serial = 0;
  return {
    add: (atUs, happening) => {
      serial += 1;
      heap = merge(heap, { entry: { atUs, serial, happening }, rank: 1, left: undefined, right: undefined });
      return serial;
    },
    serial: () => serial,
    first: () => heap?.entry,
    take: () => {
      const entry = heap?.entry;
      heap = merge(heap?.left, heap?.right);
      return entry;
    },
    save: () => ({ heap, serial }),
    load: (state) => {
      ({ heap, serial } = state);
    },
  };
}
