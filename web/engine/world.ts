/** world - the one file that knows the simulator: a world the page can ask for views of. */
import { parseAccounts, type TraceEvent } from '#core';
import { scenarioOf, scenarios } from '#scenarios';
import { createWorld, linesToType, type Scenario, type Terminal, type World } from '#sim';
import { type Chronicle, createChronicle } from './chronicle.ts';
import { countsOf, processesIn } from './ledger.ts';
import { linesOf } from './observed.ts';
import type { EngineView, Grain, ScenarioInfo } from './protocol.ts';
import type { MailEntry, QueueEntry, TerminalView } from './view.ts';
import { isWorthAStep } from './worth.ts';

/** The terminal the page types in. */
const TERMINAL = 't1';

export interface Stage {
  readonly world: World;
  readonly chronicle: Chronicle;
  readonly users: readonly string[];
}

/** A world of a scenario, the first by default; its machines have just started, only the page types. */
export function createStage(scenarioId: string, seed: number): Stage {
  const scenario = scenarioOf(scenarioId) ?? scenarios[0];
  if (scenario === undefined) throw new Error(`no scenario ${scenarioId}`);
  const world = createWorld(scenario, seed, { script: false });
  world.run({ idle: true });
  const accounts = [...parseAccounts(scenario.hosts[0]?.passwd ?? '').byName.values()];
  const users = accounts.filter(({ home }) => home.startsWith('/home/')).map(({ name }) => name);
  const eventAt = (n: number) => world.event(n);
  return { world, users, chronicle: createChronicle(eventAt, scenario.zone) };
}

/** Every scenario, as the page shows it. */
export function scenarioInfos(): readonly ScenarioInfo[] {
  return scenarios.map((scenario: Scenario) => ({
    id: scenario.id,
    title: scenario.title,
    intro: scenario.intro,
    call: `telnet ${scenario.hosts[0]?.name ?? ''} 25`,
    lines: linesToType(scenario).map(({ line }) => line),
    offsetMinutes: scenario.zone.offsetMinutes,
  }));
}

/** Calls the server; false when a connection is already there. */
export function openTerminal({ world, chronicle }: Stage): boolean {
  const n = world.input({ type: 'telnet.open', terminal: TERMINAL });
  if (n !== undefined) chronicle.forget(n);
  return n !== undefined;
}

/** Types a line; false when there is no connection. */
export function typeLine({ world, chronicle }: Stage, line: string): boolean {
  const n = world.input({ type: 'telnet.type', terminal: TERMINAL, line });
  if (n !== undefined) chronicle.forget(n);
  return n !== undefined;
}

/** One step of a grain forward; the events that were passed. */
export function stepOnce({ world }: Stage, grain: Grain): readonly TraceEvent[] {
  const passed: TraceEvent[] = [];
  for (;;) {
    const event = world.step();
    if (event === undefined) return passed;
    passed.push(event);
    if (grain === 'event' || isWorthAStep(event)) return passed;
  }
}

/** One step of a grain back: to the event before, or to the last one before that is worth it. */
export function backOnce({ world }: Stage, grain: Grain): void {
  let n = world.n() - 1;
  if (grain === 'stage') {
    for (let event = world.event(n); n > 0 && event !== undefined; n -= 1, event = world.event(n)) {
      if (isWorthAStep(event)) break;
    }
  }
  world.seek(Math.max(0, n));
}

/** Everything the page shows, at the event the world stands at. */
export function viewOf(stage: Stage): EngineView {
  const { world, chronicle, users } = stage;
  const n = world.n();
  const ledger = chronicle.at(n);
  const event = world.event(n);
  const queues = world.queue().map(queueEntry);
  return {
    ...{ mode: 'simulated', first: 0, n, length: world.length(), now: world.now(), atTip: world.atTip() },
    ...{ isPlaying: false, isIdle: world.idle(), nextAt: world.nextAt() },
    event,
    because: event === undefined || event.cause === 0 ? undefined : world.event(event.cause),
    branches: world.branches().map(({ id, length, isCurrent, forkN }) => ({ id, length, isCurrent, forkN })),
    marks: chronicle.marks(world.length()),
    processes: processesIn(ledger),
    ...{ queues, counts: countsOf(queues) },
    mail: users.flatMap((user) => mailOf(world, user)),
    terminals: world.terminals().map((terminal) => terminalView(world, terminal)),
    log: [...ledger.log],
  };
}

function queueEntry(file: ReturnType<World['queue']>[number]): QueueEntry {
  const { queue, id, sender, recipients, sizeBytes, arrivalAt, nextTryAt } = file;
  return {
    ...{ queue, id, sender, recipients, sizeBytes },
    ...(arrivalAt === undefined ? {} : { arrivalAt }),
    ...(nextTryAt === undefined ? {} : { nextTryAt }),
  };
}

function mailOf(world: World, user: string): readonly MailEntry[] {
  return world
    .mailbox(user)
    .map(({ folder, name, sizeBytes, text }) => ({ user, folder, name, sizeBytes, text }));
}

function terminalView(world: World, { name, person, host, port, state, lines }: Terminal): TerminalView {
  const { hostName = person } = world.scenario.people.find((each) => each.name === person) ?? {};
  return {
    ...{ name, title: `${hostName} — telnet ${host} ${port}`, isOpen: state === 'open' },
    canType: true,
    lines: lines.flatMap(({ n, from, text }) => linesOf(n, from, text)),
  };
}

/** The text of a queue file, one character a byte. */
export function queueFileText({ world }: Stage, id: string): string | undefined {
  const found = world.queue().find((file) => file.id === id);
  return found === undefined ? undefined : world.file(found.path);
}
