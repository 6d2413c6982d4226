/**
 * oracle - what XState itself says: its pure `initialTransition` and `transition`, told in our words.
 */
import { type AnyStateMachine, initialTransition, transition } from 'xstate';
import type { ChartEvent } from '../../core/kernel/process.ts';
import type { ChartState } from './recorder.ts';

/** What a step did, or why it could not be made. */
export type Answer =
  | {
      readonly type: 'done';
      readonly value: unknown;
      readonly status: string;
      readonly tags: readonly string[];
      readonly context: unknown;
      readonly effects: readonly unknown[];
    }
  | { readonly type: 'threw'; readonly message: string };

interface Action {
  readonly type: string;
  readonly params: { readonly event?: unknown };
}
interface Snapshot {
  readonly value: unknown;
  readonly status: string;
  readonly tags: Iterable<string>;
  readonly context: unknown;
  readonly error?: unknown;
}

/** The initial state by XState. */
export function startByXState(machine: AnyStateMachine, input: unknown): Answer {
  return answered(() => initialTransition(machine, input as never));
}

/** One event by XState. */
export function stepByXState(machine: AnyStateMachine, state: ChartState, event: ChartEvent): Answer {
  return answered(() => {
    const { value, context } = state;
    return transition(machine, machine.resolveState({ value, context } as never), event as never);
  });
}

/** The same by the kernel. */
export function told(step: () => { readonly state: unknown; readonly effects: readonly unknown[] }): Answer {
  try {
    const { state, effects } = step();
    return facts(state as Snapshot, effects);
  } catch (error) {
    return { type: 'threw', message: messageOf(error) };
  }
}

function answered(step: () => unknown): Answer {
  try {
    const [snapshot, actions] = step() as [Snapshot, readonly Action[]];
    if (snapshot.status === 'error') throw snapshot.error;
    const strange = actions.filter(({ type }) => type !== 'xstate.emit').map(({ type }) => type);
    if (strange.length > 0) throw new Error(`an action that is no effect: ${strange.join(' ')}`);
    return facts(
      snapshot,
      actions.map(({ params }) => params.event),
    );
  } catch (error) {
    return { type: 'threw', message: messageOf(error) };
  }
}

function facts(snapshot: Snapshot, effects: readonly unknown[]): Answer {
  const { value, status, context } = snapshot;
  return { type: 'done', value, status, tags: [...snapshot.tags].sort(), context, effects };
}

/** XState wraps what a guard threw; its own words come last. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.startsWith('Unable to evaluate guard') ? text.slice(text.indexOf('\n') + 1) : text;
}
