/**
 * Dates as text, from epoch milliseconds and a zone that is given, never asked for. RFC 5322 §3.3
 */

/** A time zone at the moment in question: minutes east of Greenwich, and the name to show. */
export interface Zone {
  readonly offsetMinutes: number;
  readonly name: string;
}

/** Universal time. */
export const UTC: Zone = { offsetMinutes: 0, name: 'UTC' };

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

type Fields = ReturnType<typeof fieldsAt>;

/** The second that was asked about last is mostly asked about again: by log lines and trace headers. */
let last: { readonly second: number; readonly fields: Fields } | undefined;

/** The fields of a date on the wall of that zone. */
function fields(ms: number, zone: Zone): Fields {
  const second = Math.floor(ms / 1000) + zone.offsetMinutes * 60;
  if (last?.second !== second) last = { second, fields: fieldsAt(second) };
  return last.fields;
}

function fieldsAt(second: number) {
  const date = new Date(second * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    weekday: DAYS[date.getUTCDay()] ?? '',
    day: String(date.getUTCDate()).padStart(2),
    month: MONTHS[date.getUTCMonth()] ?? '',
    monthNumber: two(date.getUTCMonth() + 1),
    year: String(date.getUTCFullYear()),
    time: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`,
  };
}

/**
 * For Date:, Received: and delivery reports: `Fri,  1 Feb 2008 10:05:12 +0100 (WAT)`, day padded with a
 * blank.
 */
export function rfc822Date(ms: number, zone: Zone): string {
  const { weekday, day, month, year, time } = fields(ms, zone);
  const minutes = Math.abs(zone.offsetMinutes);
  const hhmm = String(Math.floor(minutes / 60)).padStart(2, '0') + String(minutes % 60).padStart(2, '0');
  const sign = zone.offsetMinutes < 0 ? '-' : '+';
  return `${weekday}, ${day} ${month} ${year} ${time} ${sign}${hhmm} (${zone.name})`;
}

/** For mbox From lines and queue listings, 24 characters: `Mon Feb 11 10:05:12 2008`. */
export function asctime(ms: number, zone: Zone): string {
  const { weekday, day, month, year, time } = fields(ms, zone);
  return `${weekday} ${month} ${day} ${time} ${year}`;
}

/** For syslog lines, 15 characters: `Feb 11 10:05:12`. RFC 3164 §4.1.2 */
export function syslogTime(ms: number, zone: Zone): string {
  const { day, month, time } = fields(ms, zone);
  return `${month} ${day} ${time}`;
}

/** For Message-Id, always universal time: `20080211090512`. */
export function messageIdDigits(ms: number): string {
  const { day, monthNumber, year, time } = fields(ms, UTC);
  return year + monthNumber + day.replace(' ', '0') + time.replaceAll(':', '');
}
