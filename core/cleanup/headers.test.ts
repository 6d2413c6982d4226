import { expect, test } from 'vitest';
import { cleanupDaemon } from './daemon.ts';
import {
  AT,
  chunk,
  close,
  drive,
  open,
  pick,
  prepend,
  RECEIVED,
  recipient,
  settingsWith,
  textOf,
} from './drive.ts';

const stock = settingsWith();

test('RFC 5322 §3.6: missing headers only for local mail in 3.x, for all mail in 2.3', () => {
  const remote = [open({ rewriteContext: 'remote' }), recipient('b@c.d'), chunk('Subject: s\n\nb\n'), close];
  const out = drive(stock, remote);
  expect(textOf(out)).toBe('Subject: s\n\nb\n');
  expect(out.logs).toEqual(['5464EAC0B1: message-id=<>']);
  expect(textOf(drive(settingsWith('', '2.3'), remote))).toBe(
    'Subject: s\nMessage-Id: <20080211090512.5464EAC0B1@mail.gouv.bj>\n' +
      'Date: Mon, 11 Feb 2008 10:05:12 +0100 (WAT)\nFrom: ann@a.example\nTo: undisclosed-recipients:;\n\nb\n',
  );
  expect(textOf(drive(settingsWith('always_add_missing_headers = yes'), remote))).toContain('From: ann@');
});

test('RFC 5322 §3.6.6: a resent message gets the headers of its resender', () => {
  const out = drive(stock, [
    open({ sender: '' }),
    recipient('q@r.s'),
    chunk('Resent-To: q@r.s\nX: y\n\nb'),
    close,
  ]);
  const id = '<20080211090512.5464EAC0B1@mail.gouv.bj>';
  expect(textOf(out)).toBe(
    `Resent-To: q@r.s\nX: y\nResent-Message-Id: ${id}\n` +
      'Resent-Date: Mon, 11 Feb 2008 10:05:12 +0100 (WAT)\nResent-From: MAILER-DAEMON\n\nb\n',
  );
  expect(out.logs).toEqual([`5464EAC0B1: resent-message-id=${id}`, '5464EAC0B1: message-id=<>']);
});

test('postconf(5) header_from_format: the full name in From:', () => {
  const from = (name: string, settings = stock) =>
    /^From: .*$/m.exec(
      textOf(drive(settings, [open({ senderFullName: name }), recipient('b@c.d'), chunk('\nb\n'), close])),
    )?.[0];
  expect(from('plain  name')).toBe('From: plain name <ann@a.example>');
  expect(from('J. "Q" Doe')).toBe('From: "J. \\"Q\\" Doe" <ann@a.example>');
  expect(from('evil\nBcc: x')).toBe('From: "evil Bcc: x" <ann@a.example>');
  expect(from('')).toBe('From: ann@a.example');
  expect(from('Ann Fine', settingsWith('', '2.3'))).toBe('From: ann@a.example (Ann Fine)');
});

test('postconf(5) message_drop_headers: Bcc and others are taken out, and count as seen', () => {
  const text = 'Bcc: x@y.z\nReturn-Path: <z@y>\nContent-Length: 7\nResent-Bcc: q@q.q\nSubject: s\n\nb\n';
  expect(textOf(pick(text))).not.toMatch(/Bcc|Return-Path|Content-Length/);
  expect(textOf(pick(text))).toContain('Resent-From: ann');
  expect(textOf(pick(text, settingsWith('message_drop_headers =')))).toContain('Bcc: x@y.z');
});

test('trivial-rewrite(8): header addresses are completed and folded for local mail only', () => {
  const text =
    'To: root, "Doe, J" <jd>\nCc : x\nFrom: me@here.test (comment (nested)), another.person.with.long.name' +
    '@some.domain.example, third\nSubject: a b\n\nb\n';
  expect(textOf(pick(text)).split('\n').slice(2, 7)).toEqual([
    'To: root@gouv.bj, "Doe, J" <jd@gouv.bj>',
    'Cc: x@gouv.bj',
    'From: me@here.test (comment (nested)),',
    '\tanother.person.with.long.name@some.domain.example, third@gouv.bj',
    'Subject: a b',
  ]);
  const remote = drive(stock, [open({ rewriteContext: 'remote' }), recipient('b@c.d'), chunk(text), close]);
  expect(textOf(remote)).toBe(text.replace('Cc : x', 'Cc: x'));
});

test('trivial-rewrite(8): text before its answer is kept, its death refuses the message', () => {
  const text = 'To: root\n\none\n';
  const notes = [open(), recipient('b@c.d'), prepend(RECEIVED), chunk(text), chunk('two\n'), close];
  const out = drive(stock, notes, { lateRewrite: true });
  expect(textOf(out)).toMatch(/To: root@gouv\.bj\n(.*\n)*\none\ntwo\n$/);
  const zone = { offsetMinutes: 0, name: 'UTC' };
  const birth = { process: 'cleanup:1', pid: 7, service: 'cleanup', services: [], seed: 1, zone };
  let { state } = cleanupDaemon.start({ settings: stock, ...birth, at: AT }, AT);
  const file = {
    type: 'file.created',
    file: 'queue',
    path: 'incoming/1.7',
    device: 1,
    inode: 9,
    at: AT,
  } as const;
  const died = { type: 'master.childDied', service: 'rewrite', process: 'rewrite', reason: 'x' } as const;
  const said = { from: 'smtpd:1', at: AT };
  const renamed = { type: 'file.renamed', from: 'a', to: 'b', at: AT } as const;
  let last: readonly { readonly type: string }[] = [];
  for (const event of [
    { ...open(), ...said },
    file,
    renamed,
    { ...chunk(text), ...said },
    { ...died, ...said },
  ])
    ({ state, effects: last } = cleanupDaemon.step(state, event));
  expect(last.map(({ type }) => type)).toEqual(['file.close', 'file.remove', 'send', 'exit']);
});

test('postconf(5) hopcount_limit: Received lines count, the one of this hop too', () => {
  const lines = (count: number) => `${'Received: x\n'.repeat(count)}Message-Id: <q>\n\nb\n`;
  expect(pick(lines(48)).done?.status).toBe('ok');
  const out = pick(lines(60));
  expect([out.done?.status, out.removed]).toEqual(['hops', true]);
  expect(out.logs).toEqual(['warning: 5464EAC0B1: message rejected: hopcount exceeded']);
  expect(pick(lines(49)).done?.status).toBe('hops');
});

test('cleanup(8): a NUL ends a line of a header, but none of the text', () => {
  const text = 'X-Nul: a\0b\n folded\nMessage-Id: <1@a>\0<2@b>\nTo: b@c.d\0, e@f.g\n\na\0b\n';
  const out = drive(stock, [open({ rewriteContext: 'remote' }), recipient('b@c.d'), chunk(text), close]);
  expect(textOf(out)).toBe('X-Nul: a\n folded\nMessage-Id: <1@a>\nTo: b@c.d\n\na\0b\n');
  expect(out.logs).toContain('5464EAC0B1: message-id=<1@a>');
});
