/**
 * A clock and neighbours for the tests of qmgr: what it asks for happens at once, or when the test says so.
 */
import type { ServiceEntry } from '../config/master-cf.ts';
import type { Profile } from '../config/profile.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { BounceFlush, DeliverDone, DeliverRequest, Note, Resolution } from '../kernel/notes.ts';
import { UTC } from '../mail/date.ts';
import { qmgrDaemon } from './daemon.ts';
import {
  type FakeDisk,
  type FakeMessage,
  fakeFile,
  perform,
  queueFile,
  START,
  settingsOf,
} from './tryout-files.ts';
import type { QmgrContext } from './types.ts';

export { queueFile, START } from './tryout-files.ts';

/** How a delivery ends; undefined: the agent does not answer yet. */
type Answer = Omit<DeliverDone, 'type' | 'token'> | undefined;

export interface TryoutOptions {
  readonly profile?: Profile;
  readonly mainCf?: string;
  readonly masterCf?: readonly ServiceEntry[];
  readonly services?: readonly string[];
  /** undefined: trivial-rewrite does not answer. */
  readonly resolve?: (address: string) => Partial<Resolution> | undefined;
  readonly agent?: (request: DeliverRequest) => Answer;
  /** Is the log entry kept? Is the sender told? undefined: no answer. */
  readonly append?: (log: string) => boolean | undefined;
  readonly flush?: (flush: BounceFlush) => boolean | undefined;
}

const SERVICES = ['local', 'smtp', 'error', 'retry', 'bounce', 'defer', 'trace', 'rewrite', 'cleanup'];

/** What a test sees, and what it can do. */
export interface Tryout {
  readonly disk: FakeDisk;
  readonly logs: string[];
  readonly requests: DeliverRequest[];
  readonly flushes: BounceFlush[];
  readonly effects: Effect[];
  readonly timers: Map<string, number>;
  /** Operations that fail: `file.rename active/ID` → errno. */
  readonly failing: Map<string, string>;
  readonly now: () => number;
  readonly context: () => QmgrContext;
  /** Events that qmgr has dealt with: its work. */
  readonly steps: () => number;
  /** Queue ids in a queue. */
  readonly queue: (name: string) => readonly string[];
  readonly give: (event: object) => void;
  /** A note from another process. */
  readonly tell: (note: Note, from?: string) => void;
  /** Time passes; timers fire. */
  readonly pass: (ms: number) => void;
  /** Somebody sets the clock: timers run on as before. */
  readonly setClock: (byMs: number) => void;
  /** cleanup(8) has finished a message. */
  readonly arrive: (id: string, message: FakeMessage) => void;
}

/** What the neighbours answer to a note, if they do. */
function answerTo(options: TryoutOptions, to: string, note: Note): object | undefined {
  if (note.type === 'rewrite.resolve') {
    const nexthop = note.address.slice(note.address.lastIndexOf('@') + 1);
    const plain = {
      transport: 'smtp',
      nexthop,
      recipient: note.address,
      addressClass: 'default',
      routed: false,
    };
    const found = options.resolve === undefined ? {} : options.resolve(note.address);
    if (found === undefined) return undefined;
    return { type: 'rewrite.resolved', token: note.token, ...plain, ...found, from: to };
  }
  if (note.type === 'deliver.request') {
    const done = options.agent?.(note);
    return done && { type: 'deliver.done', token: note.token, ...done, from: `${to}:1` };
  }
  if (note.type !== 'bounce.append' && note.type !== 'bounce.flush') return undefined;
  const isAppend = note.type === 'bounce.append';
  const ok = isAppend ? options.append?.(note.log) : options.flush?.(note);
  const silent = isAppend ? options.append : options.flush;
  if (ok === undefined && silent !== undefined) return undefined;
  const type = isAppend ? 'bounce.appended' : 'bounce.flushed';
  return { type, token: note.token, ok: ok ?? true, from: to };
}

/** Starts qmgr in such a world. `disk` may hold what an earlier one left. */
export function tryOut(options: TryoutOptions = {}, disk: FakeDisk = new Map()): Tryout {
  const { profile = '3.x', services = SERVICES } = options;
  const settings = settingsOf(profile, options.mainCf, options.masterCf);
  const seen = { logs: [] as string[], requests: [] as DeliverRequest[], flushes: [] as BounceFlush[] };
  const effects: Effect[] = [];
  const failing = new Map<string, string>();
  const timers = new Map<string, number>();
  const waiting: object[] = [];
  let at = START;
  let steps = 0;

  const happen = (effect: Effect): void => {
    effects.push(effect);
    if (effect.type === 'log')
      seen.logs.push(`${effect.level === 'info' ? '' : `${effect.level}: `}${effect.text}`);
    else if (effect.type === 'timer.set') timers.set(effect.timer, at + effect.afterMs);
    else if (effect.type === 'timer.clear') timers.delete(effect.timer);
    else if (effect.type === 'send') {
      if (effect.note.type === 'deliver.request') seen.requests.push(effect.note);
      if (effect.note.type === 'bounce.flush') seen.flushes.push(effect.note);
      waiting.push(answerTo(options, effect.to, effect.note) ?? {});
    } else if (effect.type !== 'explain') waiting.push(perform(disk, effect, failing) ?? {});
  };
  const birth = { settings, process: 'qmgr', pid: 1, service: 'qmgr', services, zone: UTC, seed: 1, at };
  let { state, effects: first } = qmgrDaemon.start(birth, at);
  const give = (given: object): void => {
    waiting.push(given);
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
      if (!('type' in event)) continue;
      steps += 1;
      const step = qmgrDaemon.step(state, { ...event, at } as WorldEvent);
      assert(step.rows.length > 0, `qmgr has no row for ${String(event.type)}`);
      state = step.state;
      for (const effect of step.effects) happen(effect);
    }
  };
  for (const effect of first) happen(effect);
  first = [];
  give({});

  return {
    ...{ disk, ...seen, effects, timers, failing, give },
    now: () => at,
    steps: () => steps,
    context: () => state.context as QmgrContext,
    queue: (name) =>
      [...disk.keys()].flatMap((path) =>
        path.startsWith(`${name}/`) ? [path.slice(path.lastIndexOf('/') + 1)] : [],
      ),
    tell: (note, from = 'cleanup:1') => give({ ...note, from }),
    pass: (ms) => {
      const end = at + ms;
      for (;;) {
        const due = [...timers].filter(([, when]) => when <= end).sort(([, a], [, b]) => a - b)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        at = Math.max(at, due[1]);
        give({ type: 'timer.fired', timer: due[0] });
      }
      at = end;
    },
    setClock: (byMs) => {
      at += byMs;
      for (const [timer, when] of timers) timers.set(timer, when + byMs);
    },
    arrive: (id, message) => {
      disk.set(`incoming/${id}`, fakeFile(queueFile({ arrivalAt: at, ...message }), at));
      give({ type: 'qmgr.wakeup', requests: 'W', queueId: id, from: 'cleanup:1' });
    },
  };
}

/** An agent that delivers everything. */
export function delivered({ recipients }: DeliverRequest): Answer {
  const good = { status: 'sent', dsn: '2.0.0', text: 'delivered' } as const;
  return { results: recipients.map((recipient) => ({ recipient, ...good })) };
}

/** An agent that puts everything off; with `site`, the whole destination is in trouble. */
export function putOff({ recipients }: DeliverRequest, site = false): Answer {
  const why = { dsn: '4.4.1', text: 'connect: Connection refused' };
  const results = recipients.map((recipient) => ({ recipient, status: 'deferred' as const, ...why }));
  return { results, ...(site ? { siteFailure: why } : {}) };
}

/** An agent that returns everything. */
export function returned({ recipients }: DeliverRequest): Answer {
  const bad = { status: 'bounced', dsn: '5.1.1', text: 'unknown user' } as const;
  return { results: recipients.map((recipient) => ({ recipient, ...bad })) };
}
