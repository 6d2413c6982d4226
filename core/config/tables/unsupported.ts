/**
 * unsupported - types of tables that Postfix has and this program has not, and what to use instead.
 *
 * DATABASE_README
 */
import type { Remedy } from '../problem.ts';

/** Where the data of such a type lives. */
const ELSEWHERE: Readonly<Record<string, readonly [en: string, fr: string]>> = {
  ldap: ['an LDAP directory', 'un annuaire LDAP'],
  mysql: ['a MySQL database', 'une base MySQL'],
  pgsql: ['a PostgreSQL database', 'une base PostgreSQL'],
  nis: ['NIS', 'NIS'],
  nisplus: ['NIS+', 'NIS+'],
  netinfo: ['NetInfo', 'NetInfo'],
  tcp: ['a TCP server', 'un serveur TCP'],
  socketmap: ['a socketmap server', 'un serveur socketmap'],
  memcache: ['a memcached server', 'un serveur memcached'],
};

/** What to do about a table of such a type; undefined for any other type. */
export function insteadOf(type: string): Remedy | undefined {
  const place = ELSEWHERE[type];
  if (place === undefined) return undefined;
  const [en, fr] = place;
  return {
    en:
      `Tables of type ${type} are not supported here. Export the entries from ${en} to a file, ` +
      'one "key value" a line, and name it texthash:FILE, or hash:FILE after postmap hash:FILE.',
    fr:
      `Les tables de type ${type} n'existent pas ici. Exportez les entrées depuis ${fr} vers un fichier, ` +
      'une ligne « clé valeur » chacune, et nommez-le texthash:FICHIER, ou hash:FICHIER après ' +
      'postmap hash:FICHIER.',
  };
}
