/**
 * nodes - what stands behind each place of the stage: a program's chart, a queue, or the mailboxes.
 */
import type { PageView, ProcessNow, QueueEntry } from '../engine/view.ts';

export interface Place {
  readonly id: string;
  /** As it is written on the stage: `smtpd(8)`. */
  readonly title: string;
  /** The program's chart; master(8) may know no such program. */
  readonly chart?: string;
  readonly queues?: readonly string[];
  readonly hasMailboxes?: boolean;
  /** Manual page, where the title is not one. */
  readonly manual?: string;
}

const PROGRAMS: Readonly<Record<string, string>> = {
  ...{ pickup: 'pickup', smtpd: 'smtpd', cleanup: 'cleanup', rewrite: 'trivial-rewrite', qmgr: 'qmgr' },
  ...{ bounce: 'bounce', smtp: 'smtp', lmtp: 'lmtp', local: 'local', virtual: 'virtual', pipe: 'pipe' },
  ...{ error: 'error', master: 'master', flush: 'flush', policy: 'policy', anvil: 'anvil' },
  ...{ dns: 'dns', milter: 'milter', verify: 'verify' },
};

const QUEUES: Readonly<Record<string, readonly string[]>> = {
  ...{ maildrop: ['maildrop'], incoming: ['incoming'], active: ['active'], deferred: ['deferred'] },
  ...{ hold: ['hold'], blog: ['bounce', 'defer'] },
};

const MANUALS: Readonly<Record<string, string>> = {
  ...{ sendmail: 'sendmail(1)', postdrop: 'postdrop(1)', access: 'access(5)', canonical: 'canonical(5)' },
  ...{ virtmap: 'virtual(5)', transport: 'transport(5)', relocated: 'relocated(5)', aliases: 'aliases(5)' },
};

const TITLES: Readonly<Record<string, string>> = {
  ...{ 'net-in': 'Internet', 'net-out': 'MX', dns: 'DNS', forward: '.forward', mailbox: 'Maildir' },
  ...{ imapd: 'POP3 / IMAP', mua: 'MUA', blog: 'bounce, defer' },
};

/** The place of that id; every id gives one. */
export function placeOf(id: string): Place {
  const chart = PROGRAMS[id];
  if (chart !== undefined) return { id, title: `${chart}(8)`, chart };
  const queues = QUEUES[id];
  if (queues !== undefined) return { id, title: TITLES[id] ?? id, queues, manual: 'QSHAPE_README' };
  const manual = MANUALS[id];
  if (manual !== undefined) return { id, title: manual, manual };
  if (id === 'forward') return { id, title: '.forward', manual: 'local(8)' };
  return { id, title: TITLES[id] ?? id, ...(id === 'mailbox' ? { hasMailboxes: true } : {}) };
}

/** The place where a program is drawn, by its chart. */
export function placeOfChart(chart: string): string {
  return Object.keys(PROGRAMS).find((id) => PROGRAMS[id] === chart) ?? chart;
}

/** The place where a queue is drawn. */
export function placeOfQueue(queue: string): string {
  return Object.keys(QUEUES).find((id) => QUEUES[id]?.includes(queue)) ?? queue;
}

/** Processes of the place, the one that did something last first. */
export function processesAt(place: Place, view: PageView): readonly ProcessNow[] {
  if (place.chart === undefined) return [];
  const here = view.processes.filter(({ chart }) => chart === place.chart);
  return here.toSorted((a, b) => b.lastN - a.lastN);
}

export function entriesAt(place: Place, view: PageView): readonly QueueEntry[] {
  return view.queues.filter(({ queue }) => place.queues?.includes(queue) === true);
}

/** Log lines of the program, or those that name a message in the queue; oldest first. */
export function logAt(place: Place, view: PageView): readonly string[] {
  if (place.chart !== undefined) {
    const tag = `/${place.chart}[`;
    return view.log.filter((line) => line.includes(tag));
  }
  const ids = entriesAt(place, view).map(({ id }) => `${id}:`);
  return view.log.filter((line) => ids.some((id) => line.includes(id)));
}
