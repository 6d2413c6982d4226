/** How rows of the smtpd chart are written: each of these makes one. rows.ts */
import type { R } from './replies.ts';
import type { Stage } from './types.ts';

/** An action: this reply. */
export const say = (reply: keyof typeof R) => ({ type: 'say', params: { reply } }) as const;
/** An action: the lists of this stage are read. */
export const judge = (stage: Stage) => ({ type: 'judge', params: { stage } }) as const;

/** If the guard holds: the milters are told; absent stage: the one that was judged. */
export const filtered = <const G extends string>(guard: G, stage?: Stage | 'unknown') =>
  ({
    guard,
    target: 'filtering',
    actions: { type: 'tellFilters', params: stage === undefined ? {} : { stage } },
    description: 'MILTER_README · postconf(5) smtpd_milters',
  }) as const;

/** If the guard holds: act, and the command is answered. */
export const answer = <const G extends string, const A>(guard: G, actions: A, description: string) =>
  ({ guard, target: 'answered', actions, description }) as const;

/** Otherwise: act, and the command is answered. */
export const otherwise = <const A>(actions: A, description: string) =>
  ({ target: 'answered', actions, description }) as const;

/** If the guard holds: act, and the lists are read. */
export const judged = <const G extends string>(guard: G, stage: Stage, description: string) =>
  ({ guard, target: 'judging', actions: judge(stage), description }) as const;
