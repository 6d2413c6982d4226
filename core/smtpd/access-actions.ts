/**
 * What the value of an access(5) entry wants done.
 *
 * access(5) "ACCEPT ACTIONS", "REJECT ACTIONS", "OTHER ACTIONS" · Postfix: src/smtpd/smtpd_check.c
 * check_table_result
 */
import { splitItems } from '../config/items.ts';
import { intOf, type Settings } from '../config/settings.ts';
import { splitDsnOr } from '../mail/dsn.ts';
import { fittedDraft } from './dsn-fit.ts';
import {
  type Action,
  type Asked,
  type Entry,
  MESSAGE_ACTIONS,
  NEW_MESSAGE_ACTIONS,
} from './message-actions.ts';
import { misconfigured } from './misconfigured.ts';
import type { Matter, Place, RuleAnswer } from './verdict.ts';

/** Lists within lists go no deeper. */
const DEEPEST = 100;

const DUNNO: RuleAnswer = { type: 'dunno' };

function refusal(
  { place, entry: { table, key }, text }: Asked,
  type: 'reject' | 'deferIfPermit' | 'deferIfReject',
  code: number,
  given: { readonly dsn: string; readonly text: string },
): RuleAnswer {
  const own = splitDsnOr(text, given.dsn);
  const draft = fittedDraft(place, code, own.dsn, own.text === '' ? given.text : own.text);
  return { type, draft: { ...draft, table, key } };
}

function ok({ entry: { table, key } }: Asked): RuleAnswer {
  return { type: 'ok', table, key };
}

/** access_map_defer_code came with Postfix 2.8. */
function deferCode(settings: Settings): number {
  return settings.profile === '2.3' ? 450 : intOf(settings, 'access_map_defer_code');
}

function deferral(type: 'deferIfPermit' | 'deferIfReject'): Action {
  return (asked) => {
    const code = deferCode(asked.matter.settings);
    return refusal(asked, type, code, { dsn: '4.7.1', text: 'Service unavailable' });
  };
}

function remark(word: string): Action {
  return ({ text, entry: { table, key } }) => ({
    ...{ type: 'dunno', table, key },
    remark: { type: 'whatsUp', word, text },
  });
}

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['OK', ok],
  ['RELAY', ok],
  ['DUNNO', () => DUNNO],
  [
    'REJECT',
    (asked) => {
      const code = intOf(asked.matter.settings, 'access_map_reject_code');
      return refusal(asked, 'reject', code, { dsn: '5.7.1', text: 'Access denied' });
    },
  ],
  ['DEFER_IF_PERMIT', deferral('deferIfPermit')],
  ['DEFER_IF_REJECT', deferral('deferIfReject')],
  ['WARN', remark('warn')],
  ...MESSAGE_ACTIONS,
]);

/** Actions of later Postfix versions; 2.3 takes their names for restrictions. */
const NEW_ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  [
    'DEFER',
    (asked) => {
      const code = deferCode(asked.matter.settings);
      return refusal(asked, 'reject', code, { dsn: '4.7.1', text: 'Access denied' });
    },
  ],
  ['INFO', remark('info')],
  ...NEW_MESSAGE_ACTIONS,
]);

/** `550 5.1.1 text`: the code needs a text. */
function ownCode(asked: Asked, word: string): RuleAnswer | undefined {
  if (!/^[45]\d\d$/.test(word) || asked.text === '') return undefined;
  return refusal(asked, 'reject', Number(word), { dsn: `${word.charAt(0)}.7.1`, text: 'Access denied' });
}

/**
 * One rule's answer from an entry's value.
 *
 * @param depth how many lists deep the rule stands, from 1
 * @param okIsDunno an OK from here decides nothing
 */
export function actOn(
  matter: Matter,
  place: Place,
  entry: Entry,
  depth: number,
  okIsDunno: boolean,
): RuleAnswer {
  const [, word = '', text = ''] = /^([^ \t]*)[ \t]*(.*)$/s.exec(entry.value) ?? [];
  const { profile } = matter.settings;
  const asked = { matter, place, entry, text };
  const name = word.toUpperCase();
  const action = ACTIONS.get(name) ?? (profile === '2.3' ? undefined : NEW_ACTIONS.get(name));
  const answer = action?.(asked) ?? ownCode(asked, word);
  const decided = answer ?? (/^\d+$/.test(entry.value) ? ok(asked) : listed(asked, depth, okIsDunno));
  return decided.type === 'ok' && okIsDunno ? DUNNO : decided;
}

/** Everything else is a list of restrictions, in the place of the rule. */
function listed({ matter, place, entry }: Asked, depth: number, okIsDunno: boolean): RuleAnswer {
  const { value, table, key } = entry;
  if (value.includes(':'))
    return misconfigured(
      `access table ${table} has entry with lookup table: ${value}`,
      'do not specify lookup tables inside SMTPD access maps',
      'define a restriction class and specify its name instead.',
    );
  if (depth > DEEPEST)
    return misconfigured(`access table ${table} entry ${value} causes unreasonable recursion`);
  return { type: 'list', ...place, items: splitItems(value, matter.settings.profile), table, key, okIsDunno };
}
