import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import { UTC } from '../mail/date.ts';
import { errorDaemon } from './daemon.ts';

const AT = 1_000_000;
const recipients = ['bob@b.example', 'cat@b.example'].map((address, index) => ({
  ...{ address, original: address, notify: 0, orcpt: '', offset: 100 + index },
}));

/** One process of a service, given a request with this reason. */
function error(service: string, nexthop: string, mainCf = '', services = ['bounce', 'defer']) {
  const settings = makeSettings({ mainCf: parseMainCf(mainCf, 'main.cf').entries });
  const birth = { settings, process: `${service}:1`, pid: 1, service, services, zone: UTC, seed: 1, at: AT };
  let { state } = errorDaemon.start(birth, AT);
  const give = (event: object): readonly Effect[] => {
    const step = errorDaemon.step(state, { ...event, at: AT } as WorldEvent);
    expect(step.rows.length).toBeGreaterThan(0);
    state = step.state;
    return step.effects;
  };
  const first = give({
    ...{ type: 'deliver.request', token: '9', queueId: 'A1', path: 'active/A1', transport: service, nexthop },
    ...{
      sender: 'ann@a.example',
      attributes: new Map(),
      dsn: { ret: 0, envid: '' },
      recipients,
      from: 'qmgr',
    },
    ...{ sizeBytes: 1, arrivalAt: AT, activeAt: AT },
  });
  return { give, first };
}

const said = (effects: readonly Effect[]) => effects.flatMap((one) => (one.type === 'log' ? [one.text] : []));
const statuses = (effects: readonly Effect[]) =>
  effects.flatMap((one) =>
    one.type === 'send' && one.note.type === 'deliver.done'
      ? one.note.results.map(({ status }) => status)
      : [],
  );
const PLACE = 'relay=none, delay=0, delays=0/0/0/0';

test('error(8): error returns every recipient with its reason, once bounce(8) has noted it', () => {
  const { give, first } = error('error', '5.1.9 gone for good');
  expect(said(first)).toEqual(
    recipients.map(
      ({ address }) => `A1: to=<${address}>, ${PLACE}, dsn=5.1.9, status=bounced (gone for good)`,
    ),
  );
  expect(first.filter((one) => one.type === 'send').map(({ to }) => to)).toEqual(['bounce', 'bounce']);
  expect(give({ type: 'bounce.appended', token: '0', ok: true })).toEqual([]);
  const last = give({ type: 'bounce.appended', token: '1', ok: true });
  expect(statuses(last)).toEqual(['bounced', 'bounced']);
  expect(last.at(-1)).toEqual({ type: 'exit' });
});

test('error(8): retry keeps them for later; without a status it is 4.0.0', () => {
  const { first } = error('retry', 'come later');
  expect(said(first)[0]).toBe(`A1: to=<bob@b.example>, ${PLACE}, dsn=4.0.0, status=deferred (come later)`);
  expect(first.filter((one) => one.type === 'send').map(({ to }) => to)).toEqual(['defer', 'defer']);
});

test('error(8): a status of the wrong class is replaced, with a warning', () => {
  expect(said(error('error', '4.4.1 later').first).slice(0, 2)).toEqual([
    'bounce_append: ignoring dsn code "4.4.1"',
    `A1: to=<bob@b.example>, ${PLACE}, dsn=5.0.0, status=bounced (later)`,
  ]);
  expect(said(error('retry', '5.1.1 never').first)[0]).toBe('defer_append: ignoring dsn code "5.1.1"');
});

test('postconf(5) soft_bounce: what would be returned is put off', () => {
  const { first } = error('error', '5.1.9 gone', 'soft_bounce = yes');
  expect(said(first)[0]).toContain('dsn=4.1.9, status=SOFTBOUNCE (gone)');
  expect(first.filter((one) => one.type === 'send').map(({ to }) => to)).toEqual(['defer', 'defer']);
});

test('bounce(8): what could not be noted is put off, whether bounce(8) says so or dies', () => {
  const { give } = error('error', '5.1.9 gone');
  give({ type: 'bounce.appended', token: '1', ok: false });
  const request = { type: 'bounce.append', token: '0' };
  const last = give({
    type: 'master.childDied',
    service: 'bounce',
    process: 'bounce:1',
    reason: 'oops',
    request,
  });
  expect(statuses(last)).toEqual(['deferred', 'deferred']);
});

test('master(5): without bounce in master.cf error(8) does not wait for it', () => {
  expect(statuses(error('error', '5.1.9 gone', '', []).first)).toHaveLength(2);
});
