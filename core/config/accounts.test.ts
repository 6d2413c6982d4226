import { expect, test } from 'vitest';
import {
  accountByName,
  accountByUid,
  groupByName,
  groupLine,
  parseAccounts,
  passwdLine,
} from './accounts.ts';

const accounts = parseAccounts(
  'root:x:0:0:root:/root:/bin/bash\n# c\n+::::::\nbad:x:one:1:::\nshort:x:1\n' +
    'espera:x:501:501:Espérance,,,:/home/espera:/sbin/nologin\n' +
    'espera:x:502:502::/h:/s\ntoor:x:0:0::/:/bin/sh\n',
  'mail:x:12:espera,marc\nempty:x:13:\nmail:x:14:\n',
);

test('passwd(5): seven fields; the first line of a name or a number counts', () => {
  expect([...accounts.byName.keys()]).toEqual(['root', 'espera', 'toor']);
  expect(accountByName(accounts, 'espera')).toMatchObject({
    ...{ uid: 501, gid: 501, gecos: 'Espérance,,,', home: '/home/espera', shell: '/sbin/nologin' },
  });
  expect(accountByUid(accounts, 0)?.name).toBe('root');
  expect(accountByName(accounts, 'Espera')).toBeUndefined();
  expect(accountByUid(accounts, 502)?.name).toBe('espera');
});

test('group(5): members in order', () => {
  expect(groupByName(accounts, 'mail')).toMatchObject({ gid: 12, members: ['espera', 'marc'] });
  expect(groupByName(accounts, 'empty')?.members).toEqual([]);
});

test('DATABASE_README unix: answers are lines of passwd(5) and group(5)', () => {
  const [root, mail] = [accountByName(accounts, 'root'), groupByName(accounts, 'mail')];
  expect(root && passwdLine(root)).toBe('root:x:0:0:root:/root:/bin/bash');
  expect(mail && groupLine(mail)).toBe('mail:x:12:espera,marc');
});

test('passwd(5): accounts are plain data', () => {
  expect(structuredClone(accounts)).toEqual(accounts);
});
