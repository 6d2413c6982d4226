/**
 * Pieces of log lines: delays, and text that comes from outside. postconf(5) delay_logging_resolution_limit
 */
import { latin1ToBytes } from '../wire/bytes.ts';
import { utf8SizeAt } from '../wire/utf8.ts';

const MICROSECONDS = 1_000_000;
/** Postfix shows at most this many significant digits of a delay. */
const SIGNIFICANT_DIGITS = 2;

/**
 * A delay for the log: two significant digits, no digits below the resolution, no trailing zeros.
 * @param usec microseconds; negative (a clock that was set back) counts as 0
 * @param maxDecimals delay_logging_resolution_limit, 0 to 6
 */
export function formatDelay(usec: number, maxDecimals = 2): string {
  const total = Math.max(0, Math.round(usec));
  let resolution = MICROSECONDS / 10 ** maxDecimals;
  const width = 10 ** SIGNIFICANT_DIGITS;
  if (total >= MICROSECONDS && resolution < MICROSECONDS) {
    const seconds = Math.floor(total / MICROSECONDS);
    let scale = 1;
    while (seconds >= scale && scale <= width / 10) scale *= 10;
    resolution = (MICROSECONDS / width) * scale;
  } else if (resolution < MICROSECONDS) {
    while (total >= width * resolution) resolution *= 10;
  }
  const rounded = resolution > 1 ? total + resolution / 2 : total;
  const seconds = Math.floor(rounded / MICROSECONDS);
  let left = rounded - seconds * MICROSECONDS;
  let text = String(seconds);
  if (left < resolution) return text;
  text += '.';
  for (let unit = MICROSECONDS / 10; left >= resolution && unit >= 1; unit /= 10) {
    text += String(Math.floor(left / unit));
    left %= unit;
  }
  return text;
}

/** When a delivery passed each station, in epoch microseconds. Absent: it never came there. */
export interface DeliveryTimes {
  readonly arrivalUsec: number;
  readonly activeUsec?: number;
  readonly handoffUsec?: number;
  readonly connectedUsec?: number;
  readonly doneUsec: number;
}

/**
 * `delay=0.12, delays=0.09/0.01/0/0.02`: before qmgr, in the active queue, connection set-up, transmission.
 */
export function formatDelays(times: DeliveryTimes, maxDecimals = 2): string {
  const { arrivalUsec, doneUsec } = times;
  const active = times.activeUsec ?? doneUsec;
  const handoff = times.handoffUsec ?? doneUsec;
  const connected = times.connectedUsec ?? handoff;
  const parts = [active - arrivalUsec, handoff - active, connected - handoff, doneUsec - connected];
  const delays = parts.map((usec) => formatDelay(usec, maxDecimals)).join('/');
  return `delay=${formatDelay(doneUsec - arrivalUsec, maxDecimals)}, delays=${delays}`;
}

/**
 * Wire text for the log: what is not printable becomes ?.
 * @param utf8 smtputf8_enable: valid UTF-8 is printable too
 */
export function printable(text: string, utf8 = false): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  if (!utf8) return text.replace(/[^\x20-\x7e]/g, '?');
  const bytes = latin1ToBytes(text);
  let clean = '';
  for (let i = 0; i < bytes.length; ) {
    const size = Math.max(1, utf8SizeAt(bytes, i));
    const part = text.slice(i, i + size);
    const ok = size > 1 || (part >= ' ' && part <= '~');
    clean += ok ? part : '?';
    i += size;
  }
  return clean;
}

/**
 * A client's name for itself (HELO): printable, and without characters that could close a comment or an
 * address.
 */
export function neuter(text: string): string {
  return printable(text).replace(/[ <>()\\";@]/g, '?');
}
