/**
 * check_policy_service: another program decides, in the words of access(5).
 *
 * SMTPD_POLICY_README · Postfix: src/smtpd/smtpd_check.c check_policy_service
 *
 * Differs: where the argument cannot be read Postfix does not start; here the client hears 451. A server that
 * a list names twice is asked once at each stage.
 */
import { actOn } from './access-actions.ts';
import { misconfigured } from './misconfigured.ts';
import { attributesOf } from './policy-request.ts';
import { serverOf } from './policy-server.ts';
import type { Matter, Place, RuleAnswer } from './verdict.ts';

/** Longer than the client of policy servers tries: its answer comes, or it is dead. */
function patienceMs(timeoutMs: number, tryLimit: number, retryDelayMs: number): number {
  return tryLimit * (2 * timeoutMs + retryDelayMs) + 1000;
}

/**
 * Asks, or does what the server has answered.
 *
 * @param argument the item behind the name, if there is one
 * @param depth how many lists deep it stands, from 1
 */
export function checkPolicy(
  matter: Matter,
  place: Place,
  argument: string | undefined,
  depth: number,
): RuleAnswer {
  const { settings, session, answers } = matter;
  const named = serverOf(settings, argument ?? '');
  if (typeof named === 'string' || session === undefined) return misconfigured(String(named));
  const { written, server, defaultAction, policyContext } = named;
  const key = `policy ${written} ${policyContext}`;
  const answer = answers.get(key);
  if (answer === undefined) {
    const attributes = attributesOf(matter, session, policyContext);
    const note = { type: 'policy.ask', token: key, server, attributes } as const;
    const timeoutMs = patienceMs(server.timeoutMs, server.tryLimit, server.retryDelayMs);
    return { type: 'ask', question: { key, to: 'policy', note, timeoutMs } };
  }
  const action = answer.type === 'policy.answer' ? answer.action : undefined;
  if (action === '')
    return {
      type: 'dunno',
      remark: { type: 'warning', text: `access table ${written} entry  has empty value` },
    };
  const entry = { value: action ?? defaultAction, table: written, key: '', datum: 'policy query' };
  return actOn(matter, place, entry, depth, false);
}
