/**
 * overrides - steps that are left out when mail is received, because a content filter brings it back.
 *
 * postconf(5) receive_override_options · FILTER_README · Postfix: src/global/input_transp.c
 */
import { listOf, type Settings } from './settings.ts';

/** What cleanup leaves out of a message. */
export interface LeftOut {
  /** Canonical and virtual tables, masquerading, automatic BCC. */
  readonly mappings: boolean;
  /** header_checks(5) and body_checks. */
  readonly checks: boolean;
}

/**
 * What the settings of a service leave out; undefined: nothing. Words that mean nothing are passed over.
 * Differs: Postfix refuses to work with such a word.
 */
export function leftOut(settings: Settings): LeftOut | undefined {
  const words = listOf(settings, 'receive_override_options');
  if (words.length === 0) return undefined;
  const wanted = {
    mappings: words.includes('no_address_mappings'),
    checks: words.includes('no_header_body_checks'),
  };
  return wanted.mappings || wanted.checks ? wanted : undefined;
}

/** No milters see what comes in here. */
export function noMilters(settings: Settings): boolean {
  return listOf(settings, 'receive_override_options').includes('no_milters');
}

/** Whoever comes back from a filter was known to exist before. */
export function takesUnknown(settings: Settings): boolean {
  return listOf(settings, 'receive_override_options').includes('no_unknown_recipient_checks');
}

const MAPPINGS = [
  ...['canonical_maps', 'sender_canonical_maps', 'recipient_canonical_maps', 'virtual_alias_maps'],
  ...['masquerade_domains', 'always_bcc', 'sender_bcc_maps', 'recipient_bcc_maps'],
];
const CHECKS = ['header_checks', 'mime_header_checks', 'nested_header_checks', 'body_checks'];

/** Settings for a message of which so much is left out, each made once. */
const made = new WeakMap<Settings, Map<string, Settings>>();

/** The same settings, in which what is left out is empty. */
export function without(settings: Settings, { mappings, checks }: LeftOut): Settings {
  const key = `${mappings} ${checks}`;
  const known = made.get(settings) ?? new Map<string, Settings>();
  made.set(settings, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  const names = [...(mappings ? MAPPINGS : []), ...(checks ? CHECKS : [])];
  const overrides = new Map([...settings.overrides, ...names.map((name) => [name, ''] as const)]);
  const now = { ...settings, overrides };
  known.set(key, now);
  return now;
}
