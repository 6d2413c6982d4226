/** What the process of the sessions may say to the server. */
import { expect, test } from 'vitest';
import { arrived, type Note, type WorldEvent } from '#core';
import { isWithSessions, mayBeSaid } from './network-protocol.ts';

const note = (given: Note): WorldEvent => arrived(given, 'smtpd:1', 0);

test('smtpd(8) SECURITY: sessions speak to cleanup and flush, and to nobody else', () => {
  const dsn = { ret: 0, envid: '' };
  expect(
    mayBeSaid(note({ type: 'cleanup.open', origin: 'smtpd', sender: '', rewriteContext: 'remote', dsn })),
  ).toBe(true);
  expect(mayBeSaid(note({ type: 'flush.send', site: 'a.example' }))).toBe(true);
  const query = {
    type: 'verify.query',
    token: 't',
    address: 'a@b.example',
    standard: 'a@b.example',
  } as const;
  expect(mayBeSaid(note(query))).toBe(true);
  const forged = { type: 'verify.update', address: 'a@b.example', status: 'ok', text: '' } as const;
  expect(mayBeSaid(note(forged))).toBe(false);
  const died = { type: 'master.childDied', service: 'smtpd', process: 'smtpd:1', reason: 'x' } as const;
  expect(mayBeSaid(note(died))).toBe(true);
  expect(mayBeSaid(note({ type: 'qmgr.wakeup', requests: 'F' }))).toBe(false);
  expect(mayBeSaid({ type: 'file.removed', path: 'active/A1B2C3D4E5', at: 0 })).toBe(false);
  const order = {
    token: '1',
    queueId: 'A',
    path: '/etc/shadow',
    transport: 'local',
    nexthop: 'x',
    sender: '',
  };
  const rest = { attributes: new Map(), dsn, recipients: [], sizeBytes: 0, arrivalAt: 0, activeAt: 0 };
  expect(mayBeSaid(note({ type: 'deliver.request', ...order, ...rest }))).toBe(false);
});

test('0019: notes for the milters of a session go where it is, those of mail of this machine stay here', () => {
  expect(mayBeSaid(note({ type: 'milter.done', token: '1', verdict: { type: 'continue' }, edits: [] }))).toBe(
    true,
  );
  expect(mayBeSaid(note({ type: 'milter.quit' }))).toBe(false);
  expect(['smtpd:1', 'milter:4711.2'].map(isWithSessions)).toEqual([true, true]);
  expect(['milter', 'milter:2', 'cleanup:4711.2'].map(isWithSessions)).toEqual([false, false, false]);
});
