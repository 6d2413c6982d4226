/**
 * The memoir's files fail where its README says, the repaired ones do not, says the real Postfix.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { oraclePath, testWithOracle } from '../support/oracles.ts';

const MEMOIR = join(import.meta.dirname, '../../scenarios/gouv.bj/memoir');
const REPAIRED = join(import.meta.dirname, '../../scenarios/gouv.bj/repaired');
const places: string[] = [];

afterEach(() => {
  for (const place of places.splice(0)) rmSync(place, { recursive: true });
});

testWithOracle('postfix')('postconf(1): the memoir stops at line 34, $mydomain at column 0', () => {
  const { status, stderr } = run('postconf', ['-c', MEMOIR, '-n']);
  expect(stderr).toMatch(/fatal: .*\/main\.cf, line 34: missing '=' after attribute name: "\$mydomain"/);
  expect(status).toBe(1);
});

testWithOracle('postfix')('postconf(1): the repaired main.cf and master.cf are understood', () => {
  const { status, stdout, stderr } = run('postconf', ['-c', REPAIRED, '-x', 'mydestination', 'home_mailbox']);
  expect(stdout.split('\n')).toContain('mydestination = mail.gouv.bj, localhost.gouv.bj, localhost, gouv.bj');
  expect(stdout.split('\n')).toContain('home_mailbox = Maildir/');
  expect(status).toBe(0);
  expect(stderr).not.toMatch(/fatal|error/);
  const services = run('postconf', ['-c', REPAIRED, '-M']);
  expect(services.stdout.trim().split('\n')).toHaveLength(11);
  expect(services.stdout).toMatch(/^127\.0\.0\.1:1025 inet .* smtpd$/m);
});

testWithOracle('postfix')('aliases(5): every repaired alias ends at espera', () => {
  const ends = aliasEnds(copy(REPAIRED));
  expect(ends.size).toBeGreaterThan(30);
  expect([...new Set(ends.values())]).toEqual(['espera']);
});

testWithOracle('postfix')('aliases(5): the memoir below Fedora’s `postmaster: root` loops', () => {
  const place = copy(MEMOIR);
  appendFileSync(join(place, 'aliases'), 'postmaster: root\n');
  const ends = aliasEnds(place);
  for (const name of ['postmaster', 'root', 'abuse', 'support']) expect(ends.get(name)).toBe('loop');
});

/** Compiles a folder's aliases and follows each to its end: a name that is no alias, or 'loop'. */
function aliasEnds(place: string): ReadonlyMap<string, string> {
  const table = `hash:${join(place, 'aliases')}`;
  // A main.cf of its own: the memoir's would stop postalias.
  const settings = mkdtempSync(join(place, 'etc-'));
  writeFileSync(join(settings, 'main.cf'), 'myhostname = mail.gouv.bj\n');
  utimesSync(join(settings, 'main.cf'), 0, 0);
  expect(run('postalias', ['-c', settings, table])).toMatchObject({ status: 0, stderr: '' });
  const { stdout } = run('postalias', ['-c', settings, '-s', table]);
  const rows = stdout
    .trim()
    .split('\n')
    .map((row) => row.split(/:\s+/));
  const aliases = new Map(rows.map(([name = '', target = '']) => [name, target]));
  // These are about the table itself.
  for (const own of ['@', 'YP_LAST_MODIFIED', 'YP_MASTER_NAME']) aliases.delete(own);
  const follow = (name: string, left: number): string => {
    const target = aliases.get(name);
    if (target === undefined) return name;
    return left === 0 ? 'loop' : follow(target, left - 1);
  };
  return new Map([...aliases.keys()].map((name) => [name, follow(name, aliases.size)]));
}

function copy(folder: string): string {
  const place = mkdtempSync(join(tmpdir(), 'postscope-gouv-bj-'));
  places.push(place);
  // Postfix waits a second for a file that has just changed.
  cpSync(folder, place, { recursive: true, preserveTimestamps: true });
  return place;
}

function run(command: string, args: readonly string[]) {
  const program = join(dirname(oraclePath('postfix')), command);
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env: { LC_ALL: 'C' } });
  return { status, stdout, stderr };
}
