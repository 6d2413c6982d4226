/**
 * sim.bench - trace events a second of the simulator, with many SMTP sessions at once; and how long back and
 * seek take.
 *
 * A trace event is one step of one process (a command read, a file answered, a note or a timer), or something
 * that a person did or saw. A letter in the load is 65 of them, from the call to its removal from the queue.
 */
import { gouvBj } from '#scenarios';
import { createWorld, type Scenario, telnetSession, type World } from '#sim';

/** Sessions at once, and sessions after one another at each terminal. */
const TERMINALS = 200;

/** A scenario in which `sessions` letters are typed from 200 terminals. */
function loadScenario(sessions: number): Scenario {
  const script = Array.from({ length: sessions }, (_, index) =>
    telnetSession({
      ...{ terminal: `t${index + 1}`, thinkMs: 20 },
      startMs: 1000 + (index % TERMINALS) * 7 + Math.floor(index / TERMINALS) * 1500,
      lines: [
        'ehlo mail',
        'mail from:<espera@gouv.bj>',
        'rcpt to:<alexandre@gouv.bj>',
        'data',
        'Subject: Bonjour',
        '',
        `Message ${index}`,
        '.',
        'quit',
      ],
    }),
  );
  return { ...gouvBj, id: 'load', script, expectation: { mailboxes: { alexandre: sessions } } };
}

function measure(sessions: number): void {
  let world: World = createWorld(loadScenario(sessions), 1);
  console.log(`${sessions} sessions:`);
  // The first run compiles the program; the best of the others is the least disturbed by what else runs here.
  for (let run = 1; run <= 4; run += 1) {
    world = createWorld(loadScenario(sessions), 1);
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    world.run({ idle: true });
    const { user, system } = process.cpuUsage(cpu);
    const [wall, busy] = [performance.now() - start, (user + system) / 1000];
    const events = world.n();
    const rate = (ms: number): string => `${((events / ms) * 1000).toFixed(0)} events/s`;
    console.log(
      `  run ${run}: ${events} events in ${wall.toFixed(0)} ms: ${rate(wall)}; CPU time: ${rate(busy)}`,
    );
  }
  const events = world.n();
  console.log(
    `  ${world.mailbox('alexandre').length} messages delivered, ${world.stats().checkpoints} checkpoints`,
  );
  const digestStart = performance.now();
  const digest = world.digest();
  const digestMs = performance.now() - digestStart;
  console.log(
    `  digest ${digest} in ${digestMs.toFixed(0)} ms (${((events / digestMs) * 1000).toFixed(0)} events/s)`,
  );
  report('back', quantile(Array.from({ length: 100 }, () => timed(() => world.back()))));
  const places = Array.from({ length: 50 }, (_, index) => Math.floor(((index * 7919) % 50) * (events / 50)));
  report('seek', quantile(places.map((n) => timed(() => world.seek(n)))));
}

function timed(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function quantile(times: readonly number[]): readonly [median: number, p95: number] {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return [at(0.5), at(0.95)];
}

function report(what: string, [median, p95]: readonly [number, number]): void {
  console.log(`  ${what}: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
}

for (const sessions of (process.argv[2] ?? '150,1000').split(',')) measure(Number(sessions));
