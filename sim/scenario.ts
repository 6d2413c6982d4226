/** scenario - a story as data: hosts, people, what they type and when, and how it should end. */
import type { Zone } from '#core';
import type { Expectation } from './expect.ts';

/** The same sentence in French and English. */
export interface InTwo {
  readonly fr: string;
  readonly en: string;
}

/** A mail machine. Its configuration is the very text that Postfix would read. */
export interface HostSpec {
  /** Fully qualified, `mail.gouv.bj`; its first label stands in log lines. */
  readonly name: string;
  readonly address: string;
  readonly mainCf: string;
  readonly masterCf: string;
  /** Sources of lookup tables, aliases and list files by their absolute path: `/etc/postfix/aliases`. */
  readonly tables: Readonly<Record<string, string>>;
  /** passwd(5) lines. */
  readonly passwd: string;
  /** Zone files that it serves to everybody, by their path: `/etc/bind/gouv.bj.zone`. RFC 1035 §5.1 */
  readonly zones?: Readonly<Record<string, string>>;
}

/** Someone at a terminal. */
export interface PersonSpec {
  readonly name: string;
  readonly address: string;
  /** What the page calls the machine. */
  readonly hostName: string;
  /** The name a server finds for the address, or `unknown`. */
  readonly clientName: string;
}

/** What a scripted peer does with a request. */
export interface PeerRule {
  /** Texts that must all stand in the request; none: any request. */
  readonly contains?: readonly string[];
  /** What it says, one character a byte. */
  readonly answer?: string;
  readonly afterMs?: number;
  readonly hangUp?: boolean;
}

/** Somebody whom the machines may call: a policy server, say. It listens at one place, for all of them. */
export interface PeerSpec {
  /** `inet:127.0.0.1:10031` or `unix:private/policy`, letter for letter as it is called. */
  readonly endpoint: string;
  /** Said to whoever calls. */
  readonly greeting?: string;
  /** What ends a request. */
  readonly until: string;
  /** The first that fits is obeyed; where none does it says nothing. */
  readonly rules: readonly PeerRule[];
}

/** What people do, and what is done to machines: all of it is recorded and can be played again. */
export type WorldInput =
  | {
      readonly type: 'telnet.open';
      readonly terminal: string;
      readonly person?: string;
      readonly host?: string;
      readonly port?: number;
    }
  | { readonly type: 'telnet.type'; readonly terminal: string; readonly line: string }
  /** Raw bytes, one character each: what no keyboard gives, such as NUL or a bare LF. */
  | { readonly type: 'telnet.send'; readonly terminal: string; readonly text: string }
  /** The person's side ends; the server may still answer. */
  | { readonly type: 'telnet.end'; readonly terminal: string }
  | { readonly type: 'telnet.close'; readonly terminal: string }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'power.cut'; readonly host: string }
  | { readonly type: 'power.on'; readonly host: string }
  | { readonly type: 'disk.full'; readonly host: string; readonly full: boolean };

export interface ScriptStep {
  /** Time to think after what is waited for. */
  readonly afterMs: number;
  /** `reply`: the server has answered what was typed before; `nothing`: straight after the step before. */
  readonly waitFor: 'nothing' | 'reply';
  readonly input: WorldInput;
}

/** What one person does, step by step. Someone who types into the same terminal takes it over. */
export interface ScriptThread {
  readonly terminal: string;
  readonly startMs: number;
  readonly steps: readonly ScriptStep[];
}

export interface Scenario {
  readonly id: string;
  readonly title: InTwo;
  readonly intro: InTwo;
  /** ISO 8601 with an offset: when the machines are switched on. */
  readonly start: string;
  readonly zone: Zone;
  readonly hosts: readonly HostSpec[];
  readonly people: readonly PersonSpec[];
  readonly peers?: readonly PeerSpec[];
  /** Of these names, and of those below them, name servers only say that they failed. */
  readonly failingNames?: readonly string[];
  readonly script: readonly ScriptThread[];
  readonly expectation: Expectation;
}

export interface SessionSpec {
  readonly terminal: string;
  readonly person?: string;
  readonly host?: string;
  readonly port?: number;
  readonly startMs: number;
  /** Time to think before each line. */
  readonly thinkMs: number;
  /** Lines without their end. After DATA the lines up to `.` are typed without waiting for an answer. */
  readonly lines: readonly string[];
}

/** A telnet session as a script thread: each command waits for the answer to the one before. */
export function telnetSession(spec: SessionSpec): ScriptThread {
  const { terminal, startMs, thinkMs: afterMs } = spec;
  const { person, host, port } = spec;
  const open: WorldInput = {
    ...{ type: 'telnet.open', terminal },
    ...(person === undefined ? {} : { person }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  };
  const steps: ScriptStep[] = [{ afterMs: 0, waitFor: 'nothing', input: open }];
  let inText = false;
  let first = false;
  for (const line of spec.lines) {
    const waitFor = inText && !first ? 'nothing' : 'reply';
    steps.push({ afterMs, waitFor, input: { type: 'telnet.type', terminal, line } });
    first = !inText && /^data\s*$/i.test(line);
    inText = first || (inText && line !== '.');
  }
  return { terminal, startMs, steps };
}

/** The lines of the script in the order of its threads: what a page may suggest to type next. */
export function linesToType(
  scenario: Scenario,
): readonly { readonly terminal: string; readonly line: string }[] {
  return scenario.script.flatMap(({ steps }) =>
    steps.flatMap(({ input }) =>
      input.type === 'telnet.type' ? [{ terminal: input.terminal, line: input.line }] : [],
    ),
  );
}

/** Which scripts type at a terminal: their numbers, by its name. */
export function scriptsByTerminal(script: readonly ScriptThread[]): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  for (const [number, { terminal }] of script.entries()) {
    const known = numbers.get(terminal);
    if (known === undefined) numbers.set(terminal, [number]);
    else known.push(number);
  }
  return numbers;
}
