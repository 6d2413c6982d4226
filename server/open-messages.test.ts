/** Messages of sessions in another process: who is told when that process dies. */
import { expect, test } from 'vitest';
import { arrived, type Note } from '#core';
import { openMessages } from './open-messages.ts';

const event = (note: Note, from: string) => arrived(note, from, 0);
const dsn = { ret: 0, envid: '' };
const open: Note = { type: 'cleanup.open', origin: 'smtpd', sender: '', rewriteContext: 'remote', dsn };
const opened: Note = { type: 'cleanup.opened', queueId: 'A1B2C3D4E5' };
const done: Note = { type: 'cleanup.done', status: 'ok', queueId: 'A1B2C3D4E5' };

function begin() {
  const aborted: string[] = [];
  return { aborted, messages: openMessages((cleanup) => aborted.push(cleanup)) };
}

test('cleanup(8): a message that was begun is forgotten with its session, one that is queued is not', () => {
  const { aborted, messages } = begin();
  for (const name of ['smtpd:1', 'smtpd:2', 'smtpd:3', 'smtpd:4']) messages.asked(event(open, name));
  for (const n of [1, 2, 3]) messages.answered(`smtpd:${n}`, event(opened, `cleanup:${n}`));
  messages.answered('smtpd:1', event(done, 'cleanup:1'));
  messages.asked(event({ type: 'cleanup.abort' }, 'smtpd:2'));
  messages.forget();
  expect(aborted).toEqual(['cleanup:3']);
  messages.forget();
  expect(aborted).toEqual(['cleanup:3']);
});

test('cleanup(8): an answer that finds nobody any more takes the message back', () => {
  const { aborted, messages } = begin();
  messages.asked(event(open, 'smtpd:1'));
  messages.forget();
  expect(messages.answered('smtpd:1', event(opened, 'cleanup:1'))).toBe(false);
  expect(aborted).toEqual(['cleanup:1']);
});
