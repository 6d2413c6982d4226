/** HOLD, DISCARD, FILTER, REDIRECT: what cleanup does when the message is whole. */
import { expect, test } from 'vitest';
import type { MessageOrders, Note } from '../kernel/notes.ts';
import { parseQueueFile } from '../mail/queue-file.ts';
import {
  chunk,
  drive,
  type Outcome,
  open,
  prepend,
  RECEIVED,
  recipient,
  settingsWith,
  type Ways,
} from './drive.ts';

const stock = settingsWith();

function ordered(orders: Partial<MessageOrders>, ways: Ways = {}, text = 'Subject: x\n\ntext\n'): Outcome {
  const none = { hold: false, discard: false, filter: '', redirect: '' };
  const close: Note = { type: 'cleanup.close', orders: { ...none, ...orders } };
  return drive(stock, [open(), recipient('bob@b.example'), prepend(RECEIVED), chunk(text), close], ways);
}

test('access(5) HOLD: the file is moved before it is complete, and qmgr is not woken', () => {
  const { path, mode, woken, done, order, exited } = ordered({ hold: true });
  expect(path).toMatch(/^hold\//);
  expect([mode, woken, done?.status, exited]).toEqual([0o700, false, 'ok', true]);
  expect(order.indexOf('file.rename', 3)).toBeLessThan(order.indexOf('file.mode'));
  expect(order.lastIndexOf('file.sync')).toBeLessThan(order.indexOf('cleanup.done'));
});

test('access(5) HOLD: a file that cannot be moved is removed where it is', () => {
  const files: string[] = [];
  const whole = ordered({ hold: true });
  const failing = ordered({ hold: true }, { failing: { 'file.sync': 'EIO' } });
  files.push(whole.path, failing.path);
  expect(files.every((path) => path.startsWith('hold/'))).toBe(true);
  expect([failing.removed, failing.done?.status]).toEqual([true, 'write']);
});

test('access(5) DISCARD: said to be queued, and gone', () => {
  const { removed, done, woken, synced } = ordered({ discard: true });
  expect([removed, done?.status, woken, synced]).toEqual([true, 'ok', false, false]);
  // smtpd(8) has sent no text: there is no message id to speak of.
  expect(ordered({ discard: true }, {}, '').logs).toEqual([]);
});

test('access(5) FILTER, REDIRECT: records for qmgr behind the text', () => {
  const { bytes, woken } = ordered({ filter: 'smtp:[192.0.2.1]', redirect: 'c@d.example' });
  expect(parseQueueFile(bytes)).toMatchObject({ contentFilter: 'smtp:[192.0.2.1]', redirect: 'c@d.example' });
  expect(woken).toBe(true);
});

test('access(5): orders come with the end, however far the text has been read', () => {
  expect(ordered({ hold: true }, { lateRewrite: true }, 'From: ann\n\nx\n').path).toMatch(/^hold\//);
  expect(ordered({ hold: true }, {}, 'Subject: no body').path).toMatch(/^hold\//);
});
