/** Whatever way one goes through time, the place is the same: state = f(scenario, seed, inputs). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gouvBj, scenarioOf } from '../../scenarios/index.ts';
import { createWorld, linesToType, play, type RecordedInput, type World } from '../../sim/index.ts';
import { search } from '../support/search.ts';

/** All that can be seen of a world. */
function sight(world: World) {
  return {
    ...{ n: world.n(), now: world.now(), digest: world.digest(), queue: world.queue() },
    ...{ mail: world.mailbox('alexandre'), terminals: world.terminals(), processes: world.processes() },
    ...{ log: world.log(), next: world.nextAt(), files: world.files('/var/spool/postfix') },
  };
}

/** A new world that gets these inputs where they were recorded, without any going back. */
function direct(seed: number, inputs: readonly RecordedInput[], n: number): World {
  const world = createWorld(gouvBj, seed, { script: false });
  for (const { happening, input } of inputs) {
    while (world.stats().happenings < happening) world.run({ happenings: 1 });
    if (world.input(input) === undefined) throw new Error('an input of the walk is impossible');
  }
  world.seek(n);
  return world;
}

const move = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('step' as const), count: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('back' as const), count: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('seek' as const), part: fc.nat(100) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('type' as const) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('idle' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('switch' as const), to: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('power' as const) }) },
);
type Move = typeof move extends fc.Arbitrary<infer One> ? One : never;

function walk(world: World, one: Move): void {
  switch (one.type) {
    case 'step':
      for (let index = 0; index < one.count; index += 1) world.step();
      return;
    case 'back':
      for (let index = 0; index < one.count; index += 1) world.back();
      return;
    case 'seek':
      world.seek(Math.floor((world.length() * one.part) / 100));
      return;
    case 'idle':
      world.run({ idle: true });
      return;
    case 'switch':
      world.switchTo(1 + (one.to % world.branches().length));
      return;
    case 'power':
      if (world.isOn()) world.crash();
      else world.boot();
      return;
    case 'type': {
      const typed = world.terminals()[0]?.lines.filter(({ from }) => from === 'client').length ?? 0;
      const line = linesToType(gouvBj)[typed]?.line ?? 'noop';
      if (world.input({ type: 'telnet.type', terminal: 't', line }) !== undefined) return;
      world.input({ type: 'telnet.open', terminal: 't' });
    }
  }
}

test('time travel: any walk of step, back, seek, type and fork ends where the inputs alone lead', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.array(move, { minLength: 5, maxLength: 30 }), (seed, moves) => {
      const world = createWorld(gouvBj, seed, { script: false });
      for (const one of moves) walk(world, one);
      // What happened without giving an event since then is undone: the first moment with n events counts.
      const n = world.n();
      world.seek(n - 1);
      expect(world.seek(n)).toBe(n);
      const past = world.inputs().slice(0, world.stats().inputs);
      expect(sight(direct(seed, past, n))).toEqual(sight(world));
    }),
    search(40),
  );
});

test('time travel: every place of a long scenario looks the same when one comes back to it', () => {
  const scenario = scenarioOf('differe') ?? gouvBj;
  const { world } = play(scenario, 3);
  const last = world.n();
  expect(last).toBeGreaterThan(1000);
  const places = [1, 2, 3, 199, 200, 201, 202, 400, 401, 777, last - 1, last];
  const fresh = createWorld(scenario, 3);
  const expected = places.map((n) => {
    fresh.seek(n);
    return sight(fresh);
  });
  for (const [index, n] of [...places.entries()].reverse()) {
    expect(world.seek(n)).toBe(n);
    expect(sight(world)).toEqual(expected[index]);
  }
  world.seek(401);
  expect(world.back()).toBe(400);
  expect(world.step()?.n).toBe(401);
});

test('time travel: typing in the past forks, and the old branch stays as it was', () => {
  const { world } = play(gouvBj, 1);
  const [last, digest] = [world.n(), world.digest()];
  expect(world.atTip()).toBe(true);
  const rcpt = world.trace().find(({ event }) => event.text === 'rcpt to: alexandre@gouv.bj\r\n');
  world.seek((rcpt?.n ?? 0) - 1);
  expect(world.atTip()).toBe(false);
  world.input({ type: 'telnet.type', terminal: 't1', line: 'rcpt to: espera@gouv.bj' });
  for (const line of ['data', 'Subject: autre', '', '.', 'quit']) {
    world.run({ idle: true });
    world.input({ type: 'telnet.type', terminal: 't1', line });
  }
  world.run({ idle: true });
  expect([world.mailbox('espera').length, world.mailbox('alexandre').length]).toEqual([1, 0]);
  expect(world.branches().map(({ id, parent, isCurrent }) => [id, parent, isCurrent])).toEqual([
    [1, undefined, false],
    [2, 1, true],
  ]);
  world.switchTo(1);
  world.seek(last);
  expect(world.digest()).toBe(digest);
  expect([world.mailbox('espera').length, world.mailbox('alexandre').length]).toEqual([0, 1]);
});

test('TraceEvent cause: every cause is an earlier event, and people’s own acts have none', () => {
  const { world } = play(gouvBj, 1);
  for (const { n, cause, event } of world.trace()) {
    expect(cause).toBeLessThan(n);
    if (event.type === 'net.sent' || event.type === 'power.on') expect(cause).toBe(0);
    else if (event.type !== 'net.connecting') expect(cause).toBeGreaterThan(0);
  }
  // From the promise back to the dot that was typed.
  let at = world.trace().find(({ event }) => /^250 2\.0\.0 Ok: queued/.test(String(event.text)));
  while (at !== undefined && at.cause !== 0) at = world.event(at.cause);
  expect(at?.event).toMatchObject({ type: 'net.sent', text: '.\r\n' });
});

test('TraceEvent cause: a timer that fires was set by its cause', () => {
  const { world } = play(scenarioOf('differe') ?? gouvBj, 1);
  const fired = world.trace().filter(({ event }) => event.type === 'timer.fired');
  expect(fired.length).toBeGreaterThan(50);
  for (const { cause, process, event } of fired) {
    const setter = world.event(cause);
    expect(setter?.process).toBe(process);
    const timers = setter?.effects.filter(({ type }) => type === 'timer.set').map(({ timer }) => timer);
    expect(timers).toContain(event.timer);
  }
});
