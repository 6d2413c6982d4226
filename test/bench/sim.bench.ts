/**
 * sim.bench - trace events a second of the simulator, with many SMTP sessions at once; and how long back and
 * seek take.
 */
import { gouvBj } from '#scenarios';
import { createWorld, type Scenario, telnetSession } from '#sim';

/** Sessions at once, and sessions after one another at each terminal. */
const TERMINALS = 200;

/** A scenario in which `sessions` letters are typed from 200 terminals. */
export function loadScenario(sessions: number): Scenario {
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
  const world = createWorld(loadScenario(sessions), 1);
  const start = performance.now();
  world.run({ idle: true });
  const ranMs = performance.now() - start;
  const events = world.n();
  console.log(`${sessions} sessions: ${events} events in ${ranMs.toFixed(0)} ms`);
  console.log(`  ${((events / ranMs) * 1000).toFixed(0)} events/s`);
  console.log(
    `  ${world.mailbox('alexandre').length} messages delivered, ${world.stats().checkpoints} checkpoints`,
  );
  const digestStart = performance.now();
  const digest = world.digest();
  const digestMs = performance.now() - digestStart;
  console.log(
    `  digest ${digest} in ${digestMs.toFixed(0)} ms (${((events / digestMs) * 1000).toFixed(0)} events/s)`,
  );
  report('back', quantile(Array.from({ length: 50 }, () => timed(() => world.back()))));
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

for (const sessions of (process.argv[2] ?? '150,2000').split(',')) measure(Number(sessions));
