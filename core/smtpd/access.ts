/**
 * check_…_access: clients, names and addresses in access(5) tables.
 *
 * access(5) · postconf(5) check_client_access, smtpd_null_access_lookup_key · Postfix:
 * src/smtpd/smtpd_check.c check_namadr_access, check_mail_access
 */
import { type SearchAnswer, searchAddressIn, searchTables } from '../config/search.ts';
import { searchClient, searchName } from '../config/search-access.ts';
import { boolOf, textOf } from '../config/settings.ts';
import { isTableName } from '../config/tables/store.ts';
import { actOn } from './access-actions.ts';
import { lookupFailure, misconfigured } from './misconfigured.ts';
import { forbidOk, type Judge, serverCheck } from './server-access.ts';
import type { Party } from './types.ts';
import type { Matter, Place, RuleAnswer } from './verdict.ts';

const DUNNO: RuleAnswer = { type: 'dunno' };

/** What is looked up, what it is called in texts, and who finds it. */
interface Question extends Place {
  readonly find: (tables: readonly string[]) => SearchAnswer | undefined;
  readonly okIsDunno?: boolean;
  /** What was looked up when this key was found. */
  readonly subject: (key: string) => string;
}

type Check = (matter: Matter) => Question | RuleAnswer | undefined;

function named(matter: Matter, what: string, name: string): Question | undefined {
  const find = (tables: readonly string[]) => searchName(matter.settings, tables, name);
  return name === '' ? undefined : { what, name, find, subject: () => name };
}

function addressed(
  matter: Matter,
  what: string,
  party: Party | undefined,
): Question | RuleAnswer | undefined {
  const { settings } = matter;
  if (party === undefined) return undefined;
  const { given: name, resolution } = party;
  if (name === '') {
    const key = textOf(settings, 'smtpd_null_access_lookup_key');
    return { what, name, find: (tables) => searchTables(settings, tables, key, false), subject: () => key };
  }
  if (resolution === undefined) return undefined;
  if (resolution.failed === 'lookup') return lookupFailure(name);
  const find = (tables: readonly string[]) =>
    searchAddressIn(settings, tables, resolution.recipient, 'access');
  const routed = resolution.routed && !boolOf(settings, 'allow_untrusted_routing');
  const subject = () => resolution.recipient;
  return { what, name, find, subject, okIsDunno: routed && what === 'Recipient address' };
}

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  [
    'check_client_access',
    ({ settings, client }) => ({
      ...{ what: 'Client host', name: `${client.name}[${client.address}]` },
      find: (tables) => searchClient(settings, tables, client),
      subject: (key) => (client.name.endsWith(key) ? client.name : client.address),
    }),
  ],
  ['check_helo_access', (matter) => named(matter, 'Helo command', matter.helo)],
  ['check_sender_access', (matter) => addressed(matter, 'Sender address', matter.sender)],
  ['check_recipient_access', (matter) => addressed(matter, 'Recipient address', matter.recipient)],
  ['check_etrn_access', (matter) => named(matter, 'Etrn command', matter.etrn)],
]);

const REVERSE = 'check_reverse_client_hostname_access';

/** The name that nobody has verified; it permits nothing. Since Postfix 2.6. */
const reverseCheck: Check = ({ settings, client }) => {
  const { reverseName: name, address } = client;
  const find = (tables: readonly string[]) => searchClient(settings, tables, { name, address });
  const subject = (key: string) => (name.endsWith(key) ? name : address);
  return { what: 'Unverified Client host', name, find, subject };
};

function checkOf({ settings }: Matter, rule: string): Check | undefined {
  return rule === REVERSE && settings.profile !== '2.3' ? reverseCheck : CHECKS.get(rule);
}

/** Their names; those that later Postfix versions know too are told apart. */
export function accessChecks(since: 'first' | 'later'): readonly string[] {
  return since === 'later' ? [REVERSE] : [...CHECKS.keys()];
}

/** The check that a bare `type:table` stands for, by the list it stands in. */
const IMPLIED: ReadonlyMap<string, string> = new Map([
  ['smtpd_client_restrictions', 'check_client_access'],
  ['smtpd_helo_restrictions', 'check_helo_access'],
  ['smtpd_sender_restrictions', 'check_sender_access'],
  ['smtpd_recipient_restrictions', 'check_recipient_access'],
  ['smtpd_relay_restrictions', 'check_recipient_access'],
  ['smtpd_etrn_restrictions', 'check_etrn_access'],
]);

/** What a bare table in a list is asked about: the name of the check; undefined where nobody knows. */
export function impliedCheck(list: string): string | undefined {
  return IMPLIED.get(list);
}

function ask(matter: Matter, check: Check, table: string, depth: number): RuleAnswer {
  const question = check(matter);
  if (question === undefined) return DUNNO;
  if ('type' in question) return question;
  const { what, name, find, subject, okIsDunno = false } = question;
  const found = find([table]);
  if (found === undefined) return DUNNO;
  return judged(matter, { what, name, subject, okIsDunno }, found, table, depth);
}

/** What an entry that was found wants done, or the failure of the table. */
function judged(
  matter: Matter,
  { what, name, subject, okIsDunno }: Omit<Required<Question>, 'find'>,
  found: SearchAnswer,
  table: string,
  depth: number,
): RuleAnswer {
  const failed = found.type === 'error';
  const value = failed ? '451 4.3.5 Server configuration error' : found.value;
  const key = failed ? name : found.key;
  const entry = { value, table, key, datum: subject(key) };
  const answer = actOn(matter, { what, name }, entry, depth, okIsDunno);
  if (!failed || answer.type !== 'reject') return answer;
  const { key: _key, ...draft } = answer.draft;
  return { type: 'reject', draft: { ...draft, warnings: [`${table}: table lookup problem`] } };
}

/**
 * The answer of a check_…_access, or of a bare table; undefined when it is neither.
 *
 * @param name as it is written
 * @param list the parameter that is being read, outside of classes
 * @param depth how many lists deep it stands, from 1
 */
export function checkAccess(
  matter: Matter,
  name: string,
  next: string | undefined,
  { list, what, depth }: { readonly list: string; readonly what: string; readonly depth: number },
): { readonly answer: RuleAnswer; readonly taken: number } | undefined {
  if (name.includes(':')) {
    const implied = CHECKS.get(IMPLIED.get(list) ?? '');
    if (implied === undefined) return { answer: unclear(matter, name, what), taken: 0 };
    return { answer: ask(matter, implied, name, depth), taken: 0 };
  }
  const check = checkOf(matter, name.toLowerCase());
  const servers = check === undefined ? serverCheck(matter, name.toLowerCase()) : undefined;
  if (check === undefined && servers === undefined) return undefined;
  if (next === undefined || !isTableName(next)) {
    const text = `restriction ${name.toLowerCase()}: bad argument "${next ?? ''}": need maptype:mapname`;
    return { answer: misconfigured(text), taken: 0 };
  }
  if (check !== undefined) {
    const answer = ask(matter, check, next, depth);
    const safe = check === reverseCheck ? forbidOk(answer, REVERSE, matter.client.reverseName) : answer;
    return { answer: safe, taken: 1 };
  }
  const judge: Judge = (place, found) => {
    const answer = judged(matter, { ...place, subject: (key) => key, okIsDunno: false }, found, next, depth);
    return answer.type === 'list' ? { ...answer, okIsDunno: true } : answer;
  };
  return { answer: servers?.(next, judge) ?? DUNNO, taken: 1 };
}

/** In smtpd_data_restrictions nobody knows what a table is about. */
function unclear({ settings }: Matter, name: string, what: string): RuleAnswer {
  const reverse = settings.profile === '2.3' ? [] : accessChecks('later');
  const [client = '', ...others] = CHECKS.keys();
  const checks = [client, ...reverse, ...others].join(', ');
  return misconfigured(`specify one of (${checks}) before ${what} restriction "${name}"`);
}
