/** gatherer - does a thing less often than it is asked for, where a little patience brings more at once. */

export interface Gatherer {
  /** There is something to do: it is done now if it is due, else with what comes in the next moments. */
  look(): void;
  /** Does it now. */
  now(): void;
}

/**
 * Makes one.
 *
 * @param waitMs nothing waits longer
 * @param isDue whether to wait would bring nothing, or there is enough already
 * @param act what is done; it may find that there is nothing left to do
 */
export function createGatherer(waitMs: number, isDue: () => boolean, act: () => void): Gatherer {
  let timer: NodeJS.Timeout | undefined;

  function now(): void {
    clearTimeout(timer);
    timer = undefined;
    act();
  }

  return {
    look: () => {
      if (isDue()) now();
      else timer ??= setTimeout(now, waitMs);
    },
    now,
  };
}
