/** marks - which trace events the time bar shows, and as what. */
import type { TraceEvent } from '#core';
import type { Mark, MarkKind } from './view.ts';

/** The mark of a trace event; undefined for the many that deserve none. */
export function markOf(event: TraceEvent): Mark | undefined {
  const kind = kindOf(event);
  return kind === undefined ? undefined : { n: event.n, t: event.t, kind };
}

function kindOf(event: TraceEvent): MarkKind | undefined {
  if (event.panic !== undefined || event.event.type === 'power.cut') return 'error';
  const texts = event.effects.map(({ text }) => (typeof text === 'string' ? text : ''));
  const logs = texts.filter((_text, at) => event.effects[at]?.type === 'log');
  if (logs.some((text) => /\bstatus=sent\b/.test(text))) return 'delivery';
  if (logs.some((text) => /\bstatus=deferred\b/.test(text))) return 'deferral';
  if (logs.some((text) => /\bstatus=bounced\b|: reject: /.test(text))) return 'error';
  if (event.event.type === 'cleanup.done' && event.event.status === 'ok') return 'queue';
  const isBirth = event.event.type === 'process.started' && event.service === 'smtpd';
  return isBirth ? 'connection' : undefined;
}
