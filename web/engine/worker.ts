/** worker - the simulator in a thread of its own: the page stays quick whatever the world does. */
import { createEngine } from './engine.ts';
import { loadLate } from './late.ts';
import type { Asked, Posted } from './protocol.ts';

/** The part of a worker's global scope that is used here. */
interface Scope {
  onmessage: ((message: { readonly data: Asked }) => void) | null;
  postMessage(posted: Posted): void;
}

const scope = globalThis as unknown as Scope;
const clock = {
  now: () => performance.now(),
  later: (afterMs: number, call: () => void) => {
    setTimeout(call, afterMs);
  },
};
const engine = createEngine(clock, (posted) => scope.postMessage(posted), loadLate);
scope.onmessage = ({ data }) => engine.hear(data);
