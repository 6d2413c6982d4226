import { expect, test } from 'vitest';
import { applyDelta, emptyView } from './delta.ts';
import { createEngine } from './engine.ts';
import type { EngineView, Posted, Request } from './protocol.ts';

/** An engine on a clock that the test turns. */
function harness(load: () => Promise<void> = () => Promise.reject(new Error('all is there'))) {
  const later: { at: number; call: () => void }[] = [];
  const posts: { at: number; posted: Posted }[] = [];
  let now = 0;
  let view: EngineView = emptyView;
  let number = 0;
  const clock = {
    now: () => now,
    later: (afterMs: number, call: () => void) => {
      later.push({ at: now + afterMs, call });
    },
  };
  const engine = createEngine(
    clock,
    (posted) => {
      posts.push({ at: now, posted });
      if (posted.type === 'update') view = applyDelta(view, posted.delta);
    },
    load,
  );
  function turn(ms: number): void {
    for (const end = now + ms; ; ) {
      later.sort((one, other) => one.at - other.at);
      const next = later[0];
      if (next === undefined || next.at > end) break;
      later.shift();
      now = Math.max(now, next.at);
      next.call();
    }
    now += ms;
  }
  function ask(request: Request): void {
    number += 1;
    engine.hear({ number, request });
  }
  ask({ type: 'load', scenario: 'gouv-bj', seed: 1 });
  turn(100);
  return { ask, turn, view: () => view, posts };
}

const screen = (view: EngineView) => view.terminals.flatMap(({ lines }) => lines.map(({ text }) => text));

test('engine: a line that is typed runs on by itself to its answer', () => {
  const { ask, turn, view } = harness();
  ask({ type: 'open' });
  turn(3000);
  ask({ type: 'type', line: 'ehlo mail', atOnce: false });
  turn(3000);
  expect(screen(view()).slice(-1)).toEqual(['250 DSN']);
  expect(view()).toMatchObject({ isPlaying: true, isIdle: true, atTip: true });
});

test('engine: who steps goes on stepping, a line waits for the next step', () => {
  const { ask, turn, view } = harness();
  ask({ type: 'open' });
  turn(3000);
  ask({ type: 'pause' });
  ask({ type: 'type', line: 'noop', atOnce: false });
  turn(3000);
  expect(screen(view()).at(-1)).toBe('noop');
  ask({ type: 'step', grain: 'stage' });
  ask({ type: 'step', grain: 'stage' });
  turn(100);
  expect(screen(view()).at(-1)).toBe('250 2.0.0 Ok');
});

test('engine: the page hears of changes at most every 40 ms, and answers come with their view', () => {
  const { ask, turn, posts } = harness();
  ask({ type: 'speed', speed: { pace: 'events', factor: Number.POSITIVE_INFINITY } });
  ask({ type: 'open' });
  for (let more = 0; more < 20; more += 1) {
    ask({ type: 'seek', n: more });
    turn(7);
  }
  turn(200);
  const updates = posts.filter(({ posted }) => posted.type === 'update').map(({ at }) => at);
  const gaps = updates.slice(1).map((at, before) => at - (updates[before] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(40);
  const answers = posts.filter(({ posted }) => posted.type === 'answer').map(({ at }) => at);
  expect(updates).toEqual(expect.arrayContaining(answers));
});

test('engine: at the pace of the clock, time runs on while nothing happens', () => {
  const { ask, turn, view } = harness();
  const before = view().now;
  ask({ type: 'speed', speed: { pace: 'clock', factor: 60 } });
  turn(500);
  expect(view().now - before).toBeGreaterThan(25_000);
  expect(view().now - before).toBeLessThan(32_000);
  turn(700);
  expect(view().event?.t).toBeCloseTo(before + 60_000, 0);
});

test('engine: on to the next delivery, however long it takes', () => {
  const { ask, turn, view } = harness();
  ask({ type: 'load', scenario: 'differe', seed: 1 });
  for (const line of ['ehlo x', 'mail from:<espera@gouv.bj>', 'rcpt to:<ada@benin.example>', 'data', '.']) {
    ask({ type: 'type', line, atOnce: true });
  }
  ask({ type: 'run', until: 'deferral' });
  turn(30_000);
  expect(view().marks.filter(({ kind }) => kind === 'deferral')).toHaveLength(2);
  expect(view().log.filter((line) => line.includes('status=deferred'))).toHaveLength(2);
});
