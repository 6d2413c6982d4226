/** api - `globalThis.postscope`: the page for programs, such as tests and measurements. */
import type { Grain, Stats } from './protocol.ts';
import type { Session } from './session.svelte.ts';

export interface PostscopeApi {
  /** Loads a scenario by its id. */
  load(id: string): Promise<void>;
  /** Types a line, calling the server first if need be, and lets the world run; the answer, LF line ends. */
  input(line: string): Promise<string>;
  /** One step forward; the number of the event shown. */
  step(grain?: Grain): Promise<number>;
  back(grain?: Grain): Promise<number>;
  seek(n: number): Promise<number>;
  /** Digest of the trace so far, 32 hexadecimal digits. */
  digest(): Promise<string>;
  /** So many tokens that fly about, for measuring. */
  spawn(count: number): void;
  stats(): Promise<Stats>;
}

/** The interface over a session; `spawn` comes from the stage. */
export function createApi(session: Session, spawn: (count: number) => void): PostscopeApi {
  const { ask } = session;
  return {
    load: session.load,
    input: (line) => ask({ type: 'type', line, atOnce: true }) as Promise<string>,
    step: (grain = 'event') => ask({ type: 'step', grain }) as Promise<number>,
    back: (grain = 'event') => ask({ type: 'back', grain }) as Promise<number>,
    seek: (n) => ask({ type: 'seek', n }) as Promise<number>,
    digest: () => ask({ type: 'digest' }) as Promise<string>,
    spawn,
    stats: () => ask({ type: 'stats' }) as Promise<Stats>,
  };
}
