/**
 * agenda - what is going to happen, in order of time, then in order of being entered.
 *
 * A binary heap in one array: entering and taking move O(log n) entries and make nothing new. A checkpoint
 * shares the array, and the next change copies it.
 */

export interface Entry<Happening> {
  /** Microseconds since the epoch. */
  readonly atUs: number;
  readonly serial: number;
  readonly happening: Happening;
}

/** Everything the agenda knows, as data. */
export interface AgendaState<Happening> {
  readonly heap: readonly Entry<Happening>[];
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
  /** Drops what no longer counts; what is left comes in the same order. */
  drop(counts: (happening: Happening) => boolean): void;
  save(): AgendaState<Happening>;
  load(state: AgendaState<Happening>): void;
}

function isBefore(one: Entry<unknown>, other: Entry<unknown>): boolean {
  return one.atUs < other.atUs || (one.atUs === other.atUs && one.serial < other.serial);
}

/** Puts an entry at a free place, or above it where what stands there comes later. */
function rise<Happening>(heap: Entry<Happening>[], free: number, entry: Entry<Happening>): void {
  let at = free;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const other = heap[above];
    if (other === undefined || isBefore(other, entry)) break;
    heap[at] = other;
    at = above;
  }
  heap[at] = entry;
}

/** Puts an entry at the top, or below it where what stands there comes earlier. */
function sink<Happening>(heap: Entry<Happening>[], entry: Entry<Happening>): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const one = heap[left];
    const two = heap[left + 1];
    if (one === undefined) break;
    const earlier = two !== undefined && isBefore(two, one) ? two : one;
    if (isBefore(entry, earlier)) break;
    heap[at] = earlier;
    at = earlier === one ? left : left + 1;
  }
  heap[at] = entry;
}

/** Nothing is going to happen yet. */
export function createAgenda<Happening>(): Agenda<Happening> {
  let heap: Entry<Happening>[] = [];
  let isShared = false;
  let serial = 0;

  /** The array to change: our own. */
  function own(): Entry<Happening>[] {
    if (isShared) heap = heap.slice();
    isShared = false;
    return heap;
  }

  return {
    add: (atUs, happening) => {
      serial += 1;
      const mine = own();
      rise(mine, mine.length, { atUs, serial, happening });
      return serial;
    },
    serial: () => serial,
    first: () => heap[0],
    take: () => {
      const mine = own();
      const first = mine[0];
      const last = mine.pop();
      if (last !== undefined && last !== first) sink(mine, last);
      return first;
    },
    drop: (counts) => {
      const left: Entry<Happening>[] = [];
      for (const entry of heap) if (counts(entry.happening)) rise(left, left.length, entry);
      heap = left;
      isShared = false;
    },
    save: () => {
      isShared = true;
      return { heap, serial };
    },
    load: (state) => {
      heap = state.heap as Entry<Happening>[];
      isShared = true;
      serial = state.serial;
    },
  };
}
