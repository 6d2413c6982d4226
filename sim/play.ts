/** play - a scenario from beginning to end, by its own script. */
import type { Finding } from './check.ts';
import { type Outcome, outcomes } from './expect.ts';
import type { Scenario } from './scenario.ts';
import { createWorld } from './world.ts';
import type { World } from './world-types.ts';

export interface PlayOptions {
  /** Look at the invariants after every event. */
  readonly check?: boolean;
  /** Stop after so many trace events. */
  readonly until?: number;
}

export interface Played {
  readonly world: World;
  readonly digest: string;
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
}

/** The end of a scenario: its people are done, and its time is over. */
export function playOut(world: World): void {
  world.run({ idle: true });
  const { runMs } = world.scenario.expectation;
  if (runMs !== undefined) world.run({ timeMs: Date.parse(world.scenario.start) + runMs });
}

/** Plays a scenario. The same scenario and seed give the same digest in every engine. */
export function play(scenario: Scenario, seed: number, options: PlayOptions = {}): Played {
  const world = createWorld(scenario, seed, { check: options.check === true });
  if (options.until === undefined) playOut(world);
  else world.seek(options.until);
  const digest = world.digest();
  const ends = options.until === undefined ? outcomes(world, scenario.expectation) : [];
  return { world, digest, outcomes: ends, findings: world.findings() };
}

/** One line that plays this again. */
export function reproduceLine(scenario: Scenario, seed: number, until: number): string {
  return `npm run sim -- ${scenario.id} --seed ${seed} --until ${until}`;
}
