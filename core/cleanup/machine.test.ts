import fc from 'fast-check';
import { expect, test } from 'vitest';
import { templateOf } from '../kernel/words.ts';
import { parseQueueFile } from '../mail/queue-file.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { cleanupDaemon } from './daemon.ts';
import {
  chunk,
  close,
  drive,
  open,
  pick,
  prepend,
  RECEIVED,
  recipient,
  recordsOf,
  settingsWith,
  textOf,
} from './drive.ts';
import { moment } from './file.ts';
import { words as english } from './words.en.ts';
import { words as french } from './words.fr.ts';

const stock = settingsWith();

test('cleanup(8): the queue file of a local message, record by record as Postfix 3.7 writes it', () => {
  const notes = [
    open({ sender: 'bob@gouv.bj', senderFullName: 'Doe % x', encoding: '8bit' }),
    recipient('carl@gouv.bj', { original: 'carl', notify: 10 }),
    prepend(RECEIVED),
    chunk('\nbody\n'),
    close,
  ];
  const out = drive(stock, notes);
  expect(out.path).toBe('incoming/5464EAC0B1');
  expect(recordsOf(out)).toEqual([
    'C            203             274               1              20             203               0',
    'T1202720712 345678',
    'Acreate_time=1202720712',
    'Arewrite_context=local',
    'FDoe % x',
    'Sbob@gouv.bj',
    'Aencoding=8bit',
    'Anotify_flags=10',
    'Adsn_orig_rcpt=rfc822;carl@gouv.bj',
    'Ocarl',
    'Rcarl@gouv.bj',
    'M',
    'NReceived: by mail.gouv.bj (Postfix, from userid 0)',
    'N\tid X; then',
    'NMessage-Id: <20080211090512.5464EAC0B1@mail.gouv.bj>',
    'NDate: Mon, 11 Feb 2008 10:05:12 +0100 (WAT)',
    'NFrom: "Doe % x" <bob@gouv.bj>',
    'N',
    'Nbody',
    'X',
    'Aencoding=8bit',
    'E',
  ]);
  expect(out.logs).toEqual(['5464EAC0B1: message-id=<20080211090512.5464EAC0B1@mail.gouv.bj>']);
});

test('RFC 5321 §6.1: whole, marked complete and durable before anyone is told', () => {
  const out = pick('Subject: s\n\nb\n');
  const told = out.order.indexOf('cleanup.done');
  for (const first of ['file.write', 'file.mode', 'file.sync'])
    expect(out.order.indexOf(first), first).toBeLessThan(told);
  expect(out.order.lastIndexOf('file.append')).toBeLessThan(out.order.indexOf('file.mode'));
  expect([out.mode, out.synced, out.done?.status, out.woken, out.exited, out.removed]).toEqual([
    ...[0o700, true, 'ok', true, true, false],
  ]);
});

test.each(['file.append', 'file.write', 'file.mode', 'file.sync'])(
  'RFC 5321 §4.2.5: when %s fails the message is refused and the file goes',
  (operation) => {
    const out = pick('Subject: s\n\nb\n', stock, { failing: { [operation]: 'ENOSPC' } });
    expect([out.done?.status, out.removed, out.woken, out.exited]).toEqual(['write', true, false, true]);
    expect(out.logs).toContain('warning: 5464EAC0B1: write queue file: No space left on device');
  },
);

test('RFC 5321 §4.2.5: no queue file can be made, and nobody else’s is removed', () => {
  const out = pick('b\n', stock, { failing: { 'file.create': 'EACCES' } });
  expect([out.done?.status, out.exited]).toEqual(['write', true]);
  expect(out.order).not.toContain('file.remove');
  expect(pick('b\n', stock, { failing: { 'file.create': 'EEXIST' } }).done?.status).toBe('write');
});

test('cleanup(8): the client goes away, the file goes too', () => {
  const notes = [open(), recipient('bob@b.example'), chunk('half'), { type: 'cleanup.abort' } as const];
  const out = drive(stock, notes);
  expect([out.removed, out.exited, out.done, out.woken]).toEqual([true, true, undefined, false]);
});

test('postconf(5) message_size_limit: the whole queue file counts', () => {
  const settings = settingsWith('message_size_limit = 2000');
  expect(pick(`\n${'x'.repeat(1200)}\n`, settings).done?.status).toBe('ok');
  const out = pick(`\n${'x'.repeat(1700)}\n`, settings);
  expect([out.done?.status, out.removed, out.synced]).toEqual(['toobig', true, false]);
  expect(out.logs.at(-1)).toBe('warning: 5464EAC0B1: queue file size limit exceeded');
  expect(pick(`${'X: yyyyyyyyy\n'.repeat(1000)}`, settings).done?.status).toBe('toobig');
});

test('sendmail(1) -t: recipients behind the text are written behind it', () => {
  const notes = [open(), prepend(RECEIVED), chunk('Content-Transfer-Encoding: 8bit\n\nb\n')];
  const out = drive(stock, [...notes, recipient('q@r.s', { original: 'q' }), close]);
  expect(recordsOf(out).slice(-6)).toEqual([
    ...['X', 'Aencoding=8bit', 'Adsn_orig_rcpt=rfc822;q@r.s', 'Oq', 'Rq@r.s', 'E'],
  ]);
  expect(drive(stock, [...notes, close]).done?.status).toBe('norcpt');
});

test('postconf(5) delay_warning_time, empty_address_recipient, duplicate_filter_limit: records', () => {
  const settings = settingsWith('delay_warning_time = 1h');
  const twice = [recipient('A@b.example', { original: 'a' }), recipient('a@b.example', { original: 'A' })];
  const out = drive(settings, [open(), ...twice, recipient(''), chunk('\n'), close]);
  expect(recordsOf(out).filter((record) => /^[WR]/.test(record))).toEqual([
    ...['W     1202724312', 'RA@b.example', 'RMAILER-DAEMON@gouv.bj'],
  ]);
  const bounce = drive(settings, [
    open({ origin: 'bounce', sender: '' }),
    recipient('a@b.c'),
    chunk('\n'),
    close,
  ]);
  expect(recordsOf(bounce).slice(1, 7)).toEqual([
    ...['T1202720712 345678', 'Acreate_time=1202720712', 'Alog_message_origin=local', 'Atrace_flags=0', 'S'],
    'Adsn_orig_rcpt=rfc822;a@b.c',
  ]);
});

test('cleanup(8): many recipients are written in batches, and each is there', () => {
  const names = Array.from({ length: 450 }, (_, index) => `user${index}@b.example`);
  const out = drive(stock, [open(), ...names.map((name) => recipient(name)), chunk('\nb\n'), close]);
  const file = parseQueueFile(out.bytes);
  expect(file.recipients.map(({ address }) => address)).toEqual(names);
  expect(file.sizeFields?.recipientCount).toBe(450);
  expect(recordsOf(out).filter((record) => record.startsWith('S'))).toEqual(['Sann@a.example']);
  expect(out.order.filter((type) => type === 'file.append').length).toBeLessThan(10);
});

const line = fc.oneof(
  fc.constantFrom(
    'Subject: s',
    ' folded',
    'To: root, a b <x@y>, "',
    'From: (((',
    'Received: x',
    '',
    'body',
    '\tx',
  ),
  fc.string({ maxLength: 60, unit: 'binary' }),
  fc.constantFrom(
    'Message-Id: <x',
    'To: g:a,b;',
    'Bcc',
    'Cc : z\0@',
    `X: ${'y'.repeat(5000)}`,
    'Resent-Cc: ,,<>;:',
  ),
);
const hostile = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'));

test('cleanup(8): seconds and microseconds survive the fraction of a double', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), fc.nat(999_999), (sec, usec) => {
      expect(moment(sec * 1000 + usec / 1000)).toEqual({ sec, usec });
    }),
    { seed: 6, numRuns: 300 },
  );
});

test('cleanup(8): a text in any pieces gives the same queue file', () => {
  fc.assert(
    fc.property(hostile, fc.array(fc.nat(400), { maxLength: 6 }), fc.boolean(), (text, cuts, lateRewrite) => {
      const bytes = latin1ToBytes(text);
      const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const pieces = at.slice(1).map((end, index) => chunk(bytes.slice(at[index], end)));
      const head = [open(), recipient('b@c.d'), prepend(RECEIVED)];
      const whole = drive(stock, [...head, chunk(bytes), close]);
      const split = drive(stock, [...head, ...pieces, close], { lateRewrite });
      expect(recordsOf(split)).toEqual(recordsOf(whole));
    }),
    { seed: 1, numRuns: 150 },
  );
});

test('cleanup(8): hostile headers never throw; the file parses and keeps the body', () => {
  fc.assert(
    fc.property(hostile, fc.string({ maxLength: 300, unit: 'binary' }), (header, body) => {
      const tail = `\n\n${latin1(body)}\n`;
      const remote = open({ rewriteContext: 'remote' });
      const out = drive(settingsWith('cleanup_replace_stray_cr_lf = no'), [
        ...[remote, recipient('b@c.d'), prepend(RECEIVED), chunk(latin1(header) + tail), close],
      ]);
      const file = parseQueueFile(out.bytes);
      expect([out.done?.status, file.problems, file.complete]).toEqual(['ok', [], true]);
      expect(textOf(out).endsWith(tail)).toBe(true);
      expect(pick(header).done?.status).toBe('ok');
    }),
    { seed: 2, numRuns: 150 },
  );
});

function latin1(text: string): string {
  return text.replace(/[^\0-\xff]/g, '?');
}

test('words: every row of the chart has a sentence in both languages', () => {
  for (const [name, state] of Object.entries(cleanupDaemon.chart.states)) {
    for (const [event, rows] of state.transitions) {
      for (const { guard } of rows) {
        const kind =
          typeof guard === 'string' ? guard : (guard as { readonly type?: string } | undefined)?.type;
        const row = { state: name, event, index: 0, ...(kind === undefined ? {} : { guard: kind }) };
        for (const words of [english, french])
          expect(templateOf(words, row), `${name} ${event} ${kind}`).toBeTruthy();
      }
    }
  }
});
