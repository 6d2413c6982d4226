/**
 * The server's only clock: milliseconds since the epoch with a microsecond fraction, following clock steps.
 */

let base = Date.now() - performance.now();
/** Two clocks to ask cost twice as much, and a mail takes a hundred looks at one. */
const COMPARE_EVERY_MS = 20;
let comparedAt = Number.NEGATIVE_INFINITY;

/**
 * Now. Follows the system clock when it is stepped by more than a second (NTP, an administrator), and never
 * shows the same microsecond twice, so that queue ids and Maildir names differ.
 */
export function now(): number {
  const passed = performance.now();
  let value = base + passed;
  if (passed - comparedAt > COMPARE_EVERY_MS) {
    comparedAt = passed;
    const wall = Date.now();
    if (Math.abs(value - wall) > 1000) {
      base += wall - value;
      value = wall;
    }
  }
  if (value <= last && last - value < 1000) value = last + 0.001;
  last = value;
  return value;
}

let last = 0;

/** The zone of the machine at a moment, as data for the core. */
export function zoneAt(at: number): { readonly offsetMinutes: number; readonly name: string } {
  const date = new Date(at);
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
  return { offsetMinutes: -date.getTimezoneOffset(), name };
}
