/** run - one happening after another: the only place where simulated time moves. */
import { endCall } from './calls.ts';
import { accept, arriveAtServer, connectionAt } from './network.ts';
import { arriveAtPerson, doInput, isPossible, runScript, startScripts, takeOver } from './people.ts';
import { clearTimer, endSync, flush, isLive, touchDisk } from './perform.ts';
import { addHost, mailOf } from './power.ts';
import type { Scenario, WorldInput } from './scenario.ts';
import {
  type Arrival,
  createUniverse,
  type Happening,
  later,
  load,
  nowMs,
  type SimHost,
  save,
  tell,
  type Universe,
  type UniverseState,
} from './universe.ts';

/** Only timers further away than this are left: nothing is under way. */
export const IDLE_US = 5_000_000;

/** A universe at the start of a scenario: its machines are about to be switched on. */
export function begin(
  scenario: Scenario,
  seed: number,
  withScript: boolean,
  tellOf: Universe['tell'],
): Universe {
  const universe = createUniverse(scenario, seed, withScript ? scenario.script : [], tellOf);
  for (const spec of scenario.hosts) {
    addHost(universe, spec);
    later(universe, 0, { type: 'input', input: { type: 'power.on', host: spec.name } });
  }
  startScripts(universe);
  return universe;
}

/** Back to a checkpoint. */
export function restore(universe: Universe, state: UniverseState): void {
  load(universe, state, (host, life) => mailOf(universe, host, life));
}

/** Takes an input: it happens at once, that is: next. */
export function enter(universe: Universe, input: WorldInput): void {
  universe.inputsApplied += 1;
  takeOver(universe, input);
  later(universe, 0, { type: 'input', input });
}

/** Whether an input makes sense now. */
export { isPossible };

function hostOf(universe: Universe, happening: { readonly host: string; readonly life: number }) {
  const host = universe.hosts.get(happening.host);
  return host?.isUp === true && host.life === happening.life ? host : undefined;
}

/** Whether this entry can still have an effect: a timer that was set again or cleared cannot. */
function counts(universe: Universe, happening: Happening): boolean {
  if (happening.type !== 'timer') return true;
  const host = hostOf(universe, happening);
  return host !== undefined && isLive(host, happening);
}

/**
 * Time (µs) of the next thing that will happen; undefined: nothing ever will. Drops what no longer counts.
 */
export function nextUs(universe: Universe): number | undefined {
  for (;;) {
    const first = universe.agenda.first();
    if (first === undefined) return undefined;
    if (counts(universe, first.happening)) return first.atUs;
    universe.agenda.take();
  }
}

/** The universe as data, without what no longer counts: a session sets its timer again with every command. */
export function checkpoint(universe: Universe): UniverseState {
  universe.agenda.drop((happening) => counts(universe, happening));
  return save(universe);
}

/** Nothing is under way: only distant timers are left. */
export function isIdle(universe: Universe): boolean {
  if (universe.underWay > 0) return false;
  const next = nextUs(universe);
  return next === undefined || next - universe.nowUs > IDLE_US;
}

/** Lets one thing happen. False: nothing ever will. */
export function happen(universe: Universe): boolean {
  if (nextUs(universe) === undefined) return false;
  const entry = universe.agenda.take();
  if (entry === undefined) return false;
  const { happening } = entry;
  universe.nowUs = entry.atUs;
  universe.happenings += 1;
  if (happening.type !== 'timer' && happening.type !== 'clock') universe.underWay -= 1;
  perform(universe, happening);
  const { machines } = universe;
  for (let index = 0; index < machines.length; index += 1) flush(universe, machines[index] as SimHost);
  return true;
}

function perform(universe: Universe, happening: Happening): void {
  switch (happening.type) {
    case 'input':
      return doInput(universe, happening.input);
    case 'script':
      return runScript(universe, happening.thread);
    case 'clock':
      return tellTime(universe, happening.ms);
    case 'arrive':
      return arrive(universe, happening);
    case 'deliver':
    case 'timer':
    case 'sync':
    case 'call':
    case 'lock': {
      const host = hostOf(universe, happening);
      if (host !== undefined) performFor(universe, host, happening);
      return;
    }
    default:
      happening satisfies never;
  }
}

type ForHost = Extract<Happening, { readonly host: string }>;

function performFor(universe: Universe, host: SimHost, happening: ForHost): void {
  switch (happening.type) {
    case 'deliver': {
      universe.cause = happening.cause;
      host.mail.deliver(happening.to, happening.event, happening.cause);
      return;
    }
    case 'timer': {
      const { process, timer } = happening;
      clearTimer(host, process, timer);
      universe.cause = happening.cause;
      host.mail.deliver(process, { type: 'timer.fired', timer, at: nowMs(universe) }, happening.cause);
      return;
    }
    case 'sync':
      return endSync(universe, host, happening);
    case 'call':
      return endCall(universe, host, happening);
    case 'lock': {
      const { process, effect, attempts, cause } = happening;
      if (host.mail.has(process)) touchDisk(universe, host, process, effect, attempts, cause);
      return;
    }
    default:
      happening satisfies never;
  }
}

function arrive(universe: Universe, arrival: Arrival): void {
  const connection = connectionAt(universe, arrival.connection);
  if (connection === undefined) return;
  if (arrival.at === 'person') return arriveAtPerson(universe, connection, arrival);
  if (arrival.what.type === 'open') return accept(universe, connection, arrival.cause);
  arriveAtServer(universe, connection, arrival.what, arrival.cause);
}

function tellTime(universe: Universe, ms: number): void {
  const event = {
    t: nowMs(universe),
    host: 'world',
    process: 'clock',
    service: 'clock',
    pid: 0,
    after: 'running',
  };
  const world = { ...event, event: { type: 'time.passed', ms }, rows: [], effects: [] };
  tell(universe, { type: 'world', cause: 0, event: world });
}
