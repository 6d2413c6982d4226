import { expect, test } from 'vitest';
import type { PlainThing, TraceEvent } from './trace.ts';
import { isUnexplained, whysOf } from './why.ts';
import { whyLines } from './why-text.ts';
import { whyWords } from './why-words.en.ts';

function event(...effects: readonly PlainThing[]): TraceEvent {
  const rows = [{ state: 'a', event: 'b', index: 0, description: 'RFC 5321 §4.5.4.1' }];
  return {
    ...{ n: 9, t: 0, cause: 4, host: 'h', process: 'qmgr', service: 'qmgr', pid: 1, after: 'running', rows },
    ...{ event: { type: 'x' }, effects, queueId: 'A1' },
  };
}

test('a line says why by what it carries, by its own words, or as a plain fact; otherwise it is found out', () => {
  const because = { parameter: 'home_mailbox' };
  const whys = whysOf(
    event(
      { type: 'log', level: 'info', text: 'A1: to=<x>, status=sent', because },
      { type: 'log', level: 'info', text: 'timeout after DATA from x' },
      { type: 'log', level: 'info', text: 'A1: removed' },
      { type: 'log', level: 'info', text: 'A1: removed by nobody' },
      { type: 'net.write', text: '250 2.0.0 Ok\r\n' },
      { type: 'timer.set', timer: 't' },
    ),
  );
  expect(whys.map(({ causes, fact }) => fact ?? causes.map(({ parameter }) => parameter).join())).toEqual([
    ...['home_mailbox', 'smtpd_timeout', 'message', '', ''],
  ]);
  expect(whys.map(isUnexplained)).toEqual([false, false, false, true, false]);
  expect(whys[0]).toMatchObject({ queueId: 'A1', ledBy: 4, references: ['RFC 5321 §4.5.4.1'] });
});

test('a reply without a rule is found out, and so is an address that was routed for no reason', () => {
  const reply = { ...event({ type: 'net.write', text: '250 Ok\r\n' }), rows: [] };
  expect(whysOf(reply).map(isUnexplained)).toEqual([true]);
  const note = { type: 'rewrite.resolved', recipient: 'x@y', transport: 'smtp', nexthop: 'y' };
  expect(whysOf(event({ type: 'send', to: 'qmgr', note })).map(isUnexplained)).toEqual([true]);
});

test('causes in a line: rule, parameter, place, table, entry, figures', () => {
  const because = [
    {
      rule: 'check_client_access',
      parameter: 'smtpd_client_restrictions',
      position: 2,
      table: 'hash:x',
      key: 'a',
    },
    { parameter: 'maximal_backoff_time', figures: { ageMs: 8175, window: 1.5 } },
  ];
  const explained = event({ type: 'explain', queueId: 'B2', what: 'deferred', because, until: 60_000 });
  const [why] = whysOf(explained);
  expect(why === undefined ? [] : whyLines(why, whyWords)).toEqual([
    'check_client_access, smtpd_client_restrictions, item 2 of the list, table hash:x, entry "a"',
    'maximal_backoff_time, age 8.18 s, window 1.5',
    'until 1970-01-01T00:01:00.000Z',
    'RFC 5321 §4.5.4.1 · event 4 led to it',
  ]);
  expect(why?.queueId).toBe('B2');
});
