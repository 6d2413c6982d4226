import { expect, test } from 'vitest';
import { charts } from '#core';
import type { PageView } from '../engine/view.ts';
import { drawerMessages } from '../i18n/drawer.ts';
import { entriesAt, logAt, placeOf, placeOfChart, placeOfQueue, processesAt } from './nodes.ts';

function view(changes: Partial<PageView>): PageView {
  return {
    ...{
      mode: 'simulated',
      first: 0,
      counts: {},
      n: 0,
      length: 0,
      now: 0,
      atTip: true,
      branches: [],
      marks: [],
    },
    ...{ processes: [], queues: [], mail: [], terminals: [], log: [], ...changes },
  };
}

test('page: every chart of the core and every queue has a place on the stage, and back', () => {
  for (const name of Object.keys(charts)) expect(placeOf(placeOfChart(name)).chart).toBe(name);
  for (const queue of ['maildrop', 'incoming', 'active', 'deferred', 'hold', 'bounce', 'defer']) {
    expect(placeOf(placeOfQueue(queue)).queues).toContain(queue);
  }
  expect(placeOf('mailbox').hasMailboxes).toBe(true);
  expect(placeOf('rewrite').title).toBe('trivial-rewrite(8)');
});

test('page: both languages have a sentence for the same places', () => {
  const [fr, en] = [drawerMessages('fr').places, drawerMessages('en').places];
  expect(Object.keys(fr)).toEqual(Object.keys(en));
  expect(Object.keys(fr)).toEqual(
    expect.arrayContaining(['net-in', 'smtpd', 'blog', 'mailbox', 'mua', 'master']),
  );
  for (const id of Object.keys(fr)) expect(placeOf(id).title).not.toBe('');
});

test('page: processes of a place, the one that acted last first', () => {
  const process = { pid: 1, state: '', lastRows: [], visited: new Set<string>() };
  const processes = [
    { ...process, process: 'smtpd:1', service: 'smtpd', chart: 'smtpd', lastN: 3 },
    { ...process, process: 'smtpd:2', service: 'smtpd', chart: 'smtpd', lastN: 9 },
    { ...process, process: 'qmgr', service: 'qmgr', chart: 'qmgr', lastN: 12 },
  ];
  expect(processesAt(placeOf('smtpd'), view({ processes })).map((each) => each.process)).toEqual([
    'smtpd:2',
    'smtpd:1',
  ]);
  expect(processesAt(placeOf('deferred'), view({ processes }))).toEqual([]);
});

test('page: log lines of a program, and of the messages in a queue', () => {
  const log = [
    'Feb 11 10:05:05 mail postfix/smtpd[1]: connect from unknown',
    'Feb 11 10:05:06 mail postfix/qmgr[2]: 4F: from=<a@b>, size=9, nrcpt=1 (queue active)',
  ];
  const queues = [{ queue: 'active', id: '4F' }];
  expect(logAt(placeOf('smtpd'), view({ log, queues }))).toEqual([log[0]]);
  expect(logAt(placeOf('active'), view({ log, queues }))).toEqual([log[1]]);
  expect(logAt(placeOf('hold'), view({ log, queues }))).toEqual([]);
  expect(entriesAt(placeOf('active'), view({ queues }))).toEqual(queues);
});
