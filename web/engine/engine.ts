/**
 * engine - plays the simulator for the page: steps, plays, and tells what has changed, never too often.
 *
 * It knows neither worker nor page: who runs it gives it a clock and takes what it posts.
 */
import type { TraceEvent } from '#core';
import { deltaBetween, emptyView } from './delta.ts';
import { createLoading, createOrder } from './loading.ts';
import { markOf } from './marks.ts';
import { pauseAfter } from './pace.ts';
import type { Asked, EngineView, Grain, Posted, Request, RunTarget, Speed } from './protocol.ts';
import {
  backOnce,
  createStage,
  openTerminal,
  queueFileText,
  type Stage,
  scenarioInfos,
  stepOnce,
  typeLine,
  viewOf,
} from './world.ts';
import { isWorthAStep } from './worth.ts';

/** The page hears of changes at most this often. */
const POST_EVERY_MS = 40;
/** After so long the engine listens again, so that a pause is a pause at once. */
const SLICE_MS = 8;
/** More events than that are not shown one by one. */
const PASSED_LIMIT = 300;
/** Requests that change nothing are answered at once. */
const ONLY_ASKS: ReadonlySet<Request['type']> = new Set([
  'scenarios',
  'digest',
  'queueFile',
  'stats',
  'retry',
]);
/** A run towards something that may never come ends here. */
const RUN_LIMIT = 200_000;

/** Time as the engine needs it: milliseconds that pass, and a call that comes later. */
export interface Clock {
  now(): number;
  later(afterMs: number, call: () => void): void;
}

export interface Engine {
  hear(asked: Asked): void;
}

/** An engine with nothing loaded. @param load brings the code for which a world stands still (late.ts) */
export function createEngine(
  clock: Clock,
  post: (posted: Posted) => void,
  load: () => Promise<void>,
): Engine {
  const loading = createLoading(load, tell);
  let stage: Stage = createStage('', 1);
  let told: EngineView = emptyView;
  let passed: TraceEvent[] = [];
  let postedAt = -POST_EVERY_MS;
  let isPostDue = false;
  let isPlaying = true;
  // Somebody who steps wants to go on stepping: what is typed then waits for the next step.
  let isStepping = false;
  let speed: Speed = { pace: 'events', factor: 1 };
  let target: RunTarget | undefined;
  let run = 0;
  /** Answers wait for the view they belong to: who has an answer sees what it speaks of. */
  let answers: Posted[] = [];
  /** The clock of the bar, in virtual ms, while it runs with real time. */
  let shownAt = 0;

  function tell(): void {
    if (isPostDue) return;
    isPostDue = true;
    clock.later(Math.max(0, postedAt + POST_EVERY_MS - clock.now()), postNow);
  }

  function postNow(): void {
    if (!isPostDue) return;
    isPostDue = false;
    postedAt = clock.now();
    const seen = viewOf(stage);
    const isTicking = isPlaying && speed.pace === 'clock' && target === undefined;
    const { isMissing } = loading;
    const view = {
      ...seen,
      isPlaying,
      isMissing,
      now: isTicking ? Math.max(seen.now, Math.floor(shownAt)) : seen.now,
    };
    post({ type: 'update', delta: deltaBetween(told, view), passed });
    told = view;
    passed = [];
    for (const each of answers) post(each);
    answers = [];
  }

  function remember(events: readonly TraceEvent[]): void {
    passed = [...passed, ...events].slice(-PASSED_LIMIT);
    tell();
  }

  /** Stops what is going on; the loop of an earlier run sees that its number is over. */
  function halt(): void {
    run += 1;
    isPlaying = false;
    target = undefined;
    shownAt = 0;
    tell();
  }

  function play(until?: RunTarget): void {
    run += 1;
    isPlaying = true;
    target = until;
    tell();
    turn(run, clock.now());
  }

  /** One slice of playing; calls itself again until nothing is under way. */
  function turn(mine: number, since: number): void {
    if (mine !== run) return;
    if (target !== undefined) return hurry(mine);
    if (speed.pace === 'clock') return follow(mine, since);
    const until = clock.now() + SLICE_MS;
    while (clock.now() < until) {
      if (stage.world.atTip() && stage.world.idle()) return tell();
      const [event] = stepOnce(stage, 'event');
      if (event === undefined) return stage.world.needsCode() ? stand(mine) : tell();
      remember([event]);
      const pauseMs = pauseAfter(event, speed.factor);
      if (pauseMs > 0) return clock.later(pauseMs, () => turn(mine, clock.now()));
    }
    clock.later(0, () => turn(mine, clock.now()));
  }

  /** Goes on when the code has come that is needed next. */
  function stand(mine: number): void {
    void loading.done().then(() => turn(mine, clock.now()));
  }

  /** Virtual time goes on with real time, also when nothing is under way. */
  function follow(mine: number, since: number): void {
    const now = clock.now();
    shownAt = Math.max(shownAt, stage.world.now()) + (now - since) * speed.factor;
    while ((stage.world.nextAt() ?? Number.POSITIVE_INFINITY) <= shownAt) {
      if (clock.now() >= now + SLICE_MS) {
        shownAt = stage.world.now();
        break;
      }
      remember(stepOnce(stage, 'event'));
      if (stage.world.needsCode()) return stand(mine);
    }
    tell();
    clock.later(16, () => turn(mine, now));
  }

  /** The clock has been running: what is done now is done at the time it shows. */
  function catchUp(): void {
    const ms = shownAt - stage.world.now();
    if (speed.pace !== 'clock' || !isPlaying || !stage.world.atTip() || ms < 1) return;
    stage.world.input({ type: 'wait', ms });
    stage.world.run({ when: ({ service }) => service === 'clock' });
  }

  /** On to the target, as fast as it goes. */
  function hurry(mine: number): void {
    const until = clock.now() + SLICE_MS;
    const last = stage.world.n() + RUN_LIMIT;
    while (clock.now() < until) {
      const [event] = stepOnce(stage, 'event');
      if (event === undefined && stage.world.needsCode()) return stand(mine);
      if (event === undefined || event.n > last) return halt();
      remember([event]);
      if (target === 'next' || markOf(event)?.kind === target) {
        target = undefined;
        break;
      }
    }
    clock.later(0, () => turn(mine, clock.now()));
  }

  /** What somebody does at the terminal; the world then goes on by itself, unless it is being stepped. */
  function afterInput(isDone: boolean): boolean | Promise<boolean> {
    if (!isDone) return false;
    if (!isStepping) play();
    const n = isStepping ? stepOn('event') : 0;
    return n instanceof Promise ? n.then(() => true) : true;
  }

  /** One step of a grain forward, whatever code it takes; gives the new n. */
  function stepOn(grain: Grain): number | Promise<number> {
    const passed = stepOnce(stage, grain);
    remember(passed);
    const last = passed.at(-1);
    const isDone = last !== undefined && (grain === 'event' || isWorthAStep(last));
    if (isDone || !stage.world.needsCode()) return stage.world.n();
    return loading.done().then(() => stepOn(grain));
  }

  /** Runs until nothing is under way, whatever code it takes; then gives what is asked of the world. */
  function runOut<Value>(then: () => Value | Promise<Value>): Value | Promise<Value> {
    stage.world.run({ idle: true });
    return stage.world.needsCode() ? loading.done().then(() => runOut(then)) : then();
  }

  function typeAtOnce(line: string): string | Promise<string> {
    halt();
    return openTerminal(stage) ? runOut(() => typeNow(line)) : typeNow(line);
  }

  function typeNow(line: string): string | Promise<string> {
    const before = stage.world.transcript('t1').length;
    typeLine(stage, line);
    return runOut(() => {
      isPlaying = true;
      return stage.world.transcript('t1').slice(before);
    });
  }

  function answer(request: Request): unknown {
    switch (request.type) {
      case 'scenarios':
        return scenarioInfos();
      case 'load':
        halt();
        return loading.whenHere(() => {
          stage = createStage(request.scenario, request.seed);
          passed = [];
          isPlaying = true;
          isStepping = false;
          return true;
        });
      case 'open':
        catchUp();
        return afterInput(openTerminal(stage));
      case 'type':
        if (request.atOnce) return typeAtOnce(request.line);
        catchUp();
        return afterInput(typeLine(stage, request.line));
      case 'step':
      case 'back':
        halt();
        isStepping = true;
        if (request.type === 'step') return stepOn(request.grain);
        backOnce(stage, request.grain);
        return stage.world.n();
      case 'seek':
        halt();
        isStepping = false;
        return stage.world.seek(Math.min(request.n, stage.world.length()));
      case 'play':
        isStepping = false;
        return play();
      case 'pause':
        isStepping = true;
        return halt();
      case 'run':
        isStepping = false;
        return play(request.until);
      case 'speed':
        speed = request.speed;
        return isPlaying ? play() : undefined;
      case 'branch':
        halt();
        stage.chronicle.forget(0);
        return stage.world.switchTo(request.id);
      case 'retry':
        return loading.retry();
      case 'digest':
        return stage.world.digest();
      case 'queueFile':
        return queueFileText(stage, request.id);
      case 'stats':
        return stage.world.stats();
      default:
        return request satisfies never;
    }
  }

  function answerWithView(number: number, value: unknown): void {
    answers.push({ type: 'answer', number, value });
    tell();
  }

  const inOrder = createOrder(answer, answerWithView);
  return {
    hear: (asked) => {
      const { number, request } = asked;
      if (ONLY_ASKS.has(request.type)) post({ type: 'answer', number, value: answer(request) });
      else inOrder(asked);
    },
  };
}
