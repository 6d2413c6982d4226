/** Looking into maildrop: which files are taken, and when those that failed are tried again. pickup(8) */
import { intOf, type Settings } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { Because } from '../mail/because.ts';
import { isQueueId } from '../mail/queue-id.ts';
import type { PickupContext, PickupEvent } from './types.ts';

export type Args = RuleArgs<PickupContext, PickupEvent>;
export type Decision = Outcome<PickupContext>;

/** Shorter than the 60 s between periodic wake-ups, longer than a burst of submissions. master(5) wakeup */
const RETRY_MS = 30_000;
/** The owner's bits of a file that is complete. */
const READY = 0o700;

/** A warning in the log. */
export function warning(text: string, because?: Because): Effect {
  return { type: 'log', level: 'warning', text, ...(because && { because }) };
}

/** Looks into maildrop. */
export function listMaildrop(): Decision {
  return { context: { again: false }, effects: [{ type: 'dir.list', path: 'maildrop', depth: 0 }] };
}

/** There is no maildrop to look into. */
export function warnNoListing({ event }: Args): Decision {
  assert(event.type === 'file.failed', 'warnNoListing belongs to file.failed');
  return { effects: [warning(`open directory maildrop: ${event.code}`)] };
}

/** Remembers to look again. */
export function rememberWakeup(): Decision {
  return { context: { again: true } };
}

/**
 * Complete files that may be tried now, oldest first. What is still being written, or is no queue file at
 * all, is passed over in silence.
 */
export function takeListing({ context, event }: Args): Decision {
  assert(event.type === 'dir.listed', 'takeListing belongs to dir.listed');
  const limit = intOf(context.settings, 'message_size_limit');
  const refused = new Map<string, number>();
  const effects: Effect[] = [];
  const waiting: string[] = [];
  for (const { name, mode, sizeBytes } of event.entries.toSorted((a, b) => a.modifiedAt - b.modifiedAt)) {
    if (!isQueueId(name) || (mode & READY) !== READY) continue;
    const path = `maildrop/${name}`;
    const retryAt = context.refused.get(path) ?? 0;
    if (retryAt > event.at) refused.set(path, retryAt);
    else if (limit > 0 && sizeBytes > limit) {
      refused.set(path, event.at + RETRY_MS);
      effects.push(warning(`${path}: message file too big`));
    } else waiting.push(path);
  }
  return { context: { waiting, refused }, effects };
}

/** There is no file to take. */
export function nothingWaits({ context }: Args): boolean {
  return context.waiting.length === 0;
}

/** Nothing waits, but a wake-up came meanwhile. */
export function shouldLookAgain({ context }: Args): boolean {
  return context.waiting.length === 0 && context.again;
}

/** Reads the file under way; its owner may have made it longer meanwhile, but not too long for memory. */
export function reading(settings: Settings, path: string): Effect {
  const limitBytes = intOf(settings, 'message_size_limit');
  return { type: 'file.read', file: 'maildrop', path, ...(limitBytes > 0 ? { limitBytes } : {}) };
}

/** Opens the next file. */
export function readNext({ context }: Args): Decision {
  const [current = '', ...waiting] = context.waiting;
  return {
    context: { waiting, current, submission: undefined, cleanup: '', queueId: '' },
    effects: [reading(context.settings, current)],
  };
}

/** The file stays where it is; the next periodic wake-up tries again, no trigger before it does. */
export function refusedFor({ current, refused }: PickupContext, at: number): ReadonlyMap<string, number> {
  return new Map(refused).set(current, at + RETRY_MS);
}

/** Takes the new configuration. */
export function takeSettings({ event }: Args): Decision {
  assert(event.type === 'settings.changed', 'takeSettings belongs to settings.changed');
  return { context: { settings: event.settings } };
}
