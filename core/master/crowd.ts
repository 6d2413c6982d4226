/**
 * crowd - how many processes of a service run, and what master does when they are all that there may be.
 *
 * master(8) · master(5) maxproc · STRESS_README · Postfix: src/master/master_avail.c
 */
import type { Settings } from '../config/settings.ts';

/** One inet service. Times in ms since the epoch. */
export interface Crowd {
  readonly total: number;
  /** When it was last said in the log that the service is full. */
  readonly warnedAtMs: number;
  /** New processes are told of the stress until then. */
  readonly stressUntilMs: number;
}

/** Nobody has come yet. */
export const EMPTY_CROWD: Crowd = {
  total: 0,
  warnedAtMs: Number.NEGATIVE_INFINITY,
  stressUntilMs: Number.NEGATIVE_INFINITY,
};

/** So long after it was last full, a service is under stress; and so seldom it is said. */
const STRETCH_MS = 1_000_000;

/** May one more come? @param limit 0: there is none */
export function hasRoom({ total }: Crowd, limit: number): boolean {
  return limit === 0 || total < limit;
}

/** One more has come. */
export interface Admitted {
  readonly crowd: Crowd;
  /** Its process is to know that the service is crowded: `-o stress=yes`. */
  readonly stressed: boolean;
  /** It was the last for whom there was room, and that is worth a warning. */
  readonly isNews: boolean;
}

/**
 * Counts one more. Who takes the last place is under stress, and so is everybody for 1000 s afterwards.
 * Differs: Postfix counts processes, which wait a while for another client after theirs; here each client
 * has its own.
 */
export function admit({ total, warnedAtMs, stressUntilMs }: Crowd, limit: number, nowMs: number): Admitted {
  const isFull = limit !== 0 && total + 1 >= limit;
  const until = isFull ? nowMs + STRETCH_MS : stressUntilMs;
  const isNews = isFull && warnedAtMs < nowMs - STRETCH_MS;
  const crowd = { total: total + 1, warnedAtMs: isNews ? nowMs : warnedAtMs, stressUntilMs: until };
  return { crowd, stressed: until > nowMs, isNews };
}

/** One has gone. */
export function depart(crowd: Crowd): Crowd {
  return { ...crowd, total: crowd.total - 1 };
}

/** What master says of a full service. @param name as master.cf has it @param place its address and port */
export function crowdWarnings(name: string, place: string, limit: number): readonly string[] {
  return [
    `service "${name}" (${place}) has reached its process limit "${limit}": new clients may experience noticeable delays`,
    'to avoid this condition, increase the process count in master.cf or reduce the service time per client',
    'see http://www.postfix.org/STRESS_README.html for examples of stress-adapting configuration settings',
  ];
}

/** Each is made once. */
const made = new WeakMap<Settings, Settings>();

/** The settings of a process that is told of the stress. master.cf may say that it is not. */
export function underStress(settings: Settings): Settings {
  if (settings.overrides.has('stress')) return settings;
  const known = made.get(settings);
  if (known !== undefined) return known;
  const stressed = { ...settings, overrides: new Map([...settings.overrides, ['stress', 'yes'] as const]) };
  made.set(settings, stressed);
  return stressed;
}
