/**
 * late - the programs that an ordinary letter does not need, until their code is there.
 *
 * The page as built has this in the place of core/rare.ts: the same names, and behind them the real programs
 * once they are loaded. The world stands still before it gives one of them an event (sim/run.ts lacksCode),
 * so none is ever asked too early. docs/decisions/0014-first-load.md
 */
import type { Programs } from '#core';

let loaded: Programs | undefined;

/** Loads them all. Rejects when there is no network; it can be tried again. */
export async function loadLate(): Promise<void> {
  ({ rare: loaded } = await import('#core/rare'));
}

function late(name: string, single: boolean): Programs[string] {
  const real = () => {
    const daemon = loaded?.[name]?.daemon;
    if (daemon === undefined) throw new Error(`panic: ${name} is not loaded`);
    return daemon;
  };
  return {
    single,
    daemon: {
      ...{ name, isHere: () => loaded !== undefined },
      get chart() {
        return real().chart;
      },
      start: (input, at) => real().start(input, at),
      step: (state, event) => real().step(state, event),
      stateOf: (state) => real().stateOf(state),
    },
  };
}

export const rare: Programs = {
  anvil: late('anvil', true),
  bounce: late('bounce', false),
  dns: late('dns', true),
  error: late('error', false),
  flush: late('flush', true),
  milter: late('milter', false),
  pipe: late('pipe', false),
  policy: late('policy', true),
  verify: late('verify', true),
};
