/**
 * ledger - what can be known from trace events alone: processes, queues, sessions, log. One reducer for
 * the simulator and for a running server.
 */
import type { Row, TraceEvent } from '#core';
import { chartOf, queueIdOfPath, queueOfPath } from '../stage/places.ts';
import { type LogZone, logLinesOf } from './log-line.ts';
import { type SessionNow, sessionAfter } from './observed.ts';
import { type ProcessNow, type QueueEntry, rowKey } from './view.ts';

/** The maps are replaced by copies for a checkpoint; what they hold never changes. */
export interface Ledger {
  readonly processes: Map<string, ProcessNow>;
  /** The last process of a service that has ended, by service. */
  readonly ended: Map<string, ProcessNow>;
  readonly queues: Map<string, QueueEntry>;
  readonly sessions: Map<string, SessionNow>;
  readonly log: string[];
}

export function emptyLedger(): Ledger {
  return {
    ...{ processes: new Map(), ended: new Map(), queues: new Map() },
    ...{ sessions: new Map(), log: [] },
  };
}

/** A ledger of its own with the same content. */
export function copyLedger(ledger: Ledger): Ledger {
  return {
    processes: new Map(ledger.processes),
    ended: new Map(ledger.ended),
    queues: new Map(ledger.queues),
    sessions: new Map(ledger.sessions),
    log: [...ledger.log],
  };
}

/** Writes one trace event into the ledger. */
export function addEvent(ledger: Ledger, event: TraceEvent, zone: LogZone): void {
  if (event.service === 'power') forgetProcesses(ledger, event);
  else if (event.service !== 'telnet' && event.service !== 'clock') addStep(ledger, event);
  for (const effect of event.effects) addFileEffect(ledger.queues, event, effect);
  addMessageFacts(ledger.queues, event);
  const session = sessionAfter(ledger.sessions.get(event.process), event);
  if (session !== undefined) ledger.sessions.set(event.process, session);
  ledger.log.push(...logLinesOf(event, zone));
}

function forgetProcesses(ledger: Ledger, event: TraceEvent): void {
  if (event.event.type !== 'power.cut') return;
  ledger.processes.clear();
  ledger.ended.clear();
}

function addStep(ledger: Ledger, event: TraceEvent): void {
  const { process, service, pid, after, rows, n } = event;
  const known = ledger.processes.get(process);
  const visited = visitedAfter(known?.visited ?? ledger.ended.get(service)?.visited, rows);
  const chart = chartOf(service);
  // An event without a row changes nothing: the drawing keeps the last one that had one.
  const last = rows.length > 0 || known === undefined ? { lastRows: rows, lastN: n } : known;
  const { lastRows, lastN } = last;
  const now: ProcessNow = { process, service, pid, chart, state: after, lastRows, lastN, visited };
  const isOver = event.panic !== undefined || event.effects.some(({ type }) => type === 'exit');
  if (isOver) {
    ledger.processes.delete(process);
    ledger.ended.set(service, now);
  } else ledger.processes.set(process, now);
}

function visitedAfter(before: ReadonlySet<string> | undefined, rows: readonly Row[]): ReadonlySet<string> {
  const fresh = rows.map(rowKey).filter((key) => before?.has(key) !== true);
  if (before !== undefined && fresh.length === 0) return before;
  return new Set([...(before ?? []), ...fresh]);
}

function addFileEffect(
  queues: Map<string, QueueEntry>,
  event: TraceEvent,
  effect: TraceEvent['effects'][number],
): void {
  const path = typeof effect.path === 'string' ? effect.path : '';
  if (effect.type === 'file.create') {
    const queue = queueOfPath(path);
    if (queue !== undefined)
      queues.set(queueIdOfPath(path), { queue, id: queueIdOfPath(path), arrivalAt: event.t });
  } else if (effect.type === 'file.remove') {
    if (queueOfPath(path) !== undefined) queues.delete(queueIdOfPath(path));
  } else if (effect.type === 'file.rename') moveFile(queues, event, String(effect.from), String(effect.to));
  else if (effect.type === 'file.touch') {
    const known = queues.get(queueIdOfPath(path));
    if (known !== undefined) queues.set(known.id, { ...known, nextTryAt: Number(effect.modifiedAt) });
  }
}

function moveFile(queues: Map<string, QueueEntry>, event: TraceEvent, from: string, to: string): void {
  const queue = queueOfPath(to);
  const known = queues.get(queueIdOfPath(from));
  if (queueOfPath(from) !== undefined) queues.delete(queueIdOfPath(from));
  if (queue === undefined) return;
  const id = queueIdOfPath(to);
  queues.set(id, { arrivalAt: event.t, ...known, queue, id });
}

const FROM = /^(\w+): from=<(.*?)>, size=(\d+), nrcpt=/;
const TO = /^(\w+): to=<(.*?)>, .*\bstatus=(\w+)/;

/** Sender, size and recipients that still wait, as the mail log tells them. */
function addMessageFacts(queues: Map<string, QueueEntry>, { effects }: TraceEvent): void {
  for (const { type, text } of effects) {
    if (type !== 'log' || typeof text !== 'string') continue;
    const from = FROM.exec(text);
    const known = queues.get((from ?? TO.exec(text))?.[1] ?? '');
    if (known === undefined) continue;
    if (from !== null) queues.set(known.id, { ...known, sender: from[2] ?? '', sizeBytes: Number(from[3]) });
    else queues.set(known.id, { ...known, recipients: stillWaiting(known.recipients ?? [], text) });
  }
}

function stillWaiting(recipients: readonly string[], text: string): readonly string[] {
  const [, , address = '', status] = TO.exec(text) ?? [];
  const others = recipients.filter((each) => each !== address);
  return status === 'deferred' ? [...others, address] : others;
}

/** Processes to show: those that live, and of each other service the last that has ended. */
export function processesIn({ processes, ended }: Ledger): readonly ProcessNow[] {
  const living = [...processes.values()];
  const services = new Set(living.map(({ service }) => service));
  return [...living, ...[...ended.values()].filter(({ service }) => !services.has(service))];
}

/** Queue files by queue. */
export function countsOf(queues: Iterable<QueueEntry>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { queue } of queues) counts[queue] = (counts[queue] ?? 0) + 1;
  return counts;
}
