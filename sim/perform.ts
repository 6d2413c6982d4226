/**
 * perform - the simulator's interpreter: one switch over Effect, in simulated time; the server's is
 * server/perform.ts.
 *
 * Notes arrive at once but never inside the step that sent them; files answer after the time of a disk;
 * what a step wrote to a connection leaves in one piece.
 */
import type { Effect, FileEffect, ProcessRun, WorldEvent } from '#core';
import { forgetCalls, performCall } from './calls.ts';
import { performDatagram } from './datagrams.ts';
import { writtenBack } from './disk.ts';
import { closeAll, finishSync, type Handles, type Outcome, performFile, type Untimed } from './files.ts';
import { hangUp, sendToPerson } from './network.ts';
import {
  later,
  nowMs,
  type SimHost,
  type SyncEnd,
  type TimerEnd,
  type TimerSetting,
  type Universe,
} from './universe.ts';

/** How long a disk takes: making something safe, and everything else. */
export const SYNC_US = 4_000;
export const FILE_US = 100;
/** postconf(5) deliver_lock_delay and deliver_lock_attempts, as they are by default. */
const LOCK_DELAY_US = 1_000_000;
const LOCK_ATTEMPTS = 20;
const NO_HANDLES: Handles = new Map();
const NO_TIMERS: readonly TimerSetting[] = [];

/** Does what a process asked for. */
export function perform(universe: Universe, host: SimHost, process: string, effect: Effect): void {
  switch (effect.type) {
    case 'net.write': {
      const parts = host.outgoing.get(process);
      host.outgoing.set(process, parts === undefined ? [effect.bytes] : [...parts, effect.bytes]);
      return;
    }
    case 'net.close':
      flush(universe, host);
      return hangUp(universe, host, process);
    case 'net.connect':
    case 'net.send':
    case 'net.drop':
      return performCall(universe, host, process, effect);
    case 'udp.send':
    case 'udp.close':
      return performDatagram(universe, host, process, effect);
    case 'timer.set':
      return setTimer(universe, host, process, effect.timer, effect.afterMs);
    case 'timer.clear':
      return clearTimer(host, process, effect.timer);
    case 'send': {
      const event = { ...effect.note, from: process, at: nowMs(universe) };
      const { life } = host;
      const { n: cause } = universe;
      later(universe, 0, { type: 'deliver', host: host.spec.name, life, to: effect.to, event, cause });
      return;
    }
    case 'log':
    case 'explain':
      // Both are read from the trace (views.ts).
      return;
    case 'exit':
      return forget(universe, host, process);
    case 'file.create':
    case 'file.open':
    case 'file.append':
    case 'file.write':
    case 'file.truncate':
    case 'file.mode':
    case 'file.sync':
    case 'file.close':
    case 'file.rename':
    case 'file.remove':
    case 'file.touch':
    case 'file.read':
    case 'dir.list':
    case 'dir.make':
      return touchDisk(universe, host, process, effect, 1, universe.n);
    case 'process.run':
      return pretend(universe, host, process, effect);
    default:
      effect satisfies never;
  }
}

/** How long a command of this world takes. */
const COMMAND_US = 50_000;

/** These machines have no programs but true(1) and false(1). */
function pretend(universe: Universe, host: SimHost, process: string, { argv }: ProcessRun): void {
  const name = String.fromCharCode(...(argv[0] ?? [])).replace(/^.*\//, '');
  const isKnown = name === 'true' || name === 'false';
  const how = isKnown
    ? ({ type: 'exited', status: name === 'true' ? 0 : 1 } as const)
    : ({ type: 'notRun', why: 'No such file or directory' } as const);
  const event = timed(universe, COMMAND_US, { type: 'process.ended', how, output: new Uint8Array(0) });
  const { n: cause } = universe;
  later(universe, COMMAND_US, { type: 'deliver', ...addressOf(host), to: process, event, cause });
}

function addressOf(host: SimHost): { readonly host: string; readonly life: number } {
  return { host: host.spec.name, life: host.life };
}

function setTimer(universe: Universe, host: SimHost, process: string, timer: string, afterMs: number): void {
  // The serial number of the agenda tells this setting from earlier ones.
  const setting = universe.agenda.serial() + 1;
  const { life } = host;
  const end: TimerEnd = {
    type: 'timer',
    host: host.spec.name,
    life,
    process,
    timer,
    setting,
    cause: universe.n,
  };
  later(universe, afterMs * 1000, end);
  host.timers.set(process, [...timersWithout(host, process, timer), { timer, setting }]);
}

function timersWithout(host: SimHost, process: string, timer: string): readonly TimerSetting[] {
  const mine = host.timers.get(process) ?? NO_TIMERS;
  return mine.length === 0 ? mine : mine.filter((one) => one.timer !== timer);
}

/** The timer is no longer set. */
export function clearTimer(host: SimHost, process: string, timer: string): void {
  if (host.timers.has(process)) host.timers.set(process, timersWithout(host, process, timer));
}

/** Whether this timer is still set as it was. */
export function isLive(host: SimHost, end: TimerEnd): boolean {
  if (host.life !== end.life) return false;
  const mine = host.timers.get(end.process) ?? NO_TIMERS;
  return mine.some(({ timer, setting }) => timer === end.timer && setting === end.setting);
}

/** The process is gone: so are its timers, files and connection. */
function forget(universe: Universe, host: SimHost, process: string): void {
  host.timers.delete(process);
  const handles = host.handles.get(process);
  if (handles !== undefined) host.disk = closeAll(host.disk, handles);
  host.handles.delete(process);
  forgetCalls(host, process);
  flush(universe, host);
  hangUp(universe, host, process);
}

/** Sends what the turn has written. */
export function flush(universe: Universe, host: SimHost): void {
  if (host.outgoing.size === 0) return;
  for (const [process, parts] of host.outgoing) {
    // A process that is being started for a call has no connection yet: its first words wait (network.ts
    // accept).
    if (!host.connections.has(process)) continue;
    host.outgoing.delete(process);
    sendToPerson(universe, host, process, joined(parts));
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

/** A file effect, and its answer after the time it takes. */
export function touchDisk(
  universe: Universe,
  host: SimHost,
  process: string,
  effect: FileEffect,
  attempts: number,
  cause: number,
): void {
  const handles = host.handles.get(process) ?? NO_HANDLES;
  const disk = writtenBack(host.disk, universe.nowUs);
  const { queueDirectory } = host;
  const done = performFile({ disk, handles, queueDirectory, at: nowMs(universe) }, effect);
  host.disk = done.disk;
  if (done.handles !== handles) host.handles.set(process, done.handles);
  if (done.isBusy === true) return lockIsBusy(universe, host, process, effect, attempts, cause);
  answer(universe, host, process, done, cause);
}

function answer(universe: Universe, host: SimHost, process: string, done: Outcome, cause: number): void {
  const { answer: untimed, sync: work } = done;
  if (untimed === undefined) return;
  const { life } = host;
  const { name } = host.spec;
  const afterUs = work === undefined ? FILE_US : SYNC_US;
  const event = timed(universe, afterUs, untimed);
  if (work === undefined)
    later(universe, afterUs, { type: 'deliver', host: name, life, to: process, event, cause });
  else later(universe, afterUs, { type: 'sync', host: name, life, process, work, answer: event, cause });
}

/** An event that comes after a while, with the time at which it comes. */
function timed(universe: Universe, afterUs: number, event: Untimed): WorldEvent {
  return { ...event, at: (universe.nowUs + afterUs) / 1000 } as WorldEvent;
}

function lockIsBusy(
  universe: Universe,
  host: SimHost,
  process: string,
  effect: FileEffect,
  attempts: number,
  cause: number,
): void {
  if (attempts < LOCK_ATTEMPTS) {
    const retry = {
      type: 'lock',
      ...addressOf(host),
      process,
      effect,
      attempts: attempts + 1,
      cause,
    } as const;
    later(universe, LOCK_DELAY_US, retry);
    return;
  }
  const failed = { type: 'file.failed', operation: effect.type, code: 'EAGAIN' } as const;
  const event = timed(universe, FILE_US, { ...failed, ...('file' in effect ? { file: effect.file } : {}) });
  later(universe, FILE_US, { type: 'deliver', ...addressOf(host), to: process, event, cause });
}

/** What was to be made safe is safe, and the process hears of it. */
export function endSync(universe: Universe, host: SimHost, end: SyncEnd): void {
  host.disk = finishSync(writtenBack(host.disk, universe.nowUs), end.work);
  universe.cause = end.cause;
  host.mail.deliver(end.process, end.answer, end.cause);
}
