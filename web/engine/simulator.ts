/** simulator - the page's end of the worker: questions with answers, and updates of the view. */
import type { TraceEvent } from '#core';
import type { Delta, Posted, Request } from './protocol.ts';

export interface Source {
  /** The worker's answer; false, undefined or the new n where there is nothing else to say. */
  ask(request: Request): Promise<unknown>;
  stop(): void;
}

/** Starts the worker; `update` hears of every change. */
export function startSimulator(update: (delta: Delta, passed: readonly TraceEvent[]) => void): Source {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, (value: unknown) => void>();
  let number = 0;
  worker.onmessage = ({ data }: MessageEvent<Posted>) => {
    if (data.type === 'update') return update(data.delta, data.passed);
    waiting.get(data.number)?.(data.value);
    waiting.delete(data.number);
  };
  return {
    ask: (request) => {
      number += 1;
      const mine = number;
      return new Promise((resolve) => {
        waiting.set(mine, resolve);
        worker.postMessage({ number: mine, request });
      });
    },
    stop: () => worker.terminate(),
  };
}
