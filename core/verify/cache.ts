/**
 * What is known of addresses: how long it holds, when a new probe is due.
 *
 * verify(8) · postconf(5) address_verify_positive_expire_time and its kin · Postfix: src/verify/verify.c
 */
import { boolOf, type Settings, timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { entriesIn, valueIn, withEntry, withoutEntry } from '../kernel/persistent.ts';
import { probeSender } from './probe.ts';
import type { Args, Decision, Known, VerifyContext } from './types.ts';

/** A probe that was not answered for so long is given up. */
const PROBE_TTL_MS = 1_000_000;

const NOTHING: Known = {
  ...{ status: 'unknown', probed: 0, updated: 0, text: 'Address verification in progress' },
};

function timeFor(settings: Settings, { status }: Known, what: 'expire' | 'refresh'): number {
  return timeMsOf(settings, `address_verify_${status === 'ok' ? 'positive' : 'negative'}_${what}_time`);
}

/** It holds no longer. */
function isExpired(settings: Settings, known: Known, at: number): boolean {
  if (known.updated === 0) return known.probed + PROBE_TTL_MS < at;
  return known.updated + timeFor(settings, known, 'expire') < at;
}

function needsProbe(settings: Settings, known: Known, at: number): boolean {
  if (at - known.probed <= PROBE_TTL_MS) return false;
  return known.updated + timeFor(settings, known, 'refresh') < at;
}

/** What holds of the address that is asked about. */
function knownOf({ settings, known }: VerifyContext, address: string, at: number): Known {
  const found = valueIn(known, address);
  return found === undefined || isExpired(settings, found, at) ? NOTHING : found;
}

function cleaning(context: VerifyContext): { readonly cleans?: true; readonly effects: readonly Effect[] } {
  const { settings, cleans } = context;
  const isOld = settings.profile === '2.3';
  const afterMs = isOld ? 0 : timeMsOf(settings, 'address_verify_cache_cleanup_interval');
  if (cleans || afterMs === 0) return { effects: [] };
  return { cleans: true, effects: [{ type: 'timer.set', timer: 'cleanup', afterMs }] };
}

function isOwnSender({ settings }: VerifyContext, address: string): boolean {
  return address.toLowerCase() === probeSender(settings).toLowerCase();
}

/** The address is unknown, or what is known of it is old, and no probe of it is under way. */
export function probeIsDue({ context, event }: Args): boolean {
  assert(event.type === 'verify.query', 'probeIsDue belongs to verify.query');
  if (isOwnSender(context, event.address)) return false;
  return needsProbe(context.settings, knownOf(context, event.address, event.at), event.at);
}

/** Says what is known. */
export function tellKnown({ context, event }: Args): Decision {
  assert(event.type === 'verify.query', 'tellKnown belongs to verify.query');
  const { address, token, from, at } = event;
  const own: Known = { ...NOTHING, status: 'ok', text: 'probe sender address' };
  const { status, text } = isOwnSender(context, address) ? own : knownOf(context, address, at);
  const note = { type: 'verify.answer', token, status, text } as const;
  return { effects: [{ type: 'send', to: from, note }] };
}

/** Asks cleanup(8) for a probe, and remembers that it is under way. */
export function askProbe({ context, event }: Args): Decision {
  assert(event.type === 'verify.query', 'askProbe belongs to verify.query');
  const { settings, known, waiting } = context;
  const { address, standard, at } = event;
  const before = knownOf(context, address, at);
  const isKept = before.updated !== 0 || boolOf(settings, 'address_verify_negative_cache');
  const { cleans, effects } = cleaning(context);
  const sender = probeSender(settings);
  const dsn = { ret: 0, envid: '' };
  const note = { type: 'cleanup.open', origin: 'bounce', sender, rewriteContext: 'local', dsn } as const;
  return {
    context: {
      waiting: [...waiting, { address, standard }],
      known: isKept ? withEntry(known, address, { ...before, probed: at }) : known,
      ...(cleans === undefined ? {} : { cleans }),
    },
    effects: [...effects, { type: 'send', to: 'cleanup', note: { ...note, traceFlags: 256 } }],
  };
}

/** A failure does not count while a success holds: it is the next query that sends a probe again. */
export function failureIsIgnored({ context, event }: Args): boolean {
  assert(event.type === 'verify.update', 'failureIsIgnored belongs to verify.update');
  if (event.status === 'ok') return false;
  if (!boolOf(context.settings, 'address_verify_negative_cache')) return true;
  return knownOf(context, event.address, event.at).status === 'ok';
}

/** An agent has answered. */
export function takeUpdate({ context, event }: Args): Decision {
  assert(event.type === 'verify.update', 'takeUpdate belongs to verify.update');
  const { address, status, text, at } = event;
  const { cleans, effects } = cleaning(context);
  const known = withEntry(context.known, address, { status, text, probed: 0, updated: at });
  return { context: { known, ...(cleans === undefined ? {} : { cleans }) }, effects };
}

/** What holds no longer is dropped. postconf(5) address_verify_cache_cleanup_interval */
export function dropExpired({ context, event }: Args): Decision {
  const { settings } = context;
  let { known } = context;
  for (const [address, one] of entriesIn(context.known))
    if (isExpired(settings, one, event.at)) known = withoutEntry(known, address);
  const dropped = context.known.size - known.size;
  const text = `cache full cleanup: retained=${known.size} dropped=${dropped} entries`;
  const next = cleaning({ ...context, cleans: false });
  return {
    context: { known, cleans: next.cleans === true },
    effects: [{ type: 'log', level: 'info', text }, ...next.effects],
  };
}

/** New settings. */
export function takeSettings({ event }: Args): Decision {
  assert(event.type === 'settings.changed', 'takeSettings belongs to settings.changed');
  return { context: { settings: event.settings } };
}
