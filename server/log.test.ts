import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { parseMasterCf, programNames } from '#core';
import { createLogger } from './log.ts';

const folders: string[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true });
});

function logged() {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-log-'));
  folders.push(folder);
  const file = join(folder, 'maillog');
  const log = createLogger({ syslogName: 'postfix', file, facility: 'mail' });
  const texts = () =>
    fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/^.*\]: /, ''));
  return { file, log, texts };
}

test('the log: a line alone is written in the same turn of the event loop', async () => {
  const { file, log, texts } = logged();
  log.write('smtpd', 42, 'warning', 'one');
  await turn();
  await turn();
  expect(texts()).toEqual(['warning: one']);
  expect(fs.readFileSync(file, 'utf8')).toMatch(
    /^\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ postfix\/smtpd\[42\]: warning: one\n$/,
  );
  log.close();
});

test('the log: lines of many turns are written together, in order, none left behind', async () => {
  const { log, texts } = logged();
  const writes = vi.spyOn(fs, 'writeSync');
  const said = Array.from({ length: 50 }, (_, count) => `line ${count}`);
  for (const text of said) {
    log.write('qmgr', 7, 'info', text);
    await turn();
  }
  await wait(20);
  expect(texts()).toEqual(said);
  expect(writes.mock.calls.length).toBeLessThan(25);
  log.write('qmgr', 7, 'info', 'last words');
  log.close();
  expect(texts()).toEqual([...said, 'last words']);
});

test('the log: after a rotation, what waited is in the old file, what comes is in the new one', async () => {
  const { file, log, texts } = logged();
  log.write('qmgr', 7, 'info', 'first');
  await turn();
  log.write('qmgr', 7, 'info', 'before');
  fs.renameSync(file, `${file}.1`);
  log.reopen();
  log.write('qmgr', 7, 'info', 'after');
  log.close();
  expect(texts()).toEqual(['after']);
  expect(fs.readFileSync(`${file}.1`, 'utf8')).toContain(': before\n');
});

test('postconf(5) syslog_name: a line has the name of the program that its service runs', async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-log-'));
  folders.push(folder);
  const file = join(folder, 'maillog');
  const text = 'rewrite unix - - n - - trivial-rewrite\nfar unix - n n - - pipe\n25 inet n - n - - smtpd\n';
  const programs = programNames(parseMasterCf(text, 'master.cf').services);
  const log = createLogger({ syslogName: 'postfix', file, facility: 'mail', programs: () => programs });
  for (const service of ['rewrite', 'far', 'smtpd', 'master']) log.write(service, 1, 'info', 'said');
  log.close();
  const names = [...fs.readFileSync(file, 'utf8').matchAll(/ postfix\/([\w-]+)\[1\]: said$/gm)];
  expect(names.map(([, name]) => name)).toEqual(['trivial-rewrite', 'pipe', 'smtpd', 'master']);
});
