/** A milter that cannot be used: the log, and what happens instead. Postfix: src/milter/milter8.c */
import type { Effect } from '../kernel/effects.ts';
import type { MilterVerdict } from '../kernel/milter.ts';
import { REJECTED, TRY_LATER } from './replies.ts';
import type { Filter, Task } from './types.ts';

/** An errno name, `EOF`, or `ETIMEDOUT` where it was silent for too long. */
export type Reason = string;

const TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ENOENT: 'No such file or directory',
  EOF: 'Success',
  EPIPE: 'Broken pipe',
  ETIMEDOUT: 'Connection timed out',
};

/** Nobody answers there, or not for long. */
export function lossLog(filter: Filter, task: Task | undefined, reason: Reason): Effect {
  const { name } = filter.server;
  const why = TEXTS[reason] ?? reason;
  const command = task?.commands?.[Math.max(0, task.told - 1)]?.name ?? 'SMFIC_OPTNEG';
  const text =
    filter.status === 'fresh' || filter.status === 'calling'
      ? `connect to Milter service ${name}: ${why}`
      : `milter ${name}: can't read ${command} reply packet header: ${why}`;
  return { type: 'log', level: 'warning', text };
}

/** It says something that nobody understands. */
export function nonsenseLog({ server }: Filter, text: string): Effect {
  return { type: 'log', level: 'warning', text: `milter ${server.name}: ${text}` };
}

/** postconf(5) milter_default_action; undefined: as if it were not there. */
export function defaultVerdict({ server }: Filter): MilterVerdict | undefined {
  switch (server.defaultAction) {
    case 'accept':
      return undefined;
    case 'reject':
      return { ...REJECTED, type: 'reply', text: '550 5.5.0 Service unavailable' };
    case 'quarantine':
      return { type: 'hold' };
    case 'shutdown':
      return { type: 'shutdown' };
    default:
      return TRY_LATER;
  }
}
