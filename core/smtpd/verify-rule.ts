/**
 * reject_unverified_sender and reject_unverified_recipient: verify(8) is asked whether an address is served,
 * a few times if it does not know yet.
 *
 * ADDRESS_VERIFICATION_README · Postfix: src/smtpd/smtpd_check.c reject_unverified_address
 */
import { intOf, textOf, timeMsOf } from '../config/settings.ts';
import type { VerifyAnswer } from '../kernel/probes.ts';
import { splitDsnOr } from '../mail/dsn.ts';
import { deferral } from './dns-rules.ts';
import type { Ask, Draft, Matter, Poll, RuleAnswer } from './verdict.ts';

const DUNNO: RuleAnswer = { type: 'dunno' };

type Who = 'sender' | 'recipient';

/** The last answer, a question, or that some time must pass; undefined: verify(8) cannot be asked. */
function foundOf({ settings, answers }: Matter, address: string, standard: string) {
  let last: VerifyAnswer | undefined;
  for (let turn = 0; turn < intOf(settings, 'address_verify_poll_count'); turn += 1) {
    const key = `verify ${address} ${turn}`;
    const answer = answers.get(key);
    if (answer === undefined) {
      const pause = `${key} pause`;
      const afterMs = timeMsOf(settings, 'address_verify_poll_delay');
      if (turn > 0 && !answers.has(pause)) return { type: 'poll', key: pause, afterMs } satisfies Poll;
      const note = { type: 'verify.query', token: key, address, standard } as const;
      return { type: 'ask', question: { key, to: 'verify', note } } satisfies Ask;
    }
    if (answer.type !== 'verify.answer') return undefined;
    last = answer;
    if (answer.status !== 'unknown') break;
  }
  return last;
}

/** The text that is given instead of the agent's; it may begin with a status. */
function reasonOf({ settings }: Matter, who: Who, enhanced: string, text: string) {
  const own = settings.profile === '2.3' ? '' : textOf(settings, `unverified_${who}_reject_reason`);
  return own === '' ? { dsn: enhanced, text } : splitDsnOr(own, enhanced);
}

/** Nobody takes mail for this address, as far as delivery agents know. */
export function unverified(matter: Matter, who: Who): RuleAnswer {
  const { settings, [who]: party } = matter;
  if (party === undefined || party.given === '') return DUNNO;
  const found = foundOf(matter, party.given, party.standard);
  if (found?.type === 'ask' || found?.type === 'poll') return found;
  const isOld = settings.profile === '2.3';
  const plain = who === 'sender' ? '4.1.7' : '4.1.1';
  const refused = `<${party.given}>: ${who === 'sender' ? 'Sender' : 'Recipient'} address rejected`;
  const action = `unverified_${who}_tempfail_action`;
  const draft = (code: number, enhanced: string, text: string): Draft => ({
    ...{ code, enhanced, text: `${refused}: ${text}` },
  });
  if (found === undefined) return deferral(matter, action, draft(450, plain, 'address verification problem'));
  if (found.status === 'ok') return DUNNO;
  if (found.status === 'bounced') {
    const code = intOf(settings, `unverified_${who}_reject_code`);
    if (code < 300) return DUNNO;
    const { dsn, text } = reasonOf(matter, who, plain, found.text);
    const word = isOld || code >= 500 ? 'undeliverable' : 'unverified';
    return { type: 'reject', draft: draft(code, dsn, `${word} address: ${text}`) };
  }
  const code = isOld ? 450 : intOf(settings, `unverified_${who}_defer_code`);
  if (code < 300) return DUNNO;
  const { dsn, text } = reasonOf(matter, who, plain, found.text);
  const answer = deferral(matter, action, draft(code, dsn, `unverified address: ${text}`));
  return 'draft' in answer ? { ...answer, draft: { ...answer.draft, code } } : answer;
}
