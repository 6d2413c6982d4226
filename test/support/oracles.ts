/**
 * oracles - finds the real programs that our answers are compared with, and writes tests that need one.
 *
 * Where a program is missing the test is shown as skipped, with the reason; under CI it fails instead,
 * so that nobody takes a run without its oracles for a whole one. `.ci/run` installs them all.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'vitest';

/** The programs some test asks, by the name of their executable. */
export const ORACLES = [
  'postfix',
  'postconf',
  'postmap',
  'postalias',
  'pflogsumm',
  'swaks',
  'mutt',
  'telnet',
  'curl',
  'procmail',
  'python3',
  'chromium',
  'opendkim',
  'opendkim-genkey',
] as const;
export type Oracle = (typeof ORACLES)[number];

/** True when a missing oracle is an error and not a reason to skip. */
export const oraclesRequired = process.env.CI !== undefined && process.env.CI !== '';

/**
 * Whether a real program can be given an /etc/resolv.conf of its own: not in every container. Where it
 * cannot, the tests that need it are not there, and the end of the run says so. unshare(1)
 */
export const canMount = spawnSync('unshare', ['-m', 'mount', '--bind', '/tmp', '/tmp']).status === 0;

/** Path of a program, from PATH or a system's own folders; undefined when it is not installed. */
export function oracle(name: Oracle): string | undefined {
  const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  return places
    .filter((place) => place !== '')
    .map((place) => join(place, name))
    .find(isExecutable);
}

/** Like oracle(), for use inside a test made by testWithOracle(): throws when the program is missing. */
export function oraclePath(name: Oracle): string {
  const path = oracle(name);
  if (path === undefined) throw new Error(missing(name));
  return path;
}

/**
 * A test that runs only where the program is: testWithOracle('postfix')('postconf(1): …', () => { … }).
 * Missing: skipped with the reason, or failed under CI.
 */
export function testWithOracle(name: Oracle) {
  return (title: string, body: () => void | Promise<void>, timeoutMs?: number): void => {
    if (oracle(name) !== undefined) {
      test(title, body, timeoutMs);
      return;
    }
    test(title, ({ skip }) => {
      if (oraclesRequired) throw new Error(missing(name));
      skip(missing(name));
    });
  };
}

function missing(name: Oracle): string {
  return `${name} is not installed: its answers were not compared with ours`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
