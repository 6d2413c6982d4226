/** log-line - the lines a trace event leaves in the mail log, as syslog writes them. postlog(1) */
import { syslogTime, type TraceEvent } from '#core';

/** The time zone of the lines. */
export interface LogZone {
  readonly offsetMinutes: number;
  readonly name: string;
}

/** `Feb 11 10:05:00 mail postfix/smtpd[17731]: connect from …`, one per `log` effect. */
export function logLinesOf(event: TraceEvent, zone: LogZone): readonly string[] {
  const logs = event.effects.filter(({ type }) => type === 'log');
  if (logs.length === 0) return [];
  const host = event.host.split('.')[0] ?? event.host;
  const head = `${syslogTime(event.t, zone)} ${host} postfix/${programOf(event.service)}[${event.pid}]: `;
  return logs.map(
    ({ level, text }) => `${head}${level === 'info' ? '' : `${String(level)}: `}${String(text)}`,
  );
}

/** Program that logs for a service: several names of master.cf are one program. */
function programOf(service: string): string {
  if (service === 'rewrite') return 'trivial-rewrite';
  if (service === 'defer' || service === 'trace') return 'bounce';
  return service === 'retry' ? 'error' : service;
}
