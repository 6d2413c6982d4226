/** What a session keeps of its milters, and when they are told that a message, or the session, is over. */
import type { Effect } from '../kernel/effects.ts';
import { joined } from '../kernel/joined.ts';
import type { MilterVerdict } from '../kernel/milter.ts';
import { splitDsn } from '../mail/dsn.ts';
import type { Reply } from '../mail/reply.ts';
import type { SmtpdContext } from './types.ts';

/** The milters, as the session knows them: the same object as long as there are none. */
export interface Filters {
  /** Process id of who speaks with them; '' before the first answer, and where there are none. */
  readonly process: string;
  /** They are told of a line that is no command. */
  readonly isUnknown: boolean;
  /** What they said last. */
  readonly verdict: MilterVerdict;
  /** The client, or its name, was refused: so are most commands, with this reply; '' = it was not. */
  readonly lasting: string;
}

export const NO_FILTERS: Filters = {
  process: '',
  isUnknown: false,
  verdict: { type: 'continue' },
  lasting: '',
};

/** They forget the message. */
export function forgetting({ filters }: SmtpdContext, times: number): readonly Effect[] {
  if (filters.process === '' || times === 0) return [];
  return [{ type: 'send', to: filters.process, note: { type: 'milter.abort', times } }];
}

/** They are left. */
export function leaving(context: SmtpdContext): readonly Effect[] {
  const { process } = context.filters;
  if (process === '') return [];
  const quit: Effect = { type: 'send', to: process, note: { type: 'milter.quit' } };
  return joined(forgetting(context, context.helo === '' ? 0 : 1), [quit]);
}

/** A reply as a milter says it: `550 5.7.1 no`; several lines have CR LF between them. */
export function wholeReply(said: string): Reply {
  const code = Number(said.slice(0, 3));
  const lines = said.split('\r\n').map((line) => line.slice(4));
  const own = lines.map(splitDsn);
  const enhanced = own[0]?.dsn;
  if (enhanced === undefined || own.some((one) => one?.dsn !== enhanced)) return { code, text: lines };
  return { code, enhanced, text: own.map((one) => one?.text ?? '') };
}
