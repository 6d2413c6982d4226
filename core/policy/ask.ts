/**
 * Questions to policy servers: on a connection that is kept, or on a new one; and once more when that failed.
 *
 * SMTPD_POLICY_README · Postfix: src/global/attr_clnt.c, src/util/auto_clnt.c
 */
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { entriesIn, valueIn, withEntry, withoutEntry } from '../kernel/persistent.ts';
import { NOTHING_READ, readOn, requestBytes } from './reply.ts';
import { failureLog, type Trouble } from './trouble.ts';
import type { Args, Decision, Job, Line, PolicyContext, Question } from './types.ts';

function lineOf({ context, event }: Args): readonly [name: string, line: Line] | undefined {
  const name = 'connection' in event ? event.connection : 'timer' in event ? event.timer : '';
  const line = valueIn(context.lines, name);
  return line === undefined ? undefined : [name, line];
}

function timer(name: string, afterMs: number): Effect {
  return { type: 'timer.set', timer: name, afterMs };
}

/** A line that is kept and not too old. Those that are too old stay until they have been idle too long. */
function keptLine({ lines }: PolicyContext, { server, at }: Question): readonly [string, Line] | undefined {
  return entriesIn(lines).find(
    ([, line]) =>
      line.job === undefined && line.server === server.name && at - line.openedAt < server.maxTtlMs,
  );
}

/** Asks on a line that is kept. */
function askOn(context: PolicyContext, name: string, line: Line, question: Question): Decision {
  const job: Job = { question, failures: 0, waitsFor: 'answer', reading: NOTHING_READ };
  return {
    context: { lines: withEntry(context.lines, name, { ...line, job }) },
    effects: [
      { type: 'net.send', connection: name, bytes: requestBytes(question.attributes) },
      timer(name, question.server.timeoutMs),
    ],
  };
}

/** Calls the server for this question. */
function call(context: PolicyContext, question: Question, failures: number, at: number): Decision {
  const last = context.last + 1;
  const name = `line ${last}`;
  const job: Job = { question, failures, waitsFor: 'connection', reading: NOTHING_READ };
  const line: Line = { openedAt: at, requests: 0, job, server: question.server.name };
  return {
    context: { last, lines: withEntry(context.lines, name, line) },
    effects: [
      { type: 'net.connect', connection: name, endpoint: question.server.endpoint },
      timer(name, question.server.timeoutMs),
    ],
  };
}

/** A line is kept, so nobody has to be called. */
export function lineIsKept({ context, event }: Args): boolean {
  return event.type === 'policy.ask' && keptLine(context, event) !== undefined;
}

export function askOnKeptLine({ context, event }: Args): Decision {
  const kept = event.type === 'policy.ask' ? keptLine(context, event) : undefined;
  assert(event.type === 'policy.ask' && kept !== undefined, 'a line is kept');
  return askOn(context, ...kept, event);
}

export function callServer({ context, event }: Args): Decision {
  assert(event.type === 'policy.ask', 'somebody asks');
  return call(context, event, 0, event.at);
}

/** The line is open: ask. */
export function sendRequest(args: Args): Decision {
  const [name, line] = lineOf(args) ?? [];
  assert(name !== undefined && line?.job !== undefined, 'a line that was called');
  const { question } = line.job;
  return {
    context: {
      lines: withEntry(args.context.lines, name, { ...line, job: { ...line.job, waitsFor: 'answer' } }),
    },
    effects: [
      { type: 'net.send', connection: name, bytes: requestBytes(question.attributes) },
      timer(name, question.server.timeoutMs),
    ],
  };
}

/** What was heard ends the answer, and has an action. */
export function answerIsWhole(args: Args): boolean {
  const progress = heard(args);
  return progress?.type === 'answer' && progress.action !== undefined;
}

/** More of the answer is to come. */
export function answerGoesOn(args: Args): boolean {
  return heard(args)?.type === 'more';
}

function heard(args: Args): ReturnType<typeof readOn> | undefined {
  const { event } = args;
  const [, line] = lineOf(args) ?? [];
  if (event.type !== 'net.heard' || line?.job?.waitsFor !== 'answer') return undefined;
  return readOn(line.job.reading, event.bytes);
}

export function keepReading(args: Args): Decision {
  const progress = heard(args);
  const [name, line] = lineOf(args) ?? [];
  assert(name !== undefined && line?.job !== undefined && progress?.type === 'more', 'an answer is read');
  const job = { ...line.job, reading: progress.reading };
  return { context: { lines: withEntry(args.context.lines, name, { ...line, job }) } };
}

/** Passes the answer on, and keeps the line if it may be used again. */
export function passAnswer(args: Args): Decision {
  const progress = heard(args);
  const [name, line] = lineOf(args) ?? [];
  assert(name !== undefined && line?.job !== undefined && progress?.type === 'answer', 'an answer is whole');
  const { from, token, server } = line.job.question;
  const answer: Effect = {
    ...{ type: 'send', to: from },
    note: { type: 'policy.answer', token, action: progress.action },
  };
  const requests = line.requests + 1;
  const isSpent = progress.excess || (server.requestLimit > 0 && requests >= server.requestLimit);
  const { lines } = args.context;
  if (isSpent)
    return {
      context: { lines: withoutEntry(lines, name) },
      effects: [answer, { type: 'timer.clear', timer: name }, { type: 'net.drop', connection: name }],
    };
  return {
    context: { lines: withEntry(lines, name, { ...line, requests, job: undefined }) },
    effects: [answer, timer(name, server.maxIdleMs)],
  };
}

/** Nobody waits for this line: its peer went, said something unasked, or was not needed for long. */
export function lineIsIdle(args: Args): boolean {
  const [, line] = lineOf(args) ?? [];
  return line !== undefined && line.job === undefined;
}

export function dropLine(args: Args): Decision {
  const [name = ''] = lineOf(args) ?? [];
  return {
    context: { lines: withoutEntry(args.context.lines, name) },
    effects: [
      { type: 'timer.clear', timer: name },
      { type: 'net.drop', connection: name },
    ],
  };
}

/** It is time to call again. */
export function mayTryAgain(args: Args): boolean {
  const [, line] = lineOf(args) ?? [];
  return args.event.type === 'timer.fired' && line?.job?.waitsFor === 'retry';
}

export function callAgain(args: Args): Decision {
  const [name, line] = lineOf(args) ?? [];
  assert(name !== undefined && line?.job !== undefined, 'a question waits');
  const context = { ...args.context, lines: withoutEntry(args.context.lines, name) };
  return call(context, line.job.question, line.job.failures, args.event.at);
}

/** Somebody waits for a line that has failed, and there are tries left. */
export function triesAreLeft(args: Args): boolean {
  const [, line] = lineOf(args) ?? [];
  return line?.job !== undefined && line.job.failures + 1 < line.job.question.server.tryLimit;
}

/** Somebody waits for a line that has failed. */
export function somebodyWaits(args: Args): boolean {
  return lineOf(args)?.[1].job !== undefined;
}

function failing(args: Args): { readonly name: string; readonly line: Line; readonly job: Job } {
  const [name, line] = lineOf(args) ?? [];
  assert(name !== undefined && line?.job !== undefined, 'somebody waits for this line');
  return { name, line, job: line.job };
}

function troubleOf(args: Args, job: Job): Trouble {
  const { event } = args;
  if (event.type === 'net.lost')
    return {
      type: job.waitsFor === 'connection' ? 'refused' : 'lost',
      reason: event.reason,
      reading: job.reading,
    };
  if (event.type === 'timer.fired')
    return { type: job.waitsFor === 'connection' ? 'unreachable' : 'silent', reading: job.reading };
  return { type: heard(args)?.type === 'endless' ? 'endless' : 'malformed' };
}

/** The connection is given up, and will be made again in a moment. */
export function waitForRetry(args: Args): Decision {
  const { name, line, job } = failing(args);
  const { server } = job.question;
  const waiting: Job = { ...job, failures: job.failures + 1, waitsFor: 'retry', reading: NOTHING_READ };
  return {
    context: { lines: withEntry(args.context.lines, name, { ...line, job: waiting }) },
    effects: [
      ...failureLog(server, troubleOf(args, job), false),
      { type: 'net.drop', connection: name },
      timer(name, server.retryDelayMs),
    ],
  };
}

/** It was tried often enough: who asked goes on without an answer. */
export function giveUp(args: Args): Decision {
  const { name, job } = failing(args);
  const { from, token, server } = job.question;
  return {
    context: { lines: withoutEntry(args.context.lines, name) },
    effects: [
      ...failureLog(server, troubleOf(args, job), true),
      { type: 'timer.clear', timer: name },
      { type: 'net.drop', connection: name },
      { type: 'send', to: from, note: { type: 'policy.answer', token, action: undefined } },
    ],
  };
}
