/**
 * From a plain rule function to a named chart action: what changes, and what to do.
 *
 * A rule file stays free of XState: it gets `{context, event}` (and the row's params) and returns an Outcome.
 */
import { type EventObject, enqueueActions, type MachineContext } from 'xstate';
import type { Effect } from './effects.ts';

/** What a rule decides. `context` holds only the fields that change. */
export interface Outcome<Context> {
  readonly context?: Partial<Context>;
  readonly effects?: readonly Effect[];
}

/** The arguments of every rule and guard. */
export interface RuleArgs<Context, Event> {
  readonly context: Context;
  readonly event: Event;
}

/** `params` are those of the row. */
export type Rule<Context, Event, Params> = (
  args: RuleArgs<Context, Event>,
  params: Params,
) => Outcome<Context>;

const rules = new WeakMap<object, unknown>();

/** The rule inside an action that `act` made; table.ts calls it without XState in between. */
export function ruleOf(action: unknown): Rule<object, unknown, unknown> | undefined {
  return typeof action === 'function' ? (rules.get(action) as ReturnType<typeof ruleOf>) : undefined;
}

/**
 * Makes a chart action of a rule; only `assign` and `emit` come out of it.
 *
 * @param rule pure function; its effects leave in order, after the context is updated
 */
export function act<
  Context extends MachineContext,
  Event extends EventObject,
  Params extends object | string | number | undefined = undefined,
>(rule: Rule<Context, Event, Params>) {
  const action = enqueueActions<Context, Event, Params, Event, never, never, never, never, Effect>(
    ({ context, event, enqueue }, params) => {
      const outcome = rule({ context, event }, params);
      if (outcome.context !== undefined) enqueue.assign(outcome.context as Partial<Context>);
      for (const effect of outcome.effects ?? []) enqueue.emit(effect);
    },
  );
  rules.set(action, rule);
  return action;
}
