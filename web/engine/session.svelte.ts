/** session - the page's state: one view, of the simulator or of a running server, and what can be asked. */
import type { TraceEvent } from '#core';
import type { Locale } from '../i18n/messages.ts';
import { applyDelta, emptyView } from './delta.ts';
import { ghostLine } from './ghost.ts';
import type { LiveNews } from './live.ts';
import type { EngineView, Grain, Request, RunTarget, ScenarioInfo, Speed } from './protocol.ts';
import { type Source, startSimulator } from './simulator.ts';
import { type Language, lacksWords, loadLanguage, stepView, withRareWords } from './tell.ts';
import type { PageView } from './view.ts';

export type Mode = PageView['mode'];
type Passed = (events: readonly TraceEvent[], speed: Speed) => void;

const LOCALE_KEY = 'postscope.locale';
const SEED = 1;
const NO_NEWS: LiveNews = { server: 'asking', lost: 0 };
/** Shorter silences are not worth a word. */
const LEAP_MS = 5000;
const LEAP_SHOWN_MS = 4000;

/** The language of an earlier visit, else the browser's, else French. */
export function firstLocale(): Locale {
  try {
    const kept = localStorage.getItem(LOCALE_KEY);
    if (kept === 'fr' || kept === 'en') return kept;
  } catch {
    // A page without storage asks the browser each time.
  }
  return navigator.languages.some((each) => each.startsWith('fr')) || !navigator.language.startsWith('en')
    ? 'fr'
    : 'en';
}

export type Session = ReturnType<typeof createSession>;

/** The session of a page; `language` is loaded before anything is drawn. */
export function createSession(first: Language) {
  let language = $state.raw(first);
  let engine = $state.raw<EngineView>(emptyView);
  let mode = $state<Mode>('simulated');
  let scenarios = $state.raw<readonly ScenarioInfo[]>([]);
  let scenarioId = $state('');
  let grain = $state<Grain>('stage');
  let speed = $state.raw<Speed>({ pace: 'events', factor: 1 });
  let news = $state.raw<LiveNews>(NO_NEWS);
  let observed = $state<string>();
  let isStepping = $state(false);
  let isReady = $state(false);
  /** Virtual time that was leapt over a moment ago, ms. */
  let leapMs = $state(0);
  const watchers = new Set<Passed>();
  let source: Source | undefined;
  let leapTimer: ReturnType<typeof setTimeout> | undefined;

  const step = $derived(engine.event === undefined ? undefined : stepView(language, engine.event));
  /** The message that is being followed: the one of the event, or of what brought it. */
  const follows = $derived(engine.event?.queueId ?? engine.because?.queueId);
  const scenario = $derived(scenarios.find(({ id }) => id === scenarioId));
  const view = $derived<PageView>({ ...engine, ...(step === undefined ? {} : { step }) });
  const terminal = $derived(view.terminals.find(({ name }) => name === observed) ?? view.terminals[0]);
  const ghost = $derived(mode === 'simulated' ? ghostLine(scenario, terminal) : undefined);

  function update(delta: Parameters<typeof applyDelta>[1], passed: readonly TraceEvent[]): void {
    const before = engine;
    engine = applyDelta(engine, delta);
    if (passed.length > 0 && engine.n > before.n) noteLeap(engine.now - before.now);
    for (const watch of watchers) watch(passed, speed);
    if (engine.event !== undefined && lacksWords(language, engine.event)) void learn();
  }

  /** The sentences of rare programs; without a network they are asked for again at the next such event. */
  async function learn(): Promise<void> {
    const before = language;
    const more = await withRareWords(before).catch(() => before);
    if (language === before) language = more;
  }

  /** Leaps of one run are told as one, for a while. */
  function noteLeap(ms: number): void {
    if (ms < LEAP_MS || mode === 'live' || speed.pace === 'clock') return;
    leapMs += ms;
    clearTimeout(leapTimer);
    leapTimer = setTimeout(() => {
      leapMs = 0;
    }, LEAP_SHOWN_MS);
  }

  async function ask(request: Request): Promise<unknown> {
    return source?.ask(request);
  }

  async function start(next: Mode, id?: string): Promise<void> {
    source?.stop();
    isReady = false;
    engine = { ...emptyView, mode: next };
    mode = next;
    isStepping = false;
    news = NO_NEWS;
    if (next === 'live') {
      const { attachLive } = await import('./live.ts');
      if (mode !== 'live') return;
      isReady = true;
      source = attachLive(update, (latest) => {
        news = latest;
      });
      return;
    }
    source = startSimulator(update);
    scenarios = (await ask({ type: 'scenarios' })) as readonly ScenarioInfo[];
    await load(id ?? scenarios[0]?.id ?? '');
  }

  async function load(id: string): Promise<void> {
    scenarioId = id;
    isStepping = false;
    await ask({ type: 'load', scenario: id, seed: SEED });
    await ask({ type: 'speed', speed });
    isReady = true;
  }

  async function chooseLocale(locale: Locale): Promise<void> {
    language = await loadLanguage(locale);
    if (engine.event !== undefined && lacksWords(language, engine.event)) await learn();
    try {
      localStorage.setItem(LOCALE_KEY, locale);
    } catch {
      // The choice lasts as long as the page.
    }
  }

  return {
    get locale() {
      return language.locale;
    },
    get words() {
      return language.messages;
    },
    get panels() {
      return language.panels;
    },
    get mode() {
      return mode;
    },
    get engine() {
      return engine;
    },
    get view() {
      return view;
    },
    get follows() {
      return follows;
    },
    get scenarios() {
      return scenarios;
    },
    get scenario() {
      return scenario;
    },
    get terminal() {
      return terminal;
    },
    get ghost() {
      return ghost;
    },
    get grain() {
      return grain;
    },
    set grain(next: Grain) {
      grain = next;
    },
    get speed() {
      return speed;
    },
    set speed(next: Speed) {
      speed = next;
      void ask({ type: 'speed', speed: next });
    },
    get news() {
      return news;
    },
    /** The machines have started: there is something to see and to call. */
    get isReady() {
      return isReady;
    },
    get isStepping() {
      return isStepping;
    },
    get leapMs() {
      return leapMs;
    },
    /** Which observed session the terminal shows. */
    observe: (name: string) => {
      observed = name;
    },
    start,
    load,
    chooseLocale,
    ask,
    open: () => ask({ type: 'open' }),
    type: (line: string) => ask({ type: 'type', line, atOnce: false }),
    step: () => {
      isStepping = true;
      return ask({ type: 'step', grain });
    },
    back: () => {
      isStepping = true;
      return ask({ type: 'back', grain });
    },
    seek: (n: number) => {
      isStepping = false;
      return ask({ type: 'seek', n });
    },
    /** Pauses what is going on; else lets it go on, and when nothing is under way, on to what comes next. */
    toggle: () => {
      const isWaiting = engine.isPlaying && engine.isIdle && engine.atTip && speed.pace === 'events';
      if (mode === 'simulated' && isWaiting) return ask({ type: 'run', until: 'next' });
      isStepping = engine.isPlaying;
      return ask({ type: engine.isPlaying ? 'pause' : 'play' });
    },
    runTo: (until: RunTarget) => {
      isStepping = false;
      return ask({ type: 'run', until });
    },
    branch: (id: number) => ask({ type: 'branch', id }),
    /** Asks again for code that could not be loaded. */
    retry: () => ask({ type: 'retry' }),
    readQueueFile: (id: string) => ask({ type: 'queueFile', id }) as Promise<string | undefined>,
    /** Hears of every event that is played; gives back a way to stop. */
    watch: (watcher: Passed) => {
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
      };
    },
    stop: () => source?.stop(),
  };
}
