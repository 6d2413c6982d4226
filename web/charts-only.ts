/**
 * charts-only - leaves out of the built page what XState would run a chart with.
 *
 * The core steps its charts by tables and needs of XState what defines a chart (docs/decisions/0012): the
 * methods below are never called. They are emptied, so that all they lead to (actors, the scheduler, the
 * interpreter) is unused and left out. Called in spite of that, they throw. docs/decisions/0014-first-load.md
 */
import type { Plugin } from 'vite';

/** Functions and methods of xstate, by name. One that is not found ends the build: look again. */
const RUNS = [
  ...['next', 'transition', 'microstep', 'getTransitionData', '_getPreInitialState', 'getInitialSnapshot'],
  ...['start', 'resolveState', 'getPersistedSnapshot', 'restoreSnapshot', 'createActor'],
  ...['resolveEnqueueActions', 'resolveEmit', 'resolveSendTo', 'resolveLog'],
  ...['resolveRaise', 'resolveCancel', 'resolveStop', 'resolveSpawn'],
  ...['executeEmit', 'executeSendTo', 'retryResolveSendTo', 'executeLog'],
  ...['executeRaise', 'executeCancel', 'executeStop', 'executeSpawn', 'definition', 'toJSON', 'provide'],
] as const;
const FILES = /\/xstate\/dist\/(?:StateMachine|log|raise)-[0-9a-f]+\.esm\.js$/;
const INSTEAD = "{ throw new Error('panic: this page has no XState that runs'); }";

/** As much of a syntax tree as is read here: what declares a function, and where its body stands. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly body?: Node | readonly Node[] | null;
  readonly id?: { readonly name?: string } | null;
  readonly key?: { readonly name?: string };
  readonly value?: Node;
}

/** Only for a build, and only of what holds the core: the tests run all of XState. */
export function chartsOnly(): Plugin {
  const found = new Set<string>();
  return {
    name: 'postscope:charts-only',
    apply: 'build',
    transform(code, id) {
      if (!FILES.test(id.replaceAll('\\', '/'))) return undefined;
      let left = '';
      let place = 0;
      for (const { name, body } of functionsIn(this.parse(code) as unknown as Node)) {
        if (!RUNS.some((each) => each === name)) continue;
        found.add(name);
        left += code.slice(place, body.start) + INSTEAD;
        place = body.end;
      }
      return { code: left + code.slice(place), map: null };
    },
    buildEnd() {
      const missing = RUNS.filter((name) => !found.has(name));
      if (missing.length > 0) this.error(`xstate has no ${missing.join(', ')}`);
    },
  };
}

interface Found {
  readonly name: string;
  readonly body: Node;
}

/** Functions at the top of a module, and methods of its classes, in order. */
function functionsIn(program: Node): readonly Found[] {
  return listOf(program.body).flatMap((node): readonly Found[] => {
    if (node.type === 'FunctionDeclaration') return foundAs(node.id?.name, node.body);
    if (node.type !== 'ClassDeclaration' || Array.isArray(node.body)) return [];
    const members = listOf((node.body as Node).body);
    return members.flatMap(({ type, key, value }) =>
      type === 'MethodDefinition' ? foundAs(key?.name, value?.body) : [],
    );
  });
}

function foundAs(name: string | undefined, body: Node['body']): readonly Found[] {
  return name === undefined || body === undefined || body === null || Array.isArray(body)
    ? []
    : [{ name, body: body as Node }];
}

function listOf(body: Node['body']): readonly Node[] {
  return Array.isArray(body) ? (body as readonly Node[]) : [];
}
