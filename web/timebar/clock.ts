/** clock - times and spans of virtual time as people read them. */
import type { Locale } from '../i18n/messages.ts';

/** Wall time at an offset from UTC: `10:05:09` and `2008-02-11`. */
export function clockText(
  ms: number,
  offsetMinutes: number,
): { readonly time: string; readonly day: string } {
  if (ms <= 0) return { time: '--:--:--', day: '' };
  const text = new Date(ms + offsetMinutes * 60_000).toISOString();
  return { time: text.slice(11, 19), day: text.slice(0, 10) };
}

const UNITS = [
  { ms: 86_400_000, fr: 'j', en: 'd' },
  { ms: 3_600_000, fr: 'h', en: 'h' },
  { ms: 60_000, fr: 'min', en: 'min' },
  { ms: 1000, fr: 's', en: 's' },
] as const;

/** `16 min 40 s`: the two largest units. */
export function durationText(ms: number, locale: Locale): string {
  let rest = Math.round(ms / 1000) * 1000;
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0 && parts.length < 2) parts.push(`${count} ${unit[locale]}`);
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
