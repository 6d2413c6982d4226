/**
 * A daemon on a connection: turns bytes into commands for its chart, one command per step.
 *
 * The chart's tags say how to read: `read.lines`, `read.data`, or none, which means "not now" (it waits for
 * cleanup, rewrite or a sleep). Unread bytes wait, so pipelining (RFC 2920) and back-pressure need no code
 * of their own.
 */
import type { AnyStateMachine } from 'xstate';
import { append, emptyLineBuffer, type LineBuffer, takeAll, takeLine, unread } from '../wire/lines.ts';
import type { Effect } from './effects.ts';
import type { NetClosed, WorldEvent } from './events.ts';
import { joined } from './joined.ts';
import {
  type ChartEvent,
  type ChartState,
  type Daemon,
  type Row,
  type Step,
  startChart,
  stateName,
  stepChart,
} from './process.ts';

/** A line without its line end; `cut`: it was longer than allowed; `bareLf`: it ended in LF without CR. */
export interface ReadLine {
  readonly line: string;
  readonly cut: boolean;
  readonly bareLf: boolean;
}

/** What a protocol adds to a chart. `context` is the chart's own. */
export interface SessionProtocol<Context, Data> {
  /** The longest command line in bytes (postconf(5) line_length_limit). */
  readonly lineLimitBytes: (context: Context) => number;
  /**
   * The grammar: one line, without its line end, to a chart event. `pending`: unread input waits behind it.
   */
  readonly parse: (line: ReadLine, pending: boolean, context: Context) => { readonly type: string };
  /** A fresh decoder when the chart begins to read data. */
  readonly startData: (context: Context) => Data;
  /** Decodes what it can; `events` go to the chart, `rest` stays unread (the data ended before it). */
  readonly decodeData: (
    data: Data,
    bytes: Uint8Array,
  ) => {
    readonly data: Data;
    readonly events: readonly { readonly type: string }[];
    readonly rest: Uint8Array;
  };
}

/** Always all four, so that every session is an object of one shape. */
export interface SessionState<Data> {
  readonly chart: ChartState;
  readonly input: LineBuffer;
  /** The decoder, while the chart reads data. */
  readonly data: Data | undefined;
  /** The peer is gone; told to the chart once all that it sent before is read. */
  readonly ended: NetClosed['reason'] | undefined;
}

interface Progress<Data> {
  readonly state: SessionState<Data>;
  readonly effects: readonly Effect[];
  readonly rows: readonly Row[];
}

/** What a session sends itself while there is more to read. */
const RESUME: readonly Effect[] = [{ type: 'send', to: '', note: { type: 'session.resume' } }];

function wants(chart: ChartState, tag: 'read.lines' | 'read.data'): boolean {
  return chart.status === 'active' && chart.tags.includes(tag);
}

/**
 * Makes a daemon of a chart and a protocol.
 *
 * More than one unit of waiting input: the session sends itself `session.resume` (`to: ''` means "to
 * myself").
 */
export function sessionDaemon<Input extends object, Context, Data>(
  machine: AnyStateMachine,
  protocol: SessionProtocol<Context, Data>,
): Daemon<Input, SessionState<Data>> {
  const contextOf = (state: SessionState<Data>): Context => state.chart.context as Context;

  function advance(progress: Progress<Data>, event: ChartEvent): Progress<Data> {
    const next = stepChart(machine, progress.state.chart, event);
    const effects = joined(progress.effects, next.effects);
    const rows = joined(progress.rows, next.rows);
    const { input, ended } = progress.state;
    const data = wants(next.state, 'read.data')
      ? (progress.state.data ?? protocol.startData(next.state.context as Context))
      : undefined;
    return { state: { chart: next.state, input, data, ended }, effects, rows };
  }

  /** Reads one unit of waiting input: a line, or all the data there is. */
  function readOne(progress: Progress<Data>, at: number): Progress<Data> {
    const { state } = progress;
    if (wants(state.chart, 'read.lines')) {
      const line = takeLine(state.input, protocol.lineLimitBytes(contextOf(state)));
      if (line !== undefined) {
        const command = protocol.parse(line, unread(line.rest) > 0, contextOf(state));
        return advance({ ...progress, state: { ...state, input: line.rest } }, { ...command, at });
      }
    } else if (wants(state.chart, 'read.data') && unread(state.input) > 0 && state.data !== undefined) {
      const decoded = protocol.decodeData(state.data, takeAll(state.input));
      let next: Progress<Data> = {
        ...progress,
        state: { ...state, data: decoded.data, input: append(emptyLineBuffer, decoded.rest) },
      };
      for (const event of decoded.events) next = advance(next, { ...event, at });
      return next;
    }
    return hearTheEnd(progress, at);
  }

  /** All input is read: now the chart may hear that the peer is gone. */
  function hearTheEnd(progress: Progress<Data>, at: number): Progress<Data> {
    const { chart, ended } = progress.state;
    const reading = wants(chart, 'read.lines') || wants(chart, 'read.data');
    if (ended === undefined || !reading) return progress;
    const told = { ...progress, state: { ...progress.state, ended: undefined } };
    return advance(told, { type: 'net.closed', at, reason: ended } as ChartEvent);
  }

  /** Whether another unit can be read at once. */
  function canRead(state: SessionState<Data>): boolean {
    if (wants(state.chart, 'read.lines')) {
      const line = takeLine(state.input, protocol.lineLimitBytes(contextOf(state)));
      return line !== undefined || state.ended !== undefined;
    }
    return wants(state.chart, 'read.data') && (unread(state.input) > 0 || state.ended !== undefined);
  }

  function finish(progress: Progress<Data>): Step<SessionState<Data>> {
    const { state, effects, rows } = progress;
    return canRead(state) ? { state, effects: joined(effects, RESUME), rows } : progress;
  }

  return {
    name: machine.id,
    chart: machine,
    start: (input, at) => {
      const first = startChart(machine, { ...input, at });
      return {
        ...first,
        state: { chart: first.state, input: emptyLineBuffer, data: undefined, ended: undefined },
      };
    },
    step: (state, event: WorldEvent) => {
      const progress: Progress<Data> = { state, effects: [], rows: [] };
      if (event.type === 'net.received') {
        const had = canRead(state);
        const input = append(state.input, event.bytes);
        const received = { ...progress, state: { ...state, input } };
        return had ? { state: received.state, effects: [], rows: [] } : finish(readOne(received, event.at));
      }
      if (event.type === 'net.closed' && event.reason !== 'local') {
        const had = canRead(state);
        const closed = { ...progress, state: { ...state, ended: event.reason } };
        return had ? { state: closed.state, effects: [], rows: [] } : finish(readOne(closed, event.at));
      }
      if (event.type === 'session.resume') return finish(readOne(progress, event.at));
      return finish(advance(progress, event));
    },
    stateOf: (state) => stateName(state.chart),
    unreadBytes: (state) => unread(state.input),
  };
}
