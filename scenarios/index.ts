/** The scenarios, in teaching order. */
import { play, type Scenario } from '#sim';
import { differe } from './differe.ts';
import { gouvBj } from './gouv-bj.ts';
import { relaisRefuse } from './relais-refuse.ts';

export const scenarios: readonly Scenario[] = [gouvBj, relaisRefuse, differe];

/** The scenario of this id. */
export function scenarioOf(id: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.id === id);
}

/**
 * Plays a scenario by its script and gives the digest of its trace: equal in every engine. Throws for a
 * wrong id.
 */
export function digestOf(id: string, seed: number): string {
  const scenario = scenarioOf(id);
  if (scenario === undefined) throw new Error(`no scenario ${id}`);
  return play(scenario, seed).digest;
}

export { gouvBj, memoirLines } from './gouv-bj.ts';
