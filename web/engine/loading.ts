/** loading - waits for code until it comes: who waits is never told that it has failed, only the page is. */
import { isNeedsCode } from '#core';
import type { Asked, Request } from './protocol.ts';

export interface Loading {
  /** It could not be loaded, and somebody waits for it. */
  readonly isMissing: boolean;
  /** Resolves when the code is there. */
  done(): Promise<void>;
  /** What a call gives; once the code is there if it needs code. Throws what else it throws. */
  whenHere<Value>(call: () => Value): Value | Promise<Value>;
  /** Tries again. */
  retry(): void;
}

/** @param changed is called when isMissing has changed */
export function createLoading(load: () => Promise<void>, changed: () => void): Loading {
  let waiting: (() => void)[] = [];

  async function done(): Promise<void> {
    for (;;) {
      try {
        return await load();
      } catch {
        const again = new Promise<void>((resolve) => waiting.push(resolve));
        changed();
        await again;
      }
    }
  }

  function whenHere<Value>(call: () => Value): Value | Promise<Value> {
    try {
      return call();
    } catch (error) {
      if (!isNeedsCode(error)) throw error;
      return done().then(() => whenHere(call));
    }
  }

  return {
    get isMissing() {
      return waiting.length > 0;
    },
    done,
    whenHere,
    retry: () => {
      const all = waiting;
      waiting = [];
      changed();
      for (const each of all) each();
    },
  };
}

/** Requests one after the other: what is asked while an answer waits for code comes after it. */
export function createOrder(
  answer: (request: Request) => unknown,
  tell: (number: number, value: unknown) => void,
): (asked: Asked) => void {
  const queue: Asked[] = [];
  let isBusy = false;

  function attend({ number, request }: Asked): void {
    const value = answer(request);
    if (!(value instanceof Promise)) return tell(number, value);
    isBusy = true;
    void value.then((late) => {
      isBusy = false;
      tell(number, late);
      while (queue.length > 0 && !isBusy) attend(queue.shift() as Asked);
    });
  }

  return (asked) => {
    if (isBusy) queue.push(asked);
    else attend(asked);
  };
}
