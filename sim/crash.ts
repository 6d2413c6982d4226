/**
 * crash - the power goes after every single event of a scenario, comes back, and the invariants still hold.
 * RFC 1047
 */
import { type Finding, queueIdOf } from './check.ts';
import { playOut } from './play.ts';
import type { Scenario } from './scenario.ts';
import { createWorld } from './world.ts';
import type { World } from './world-types.ts';

export interface CrashRun {
  /** Trace events after which the power went. */
  readonly crashes: number;
  /** What went wrong, with the event after which the power had gone. */
  readonly findings: readonly (Finding & { readonly crashedAfter: number })[];
  /** Crashes after which a message was there twice: allowed, and worth knowing. */
  readonly duplicates: number;
}

export interface CrashOptions {
  /** First and last event after which the power goes; default: every one. */
  readonly from?: number;
  readonly to?: number;
  /** Virtual time from the power cut to the end. Default: two hours. */
  readonly runMs?: number;
}

/** Cuts the power of the first host after each event in turn, switches it on, runs on and looks. */
export function crashAfterEvery(scenario: Scenario, seed: number, options: CrashOptions = {}): CrashRun {
  const world = createWorld(scenario, seed, { check: true });
  playOut(world);
  const last = Math.min(options.to ?? world.n(), world.n());
  const findings: (Finding & { readonly crashedAfter: number })[] = [];
  let crashes = 0;
  let duplicates = 0;
  for (let n = options.from ?? 1; n <= last; n += 1) {
    world.switchTo(1);
    world.seek(n);
    world.fork();
    if (world.crash() === undefined) continue;
    crashes += 1;
    crashOnce(world, options.runMs ?? 2 * 3_600_000);
    findings.push(...world.findings().map((finding) => ({ ...finding, crashedAfter: n })));
    if (hasDuplicate(world)) duplicates += 1;
  }
  return { crashes, findings, duplicates };
}

function crashOnce(world: World, runMs: number): void {
  world.step();
  world.boot();
  const end = world.now() + runMs;
  world.run({ idle: true });
  world.run({ timeMs: end });
}

function hasDuplicate(world: World): boolean {
  const [host] = world.scenario.hosts;
  const users = host?.passwd.split('\n').map((line) => line.split(':')[0] ?? '') ?? [];
  return users.some((user) => {
    const ids = world.mailbox(user).map(({ text }) => queueIdOf(text));
    return new Set(ids).size < ids.length;
  });
}
