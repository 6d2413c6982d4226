/**
 * late - what an ordinary letter does not need, until its code is there: programs, and rules of others.
 *
 * The page as built has this in the place of core/rare.ts: the same names, and behind them the real programs
 * once they are loaded; and web/at-build.ts puts a rule made here in the place of each rule of the modules of
 * late-rules.ts. Who asks too early has needsCode thrown at them: the world stands still until the code is
 * there, and then makes that step (sim/world.ts). docs/decisions/0014-first-load.md
 */
import { needsCode, type Programs } from '#core';

type Rules = Readonly<Record<string, object>>;

let programs: Programs | undefined;
let rules: Rules | undefined;

/** Loads them all. Rejects when there is no network; it can be tried again. */
export async function loadLate(): Promise<void> {
  ({ rare: programs, rules } = await import('./late-code.ts'));
}

function late(name: string, single: boolean): Programs[string] {
  const real = () => {
    const daemon = programs?.[name]?.daemon;
    if (daemon === undefined) throw needsCode(name);
    return daemon;
  };
  return {
    single,
    daemon: {
      name,
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

/** Functions of a module by name, each of which asks for the code when it is called too early. */
export function lateRules(module: string) {
  return (name: string) =>
    (...given: readonly unknown[]): unknown => {
      const rule = (rules?.[module] as Readonly<Record<string, unknown>> | undefined)?.[name];
      if (typeof rule !== 'function') throw needsCode(`${name} of ${module}`);
      return rule(...given);
    };
}
