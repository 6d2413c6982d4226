/**
 * Which restriction lists are evaluated at which stage of a session, and what follows them.
 *
 * SMTPD_ACCESS_README · postconf(5) smtpd_delay_reject, smtpd_relay_restrictions · Postfix:
 * src/smtpd/smtpd_check.c
 */
import { boolOf, listOf, type Settings } from '../config/settings.ts';
import type { Party, Stage } from './types.ts';
import type { Matter, PlanStep } from './verdict.ts';

/** The lists of a stage, in their order; with smtpd_delay_reject those of the earlier stages come first. */
export function planOf(matter: Matter): readonly PlanStep[] {
  return [...earlierLists(matter), ...ownLists(matter)];
}

type List = PlanStep & { type: 'list' };

function list(parameter: string, what: string, name: string, fresh = true): List {
  return { type: 'list', parameter, what, name, fresh };
}

function clientList({ client }: Matter): List {
  return list('smtpd_client_restrictions', 'Client host', `${client.name}[${client.address}]`);
}

function senderSteps({ settings, sender }: Matter): readonly PlanStep[] {
  const given = sender?.given ?? '';
  const steps: PlanStep[] = [list('smtpd_sender_restrictions', 'Sender address', given)];
  const wanted = boolOf(settings, 'smtpd_reject_unlisted_sender');
  if (wanted && given !== '') steps.push({ type: 'unlisted', who: 'sender' });
  return steps;
}

/**
 * Differs: what the lists of client and HELO remember (defer_if_permit) holds for VRFY before MAIL too;
 * Postfix forgets it there.
 */
function earlierLists(matter: Matter): readonly PlanStep[] {
  const { settings, helo, sender, recipient, stage } = matter;
  if (!boolOf(settings, 'smtpd_delay_reject')) return [];
  if (stage !== 'rcpt' && stage !== 'vrfy' && stage !== 'etrn') return [];
  if (isPostmaster(stage, recipient)) return [];
  const steps: PlanStep[] = [clientList(matter)];
  if (helo !== '') steps.push(list('smtpd_helo_restrictions', 'Helo command', helo));
  if (stage !== 'etrn' && sender !== undefined) steps.push(...senderSteps(matter));
  return steps;
}

/** Mail to the postmaster is never refused by a list. RFC 5321 §4.5.1 */
function isPostmaster(stage: Stage, recipient: Party | undefined): boolean {
  return (stage === 'rcpt' || stage === 'vrfy') && recipient?.given.toLowerCase() === 'postmaster';
}

function ownLists(matter: Matter): readonly PlanStep[] {
  const { stage } = matter;
  switch (stage) {
    case 'connect':
      return [clientList(matter)];
    case 'helo':
      return [list('smtpd_helo_restrictions', 'Helo command', matter.helo)];
    case 'mail':
      return senderSteps(matter);
    case 'rcpt':
    case 'vrfy':
      return recipientSteps(matter);
    case 'etrn':
      return [list('smtpd_etrn_restrictions', 'Etrn command', matter.etrn), { type: 'settle' }];
    case 'data':
      return [list('smtpd_data_restrictions', 'Data command', 'DATA'), { type: 'settle' }];
    case 'endOfData':
      return [list('smtpd_end_of_data_restrictions', 'End-of-data', 'END-OF-MESSAGE'), { type: 'settle' }];
    default:
      return stage satisfies never;
  }
}

function recipientSteps({ settings, recipient, stage }: Matter): readonly PlanStep[] {
  if (isPostmaster(stage, recipient)) return [];
  const name = recipient?.given ?? '';
  const lists: List[] = [list('smtpd_recipient_restrictions', 'Recipient address', name)];
  if (settings.profile !== '2.3') {
    // Since 2.10 one decision in two lists: what one remembers holds in the other.
    const relay = list('smtpd_relay_restrictions', 'Recipient address', name);
    const first = boolOf(settings, 'smtpd_relay_before_recipient_restrictions');
    if (first) lists.unshift(relay);
    else lists.push(relay);
  }
  const steps: PlanStep[] = lists.map((one, index) => ({ ...one, fresh: index === 0 }));
  steps.push({ type: 'settle' });
  if (boolOf(settings, 'smtpd_reject_unlisted_recipient')) steps.push({ type: 'unlisted', who: 'recipient' });
  return steps;
}

const SAFE = ['reject_unauth_destination', 'defer_unauth_destination', 'reject', 'defer', 'defer_if_permit'];

/**
 * What `fatal:` says of a class without rules, and of lists that would relay for everybody; undefined when
 * one of them refuses something.
 */
export function missingRelayControl(settings: Settings): string | undefined {
  const empty = listOf(settings, 'smtpd_restriction_classes').find(
    (name) => listOf(settings, name).length === 0,
  );
  if (empty !== undefined) return `restriction class \`${empty}' needs a definition`;
  if (settings.profile === '2.3') {
    const safe = [...SAFE.filter((rule) => rule !== 'defer_unauth_destination'), 'check_relay_domains'];
    if (refusesSomething(settings, 'smtpd_recipient_restrictions', safe)) return undefined;
    return (
      'parameter "smtpd_recipient_restrictions": specify at least one working instance of: ' +
      'check_relay_domains, reject_unauth_destination, reject, defer or defer_if_permit'
    );
  }
  const lists = ['smtpd_recipient_restrictions', 'smtpd_relay_restrictions'];
  const safe = [...SAFE, 'check_relay_domains'];
  if (lists.some((name) => refusesSomething(settings, name, safe))) return undefined;
  return (
    'in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one working ' +
    `instance of: ${SAFE.join(', ')} or check_relay_domains`
  );
}

/** A rule behind warn_if_reject refuses nothing, and what stands behind `permit` is never read. */
function refusesSomething(
  settings: Settings,
  name: string,
  safe: readonly string[],
  within: readonly string[] = [],
): boolean {
  const rules = listOf(settings, name);
  const classes = listOf(settings, 'smtpd_restriction_classes');
  for (let i = 0; i < rules.length; i++) {
    const written = rules[i] ?? '';
    const rule = written.toLowerCase();
    const inside = classes.includes(written) && !within.includes(written);
    if (rule === 'warn_if_reject' && i + 1 < rules.length) i += 1;
    else if (rule === 'permit' && settings.profile !== '2.3') return false;
    else if (safe.includes(rule)) return true;
    else if (inside && refusesSomething(settings, written, safe, [...within, written])) return true;
  }
  return false;
}
