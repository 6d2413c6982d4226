/**
 * The disk failed: the message stays where it is, the log says so, and a minute later qmgr tries again.
 * qmgr(8) DIAGNOSTICS
 */
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { FileFailed } from '../kernel/events.ts';
import { dropped, enter, fill, list } from './fill.ts';
import { leavingEffects } from './finish.ts';
import { andThen, idOf, logged, messageOf, stepped, withMessage } from './rules.ts';
import type { Args, Decision, Progress, QmgrContext } from './types.ts';

const DISK = { rule: 'disk' } as const;
const TRY_AGAIN_MS = 60_000;

function failureOf({ event }: Args): FileFailed {
  assert(event.type === 'file.failed', 'trouble comes with file.failed');
  return event;
}

function warned({ operation, path, file, code }: FileFailed): Effect {
  return logged(`${operation} ${path ?? file ?? ''}: ${code}`, 'warning', DISK);
}

/** Something to be done once more in a minute: `queue:NAME` lists a queue, anything else is a queue id. */
function later(context: QmgrContext, what: string): Progress {
  const stuck = new Set(context.stuck).add(what);
  return {
    context: { ...context, stuck },
    effects: [{ type: 'timer.set', timer: 'trouble', afterMs: TRY_AGAIN_MS }],
  };
}

/** A queue could not be listed; one that is not there yet is simply empty. */
export function noteListing(args: Args): Decision {
  const event = failureOf(args);
  if (event.code === 'ENOENT') return {};
  return andThen({ context: args.context, effects: [warned(event)] }, (next) =>
    later(next, `queue:${event.path ?? ''}`),
  );
}

/** The message could not be taken: gone, or the disk fails; then it is left for the next scan. */
export function leaveIt(args: Args): Decision {
  const event = failureOf(args);
  const id = idOf(event.path ?? '');
  const known = messageOf(args.context, id);
  const without = dropped(args.context, id);
  if (event.code === 'ENOENT') {
    const { elsewhere = '' } = known ?? {};
    return elsewhere === '' ? fill(without, event.at) : enter(without, elsewhere, event.at);
  }
  const queueName = event.path?.split('/')[0] ?? 'incoming';
  const noted: Progress = { context: without, effects: [warned(event)] };
  return andThen(noted, (next) => later(next, `queue:${queueName}`));
}

/** The message is in active and cannot be read: it goes to deferred, to be tried again. */
export function putBack(args: Args): Decision {
  const event = failureOf(args);
  const known = messageOf(args.context, event.file ?? '');
  assert(known !== undefined, 'putBack belongs to a known message');
  if (event.code === 'ENOENT') return fill(dropped(args.context, known.id), event.at);
  const message = stepped(known, { type: 'file.unreadable', at: event.at });
  const context = withMessage(args.context, message);
  return { context, effects: [warned(event), ...leavingEffects(context, message, event.at)] };
}

/**
 * The message could not leave active: it is still there, and tries again; if it is gone, so much the better.
 */
export function stayForNow(args: Args): Decision {
  const event = failureOf(args);
  const id = idOf(event.path ?? '');
  if (event.code === 'ENOENT') return fill(dropped(args.context, id), event.at);
  const known = messageOf(args.context, id);
  const noted: Progress = { context: args.context, effects: [warned(event)] };
  return andThen(noted, (next) => later(next, known === undefined ? 'queue:active' : id));
}

/** Any other failure: said, and otherwise survived (no recipient was given up for it). */
export function warnOfFailure(args: Args): Decision {
  return { effects: [warned(failureOf(args))] };
}

/** A minute later: all that failed is done again. */
export function tryAgain({ context, event }: Args): Decision {
  assert(event.type === 'timer.fired', 'tryAgain belongs to timer.fired');
  const effects = [...context.stuck].flatMap((what): readonly Effect[] => {
    if (what.startsWith('queue:')) return [list(context.settings, what.slice('queue:'.length))];
    const message = messageOf(context, what);
    return message === undefined ? [] : leavingEffects(context, message, event.at);
  });
  return { context: { stuck: new Set() }, effects };
}
