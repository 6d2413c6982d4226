/**
 * values - reads expanded parameter texts as booleans, numbers, times and strings, with Postfix's own
 * complaints.
 *
 * postconf(5) · Postfix: src/global/mail_conf_bool.c, mail_conf_int.c, mail_conf_time.c, mail_conf_str.c
 */
import { fold, trimLeft } from './fold.ts';
import type { Profile } from './profile.ts';

/** The value, or what Postfix prints after `fatal: ` before it dies. */
export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fatal: string };

/** Smallest and largest legal value; 0 means no limit, as in Postfix's own tables. Seconds for times. */
export interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export type TimeUnit = 's' | 'm' | 'h' | 'd' | 'w';

/** `yes` or `no`, in any case. */
export function readBool(name: string, text: string): Reading<boolean> {
  const folded = fold(text);
  if (folded === 'yes' || folded === 'no') return { ok: true, value: folded === 'yes' };
  return { ok: false, fatal: `bad boolean configuration: ${name} = ${text}` };
}

function digits(text: string): number | undefined {
  const body = trimLeft(text);
  return /^[+-]?\d+$/.test(body) ? Number(body) : undefined;
}

function readNumber(name: string, text: string, range: Range, largest: number): Reading<number> {
  const value = digits(text);
  if (value === undefined || value > largest || value < -largest - 1)
    return { ok: false, fatal: `bad numerical configuration: ${name} = ${text}` };
  const sign = range.min && value < range.min ? `< ${range.min}` : undefined;
  const limit = sign ?? (range.max && value > range.max ? `> ${range.max}` : undefined);
  if (limit !== undefined) return { ok: false, fatal: `invalid ${name} parameter value ${value} ${limit}` };
  return { ok: true, value };
}

/** A 32-bit number. */
export function readInt(name: string, text: string, range: Range = {}): Reading<number> {
  return readNumber(name, text, range, 2 ** 31 - 1);
}

/** A 64-bit number; JavaScript counts exactly up to 2^53, which is more bytes than any disk has. */
export function readLong(name: string, text: string, range: Range = {}): Reading<number> {
  return readNumber(name, text, range, 2 ** 63);
}

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Digits and a unit as seconds. Since 3.0 only the first character after the digits counts. */
function seconds(text: string, unit: TimeUnit, profile: Profile): number | undefined {
  const parts = /^([+-]?\d+)(.*)$/s.exec(trimLeft(text));
  const rest = parts?.[2] ?? '';
  if (parts === null || (profile === '2.3' && rest.length > 1)) return undefined;
  const factor = secondsIn[rest === '' ? unit : (rest[0] ?? '')];
  const count = Number(parts[1]);
  if (factor === undefined || count < 0) return undefined;
  const largest = factor === 1 ? 2 ** 31 : Math.floor((2 ** 31 - 1) / factor);
  return count < largest ? count * factor : undefined;
}

/** A time in milliseconds. `unit` is what a bare number means: the unit of the built-in default. */
export function readTimeMs(
  name: string,
  text: string,
  unit: TimeUnit = 's',
  range: Range = {},
  profile: Profile = '3.x',
): Reading<number> {
  const value = seconds(text, unit, profile);
  if (value === undefined) return { ok: false, fatal: `parameter ${name}: bad time value or unit: ${text}` };
  if (range.min && value < range.min)
    return { ok: false, fatal: `invalid ${name}: ${value} (min ${range.min})` };
  if (range.max && value > range.max)
    return { ok: false, fatal: `invalid ${name}: ${value} (max ${range.max})` };
  return { ok: true, value: value * 1000 };
}

/** Any text of legal length. */
export function readString(name: string, text: string, range: Range = {}): Reading<string> {
  const size = text.length;
  if (range.min && size < range.min)
    return { ok: false, fatal: `bad string length ${size} < ${range.min}: ${name} = ${text}` };
  if (range.max && size > range.max)
    return { ok: false, fatal: `bad string length ${size} > ${range.max}: ${name} = ${text}` };
  return { ok: true, value: text };
}
