/**
 * The actions of access(5) that are about the whole message: HOLD, DISCARD, FILTER, REDIRECT, PREPEND, BCC.
 *
 * access(5) "OTHER ACTIONS" · Postfix: src/smtpd/smtpd_check.c check_table_result
 */
import type { Order } from './orders.ts';
import type { Matter, Place, RuleAnswer } from './verdict.ts';

/** An entry that was found. */
export interface Entry {
  readonly value: string;
  readonly table: string;
  readonly key: string;
  /** What was looked up, before parts of it were tried. */
  readonly datum: string;
}

/** An entry, and what it is asked for. */
export interface Asked {
  readonly matter: Matter;
  readonly place: Place;
  readonly entry: Entry;
  /** Behind the first word. */
  readonly text: string;
}

export type Action = (asked: Asked) => RuleAnswer;

function warning({ entry: { table, key } }: Asked, text: string): RuleAnswer {
  return { type: 'dunno', table, key, remark: { type: 'warning', text } };
}

/** Where no message can follow, nothing can be done with one. */
function impossible(asked: Asked, action: string): RuleAnswer | undefined {
  const { matter, entry } = asked;
  const { table } = entry;
  if (matter.stage === 'etrn' && action !== 'PREPEND')
    return warning(
      asked,
      `access table ${table}: action ${action} is unavailable in smtpd_etrn_restrictions`,
    );
  if (matter.sender !== undefined) return undefined;
  return warning(
    asked,
    `access table ${table}: with smtpd_delay_reject=no, action ${action} is always skipped in ` +
      'Client host or Helo command restrictions',
  );
}

function misses(asked: Asked, what: string): RuleAnswer {
  const { table, datum } = asked.entry;
  return warning(asked, `access table ${table} entry "${datum}" ${what}`);
}

function ordered(
  { place: { what, name }, entry: { table, key } }: Asked,
  order: Order,
  text: string,
): RuleAnswer {
  const said = `<${name}>: ${what} ${text}`;
  return { type: 'order', order, table, key, remark: { type: 'whatsUp', word: order.type, text: said } };
}

function plain(type: 'hold' | 'discard'): Action {
  const action = type.toUpperCase();
  return (asked) => {
    const text = asked.text === '' ? `triggers ${action} action` : asked.text;
    return impossible(asked, action) ?? ordered(asked, { type }, text);
  };
}

function filter(asked: Asked): RuleAnswer {
  const { text } = asked;
  const not = impossible(asked, 'FILTER');
  if (not !== undefined) return not;
  if (text === '') return misses(asked, 'has FILTER entry without value');
  if (!text.includes(':')) return misses(asked, 'requires transport:destination');
  return ordered(asked, { type: 'filter', value: text }, `triggers FILTER ${text}`);
}

function addressed(type: 'redirect' | 'bcc'): Action {
  const action = type.toUpperCase();
  return (asked) => {
    const { text } = asked;
    const not = impossible(asked, action);
    if (not !== undefined) return not;
    if (!text.includes('@')) return misses(asked, 'requires user@domain target');
    return ordered(asked, { type, value: text }, `triggers ${action} ${text}`);
  };
}

/** Nothing is logged of it. */
function prepend(asked: Asked): RuleAnswer {
  const { text, matter, entry } = asked;
  const not = impossible(asked, 'PREPEND');
  if (not !== undefined) return not;
  if (matter.stage === 'endOfData')
    return warning(
      asked,
      `access table ${entry.table}: action PREPEND must be used before smtpd_end_of_data_restrictions`,
    );
  if (!/^[!-9;-~]+[ \t]*:/.test(text)) return misses(asked, 'requires header: text');
  return { type: 'order', order: { type: 'prepend', value: text } };
}

export const MESSAGE_ACTIONS: readonly (readonly [string, Action])[] = [
  ['HOLD', plain('hold')],
  ['DISCARD', plain('discard')],
  ['FILTER', filter],
  ['REDIRECT', addressed('redirect')],
  ['PREPEND', prepend],
];

/** Since Postfix 3.0. */
export const NEW_MESSAGE_ACTIONS: readonly (readonly [string, Action])[] = [['BCC', addressed('bcc')]];
