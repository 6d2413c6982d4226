/**
 * composite - tables made of tables: unionmap, pipemap; and randmap, which holds its values itself.
 *
 * DATABASE_README · Postfix: src/util/dict_union.c, src/util/dict_pipe.c, src/util/dict_random.c
 */
import { fold } from '../fold.ts';
import { isBraced, splitItems, unbrace } from '../items.ts';

/** What a table gives to a key. Here any failure is one of the whole table. */
type Answer =
  | { readonly type: 'found'; readonly value: string }
  | { readonly type: 'missing' }
  | { readonly type: 'error'; readonly text: string };

/** The members, as `type:name` or as values, or why there are none, in Postfix's words. */
export function membersOf(type: string, name: string): readonly string[] | { readonly error: string } {
  const what = type === 'randmap' ? 'value' : 'type:name';
  const bad = { error: `bad syntax: "${type}:${name}"; need "${type}:{${what}...}"` };
  if (!isBraced(name)) return bad;
  const members = splitItems(unbrace(name).text, '3.x');
  const isSound = type === 'randmap' || members.every((member) => member.includes(':'));
  if (members.length === 0 || !isSound) return bad;
  return members;
}

/** Asks the members of a unionmap or pipemap; the first failure ends it. */
export function askMembers(
  type: string,
  members: readonly string[],
  key: string,
  ask: (member: string, key: string) => Answer,
): Answer {
  const values: string[] = [];
  let asked = key;
  for (const member of members) {
    const answer = ask(member, asked);
    if (answer.type === 'error') return answer;
    if (type === 'pipemap') {
      if (answer.type === 'missing') return answer;
      asked = answer.value;
    } else if (answer.type === 'found') {
      values.push(answer.value);
    }
  }
  if (type === 'pipemap') return { type: 'found', value: asked };
  return values.length === 0 ? { type: 'missing' } : { type: 'found', value: values.join(',') };
}

/**
 * One of the values of a randmap.
 * Differs: the key decides, so that a key always gets the same value, because lookups have no dice; over
 * many keys the values come equally often.
 */
export function randomValue(values: readonly string[], key: string): string {
  let hash = 0x811c9dc5;
  for (const char of fold(key)) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return values[((hash ^ (hash >>> 13)) >>> 0) % values.length] ?? '';
}
