/**
 * accounts - the system's users and groups, read from the text of /etc/passwd and /etc/group.
 *
 * passwd(5) · group(5)
 */

/** One line of passwd(5). */
export interface Account {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

/** One line of group(5). */
export interface Group {
  readonly name: string;
  readonly password: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** Plain maps: `accounts.byName.get('espera')`. Names are case-sensitive, as in getpwnam(3). */
export interface Accounts {
  readonly byName: ReadonlyMap<string, Account>;
  readonly byUid: ReadonlyMap<number, Account>;
  readonly groups: ReadonlyMap<string, Group>;
}

/** No users at all. */
export const noAccounts: Accounts = { byName: new Map(), byUid: new Map(), groups: new Map() };

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** Lines of NIS (`+`, `-`), comments and lines with too few fields are skipped, as the C library does. */
function fieldsOf(line: string, count: number): readonly string[] | undefined {
  if (line === '' || '#+-'.includes(line[0] ?? '')) return undefined;
  const fields = line.split(':');
  return fields.length >= count && fields[0] !== '' ? fields : undefined;
}

function account(line: string): Account | undefined {
  const fields = fieldsOf(line, 7);
  if (fields === undefined) return undefined;
  const [name = '', password = '', , , gecos = '', home = '', shell = ''] = fields;
  const [uid, gid] = [number(fields[2]), number(fields[3])];
  if (uid === undefined || gid === undefined) return undefined;
  return { name, password, uid, gid, gecos, home, shell };
}

function group(line: string): Group | undefined {
  const fields = fieldsOf(line, 3);
  const gid = number(fields?.[2]);
  if (fields === undefined || gid === undefined) return undefined;
  const members = (fields[3] ?? '').split(',').filter((member) => member !== '');
  return { name: fields[0] ?? '', password: fields[1] ?? '', gid, members };
}

/** Reads both files; the first line wins for a name or a number that occurs twice, as in getpwnam(3). */
export function parseAccounts(passwdText: string, groupText = ''): Accounts {
  const byName = new Map<string, Account>();
  const byUid = new Map<number, Account>();
  for (const line of passwdText.split('\n')) {
    const found = account(line);
    if (found === undefined) continue;
    if (!byName.has(found.name)) byName.set(found.name, found);
    if (!byUid.has(found.uid)) byUid.set(found.uid, found);
  }
  const groups = new Map<string, Group>();
  for (const line of groupText.split('\n')) {
    const found = group(line);
    if (found !== undefined && !groups.has(found.name)) groups.set(found.name, found);
  }
  return { byName, byUid, groups };
}

/** The account as a passwd(5) line, which is what `unix:passwd.byname` answers. */
export function passwdLine(found: Account): string {
  const { name, password, uid, gid, gecos, home, shell } = found;
  return `${name}:${password}:${uid}:${gid}:${gecos}:${home}:${shell}`;
}

/** The group as a group(5) line, which is what `unix:group.byname` answers. */
export function groupLine(found: Group): string {
  return `${found.name}:${found.password}:${found.gid}:${found.members.join(',')}`;
}

/** The user of this login name. */
export function accountByName(accounts: Accounts, name: string): Account | undefined {
  return accounts.byName.get(name);
}

/** The user of this number. */
export function accountByUid(accounts: Accounts, uid: number): Account | undefined {
  return accounts.byUid.get(uid);
}

/** The group of this name. */
export function groupByName(accounts: Accounts, name: string): Group | undefined {
  return accounts.groups.get(name);
}
