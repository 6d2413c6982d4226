/** simulator - plays a dialogue in simulated time. */
import { createWorld, type HostSpec, type Scenario, type World } from '#sim';
import { aliasesText, ownMainCf, ownMasterCf } from './configuration.ts';
import { countReplies, type Dialogue, type Step } from './dialogue.ts';
import { HUNG_UP, lettersOf, type Played, queueIds, repliesBefore, STAYS, saidLines } from './played.ts';

const PLACES = { etc: '/etc/postfix', mail: '/mail' };
const TERMINAL = 't1';
const NOBODY = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n';

/** Whom the server may call, and what name servers know. */
export type Around = Pick<Scenario, 'peers' | 'failingNames'> & Pick<HostSpec, 'zones'>;

function scenarioFor(
  { profile, settings }: Pick<Dialogue, 'profile' | 'settings'>,
  { zones, ...around }: Around,
): Scenario {
  const name = 'mail.example.org';
  return {
    id: 'dialogue',
    ...around,
    title: { fr: 'Dialogue', en: 'Dialogue' },
    intro: { fr: '', en: '' },
    start: '2026-03-02T09:00:00+00:00',
    zone: { offsetMinutes: 0, name: 'UTC' },
    hosts: [
      {
        ...{ name, address: '127.0.0.1', passwd: NOBODY },
        mainCf: ownMainCf(PLACES, profile, settings),
        masterCf: ownMasterCf('smtp', profile),
        ...(zones === undefined ? {} : { zones }),
        tables: { '/etc/postfix/aliases': aliasesText(PLACES) },
      },
    ],
    people: [{ name: 'client', address: '127.0.0.1', hostName: 'client', clientName: 'unknown' }],
    script: [],
    expectation: {},
  };
}

/** All that the server has said, and whether it has hung up. */
function heard(world: World): { readonly text: string; readonly closed: boolean } {
  const terminal = world.terminals().find(({ name }) => name === TERMINAL);
  const text = (terminal?.lines ?? []).filter(({ from }) => from === 'server').map((line) => line.text);
  return { text: text.join(''), closed: terminal?.state === 'closed' };
}

const MANY_EVENTS = 200_000;

function runUntil(world: World, isTrue: () => boolean): void {
  for (let turn = 0; turn < MANY_EVENTS && !isTrue() && !world.idle(); turn += 1) {
    if (world.step() === undefined) return;
  }
}

function perform(world: World, steps: readonly Step[], at: number): void {
  const step = steps[at];
  switch (step?.type) {
    case 'send':
      for (const text of step.split ? step.bytes : [step.bytes])
        world.input({ type: 'telnet.send', terminal: TERMINAL, text });
      return;
    case 'hear': {
      const wanted = repliesBefore(steps, at);
      return runUntil(world, () => countReplies(heard(world).text) >= wanted);
    }
    case 'wait':
      world.input({ type: 'wait', ms: step.ms });
      world.run({ timeMs: world.now() + step.ms });
      return;
    case 'end':
      world.input({ type: 'telnet.end', terminal: TERMINAL });
      return;
    case 'closed':
      return runUntil(world, () => heard(world).closed);
    default:
      step satisfies undefined;
  }
}

function open(dialogue: Pick<Dialogue, 'profile' | 'settings'>, around: Around = {}): World {
  const world = createWorld(scenarioFor(dialogue, around), 1, { script: false });
  world.run({ idle: true });
  world.input({ type: 'telnet.open', terminal: TERMINAL });
  runUntil(world, () => heard(world).text !== '' || heard(world).closed);
  return world;
}

function finish(world: World): void {
  if (!heard(world).closed) world.input({ type: 'telnet.end', terminal: TERMINAL });
  world.run({ idle: true });
}

function letters(world: World): Played['letters'] {
  const found = world
    .files(PLACES.mail)
    .filter(({ path }) => path.includes('/new/'))
    .map(({ path }) => ({ box: path.split('/')[2] ?? '', text: world.file(path) ?? '' }));
  return lettersOf(queueIds(heard(world).text), found);
}

/**
 * Plays a dialogue.
 *
 * @param around what there is besides the server
 * @param watch is given the world when all is over
 */
export function playOnSimulator(
  dialogue: Dialogue,
  around: Around = {},
  watch?: (world: World) => void,
): Played {
  const world = open(dialogue, around);
  const said: (readonly string[])[] = [];
  let read = 0;
  for (const [at, step] of dialogue.steps.entries()) {
    perform(world, dialogue.steps, at);
    if (step.type === 'hear') said.push(more());
    if (step.type === 'closed') said.push([...more(), heard(world).closed ? HUNG_UP : STAYS]);
  }
  finish(world);
  said.push(more());
  watch?.(world);
  return { said, letters: letters(world) };

  function more(): readonly string[] {
    const { text } = heard(world);
    const fresh = saidLines(text.slice(read));
    read = text.length;
    return fresh;
  }
}

/** Plays what a client sends, and gives the dialogue that came of it. */
export function recordOnSimulator(dialogue: Dialogue): Dialogue {
  const world = open(dialogue);
  const steps: Step[] = [];
  let read = 0;
  listen();
  for (const [at, step] of dialogue.steps.entries()) {
    if (heard(world).closed) break;
    steps.push(step);
    perform(world, dialogue.steps, at);
    world.run({ idle: true });
    listen();
  }
  return { ...dialogue, steps };

  function listen(): void {
    const { text, closed } = heard(world);
    const lines = saidLines(text.slice(read));
    read = text.length;
    if (lines.length > 0) steps.push({ type: 'hear', lines });
    if (closed) steps.push({ type: 'closed' });
  }
}
