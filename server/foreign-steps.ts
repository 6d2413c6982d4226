/**
 * Steps that were made in another process, told among ours: each gets the next number here, and what it
 * caused here says so.
 */
import type { StepRecord } from '#core';
import type { Performer } from './perform.ts';

export interface ForeignSteps {
  /** A cause as this process counts steps. */
  causeOf(cause: number): number;
  tell(record: StepRecord, performer: Performer): void;
}

/** So many steps are remembered as causes. */
const KEPT = 10_000;

/**
 * Keeps book of the steps of one process.
 *
 * @param first the number of its first step, above all of ours
 * @param watch hears of each step, with our number
 */
export function foreignSteps(first: number, watch: ((record: StepRecord) => void) | undefined): ForeignSteps {
  const steps = new Map<number, number>();
  const causeOf = (cause: number): number => (cause >= first ? (steps.get(cause) ?? 0) : cause);
  return {
    causeOf,
    tell: (record, performer) => {
      const step = performer.host.claimStep();
      steps.set(record.step, step);
      if (steps.size > KEPT) steps.delete(steps.keys().next().value as number);
      watch?.({ ...record, step, cause: causeOf(record.cause) });
    },
  };
}
