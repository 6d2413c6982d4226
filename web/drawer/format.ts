/**
 * format - durations and sizes in the words of a language.
 */
import type { DrawerMessages, Locale } from '../i18n/drawer.ts';

const DAY_MS = 86_400_000;
const PARTS_MS = [DAY_MS, 3_600_000, 60_000, 1000] as const;

/** At most two units: `1 h 5 min`, `16 min 40 s`, `0 s`. */
export function durationText(ms: number, units: DrawerMessages['duration']['units']): string {
  let rest = Math.max(0, ms);
  const counts = PARTS_MS.map((part) => {
    const count = Math.floor(rest / part);
    rest -= count * part;
    return count;
  });
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return `0 ${units[3]}`;
  return counts
    .map((count, index) =>
      index >= first && index < first + 2 && count > 0 ? `${count} ${units[index]}` : '',
    )
    .filter((part) => part !== '')
    .join(' ');
}

/** Thousands are set apart as the language does. */
export function countText(count: number, locale: Locale): string {
  return count.toLocaleString(locale === 'fr' ? 'fr-FR' : 'en-GB');
}
