/**
 * The end of every road in cleanup: bytes go to the queue file, or an error is remembered and nothing more is
 * written. postconf(5) message_size_limit · Postfix: src/cleanup/cleanup_out.c
 */
import { intOf } from '../config/settings.ts';
import type { Outcome, RuleArgs } from '../kernel/act.ts';
import type { Effect, Log } from '../kernel/effects.ts';
import { changed, joined } from '../kernel/joined.ts';
import type { CleanupStatus } from '../kernel/notes.ts';
import type { Because } from '../mail/because.ts';
import type { Mapped } from './address-maps.ts';
import type { CleanupContext, CleanupEvent } from './types.ts';

export type Args = RuleArgs<CleanupContext, CleanupEvent>;
export type Decision = Outcome<CleanupContext>;

/** One line for the log. */
export function logLine(level: 'info' | 'warning', text: string, because?: Because): Log {
  return because === undefined ? { type: 'log', level, text } : { type: 'log', level, text, because };
}

/** For the trace: what tables have made of an address; nothing where they left it alone. */
export function explained({ queueId }: CleanupContext, what: string, mapped: Mapped): readonly Effect[] {
  const { causes: because, addresses: becomes } = mapped;
  return because === undefined ? [] : [{ type: 'explain', queueId, what, becomes, because }];
}

/** What the client of a message is told, and why. */
export function reasonOf(context: CleanupContext, { failed, causes }: Mapped): Partial<CleanupContext> {
  const refusedBy = causes?.[0] ?? context.refusedBy;
  return { refusedBy, reason: failed === 'limit' ? EXPANSION_ERROR : context.reason };
}

/** What the client hears when virtual(5) has no end. */
const EXPANSION_ERROR = '4.6.0 Alias expansion error';

/** When a message suffers from several errors, the one that comes first here is told. */
const BY_SEVERITY: readonly CleanupStatus[] = [
  ...(['map', 'internal', 'norcpt', 'hops', 'toobig', 'rejected', 'write', 'ok'] as const),
];

/** The more severe of two. */
export function worse(one: CleanupStatus, other: CleanupStatus): CleanupStatus {
  return BY_SEVERITY.indexOf(one) <= BY_SEVERITY.indexOf(other) ? one : other;
}

/**
 * Adds bytes to the queue file, unless something is wrong with the message already, or it is to be discarded.
 *
 * The limit is for the whole file, envelope included, as Postfix's is.
 */
export function append(context: CleanupContext, bytes: Uint8Array): Decision {
  if (context.status !== 'ok' || context.isDiscarded || bytes.length === 0) return {};
  const writtenBytes = context.writtenBytes + bytes.length;
  const limit = intOf(context.settings, 'message_size_limit');
  if (limit > 0 && writtenBytes > limit) return tooBig(context);
  return { context: { writtenBytes }, effects: [{ type: 'file.append', file: 'queue', bytes }] };
}

const TOO_BIG = { parameter: 'message_size_limit' };

/** The message is larger than message_size_limit. */
export function tooBig({ queueId, status }: CleanupContext): Decision {
  return {
    context: { status: worse('toobig', status) },
    effects: [logLine('warning', `${queueId}: queue file size limit exceeded`, TOO_BIG)],
  };
}

/** One decision after another; each sees what the one before it changed. */
export function inTurn(
  context: CleanupContext,
  ...steps: readonly ((context: CleanupContext) => Decision)[]
): Decision {
  let changes: Partial<CleanupContext> | undefined;
  let effects: readonly Effect[] = [];
  for (const step of steps) {
    const decision = step(changed(context, changes));
    changes = changes === undefined ? decision.context : changed(changes, decision.context);
    if (decision.effects !== undefined) effects = joined(effects, decision.effects);
  }
  return changes === undefined ? { effects } : { context: changes, effects };
}
