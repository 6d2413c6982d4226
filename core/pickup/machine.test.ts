import { expect, test } from 'vitest';
import type { Account } from '../config/accounts.ts';
import { templateOf } from '../kernel/words.ts';
import { encodeRecords } from '../mail/queue-records.ts';
import { bytesToLatin1, concatBytes } from '../wire/bytes.ts';
import { pickupDaemon } from './daemon.ts';
import {
  AT,
  accounts,
  born,
  content,
  done,
  entry,
  fed,
  letter,
  listed,
  loaded,
  logs,
  notes,
  opened,
  rewritten,
  wakeup,
} from './drive.ts';
import { maildropFile } from './maildrop-file.ts';
import { words as english } from './words.en.ts';
import { words as french } from './words.fr.ts';

test('pickup(8): a file goes to cleanup, and is removed only when that is durable', () => {
  const process = born();
  expect(process.say(wakeup)).toEqual([{ type: 'dir.list', path: 'maildrop', depth: 0 }]);
  expect(process.say(listed(entry('1A2B3C4')))).toMatchObject([
    { type: 'file.read', path: 'maildrop/1A2B3C4' },
  ]);
  expect(notes(process.say(loaded()))).toEqual([
    { type: 'rewrite.rewrite', token: 'envelope', context: 'local', addresses: ['espera', 'bob'] },
  ]);
  const [open] = notes(process.say(rewritten));
  expect(open).toMatchObject({
    type: 'cleanup.open',
    origin: 'pickup',
    sender: 'espera@gouv.bj',
    senderFullName: 'E',
  });
  expect((open as { arrivalAt: number }).arrivalAt).toBeCloseTo(AT - 50, 2);
  expect(logs(process.say(opened))).toEqual(['5F40790ADB: uid=1001 from=<espera>']);
  const given = notes(process.say(loaded()));
  expect(given.map(({ type }) => type)).toEqual([
    ...['cleanup.recipient', 'cleanup.prepend', 'cleanup.chunk', 'cleanup.close'],
  ]);
  expect(given[0]).toMatchObject({ address: 'bob@gouv.bj', original: 'bob', notify: 2, orcpt: '' });
  expect(process.say(done('ok'))).toEqual([{ type: 'file.remove', path: 'maildrop/1A2B3C4' }]);
  process.say({ type: 'file.removed', path: 'maildrop/1A2B3C4' });
  expect(process.stateName()).toBe('idle');
});

test('RFC 5321 §4.4: Received: names the user’s number; a blank at the beginning cannot continue it', () => {
  const text = fed().given.map((note) => ('bytes' in note ? bytesToLatin1(note.bytes) : ''));
  expect(text[1]).toBe(
    'Received: by mail.gouv.bj (Postfix, from userid 1001)\n' +
      '\tid 5F40790ADB; Mon, 11 Feb 2008 10:05:12 +0100 (WAT)\n',
  );
  expect(text[2]).toBe('\n leading\n\nbody\n');
});

test('pickup(8): files that are incomplete, oddly named or too big are not opened', () => {
  const process = born();
  process.say(wakeup);
  const entries = [
    entry('1.77', {}),
    entry('AAAAAAA', { mode: 0o600 }),
    entry('BBBBBBB', { sizeBytes: 9000 }),
  ];
  expect(process.say(listed(...entries))).toEqual([
    { type: 'log', level: 'warning', text: 'maildrop/BBBBBBB: message file too big' },
  ]);
  expect(process.stateName()).toBe('idle');
});

test('pickup(8): one file at a time, oldest first; a wake-up meanwhile means one more look', () => {
  const process = born();
  process.say({ type: 'master.start' });
  const entries = [entry('AAAAAAA'), entry('BBBBBBB', { modifiedAt: AT - 1000 })];
  expect(process.say(listed(...entries))).toMatchObject([{ path: 'maildrop/BBBBBBB' }]);
  process.say(wakeup);
  process.say(wakeup);
  expect(process.say({ type: 'file.failed', operation: 'file.read', code: 'ENOENT' })).toMatchObject([
    { path: 'maildrop/AAAAAAA' },
  ]);
  expect(process.say({ type: 'file.failed', operation: 'file.read', code: 'ENOENT' })).toMatchObject([
    { type: 'dir.list' },
  ]);
  expect(process.say(listed())).toEqual([]);
  expect(process.stateName()).toBe('idle');
});

test.each(['write', 'map', 'internal'])(
  'pickup(8) DIAGNOSTICS: after %s the file stays, and a trigger does not bring it back at once',
  (status) => {
    const process = fed();
    const effects = process.say(done(status));
    expect(effects).toMatchObject([{ type: 'log', level: 'warning' }]);
    expect(logs(effects)[0]).toMatch(/^maildrop\/1A2B3C4: error writing 5F40790ADB: [a-z ]+$/);
    process.say(wakeup, AT + 1000);
    expect(process.say(listed(entry('1A2B3C4')), AT + 1000)).toEqual([]);
    process.say(wakeup, AT + 60_000);
    expect(process.say(listed(entry('1A2B3C4')), AT + 60_000)).toMatchObject([{ type: 'file.read' }]);
  },
);

test('postdrop(1): a file with records that do not belong there goes, with a warning', () => {
  const process = born();
  process.say(wakeup);
  process.say(listed(entry('1A2B3C4')));
  const odd = encodeRecords([
    ['T', '1 1'],
    ['S', 'a'],
    ['N', 'x'],
    ['M', ''],
    ['X', ''],
    ['E', ''],
  ]);
  expect(process.say(loaded(odd))).toEqual([
    { type: 'log', level: 'warning', text: 'uid=1001: unexpected or malformed record type 78' },
    { type: 'file.remove', path: 'maildrop/1A2B3C4' },
  ]);
  process.say({ type: 'file.removed', path: 'maildrop/1A2B3C4' });
  expect(process.stateName()).toBe('idle');
  const long = concatBytes([encodeRecords([['S', 'a'.repeat(3000)]]), letter]);
  process.say(wakeup);
  process.say(listed(entry('CCCCCCC')));
  expect(logs(process.say(loaded(long)))[0]).toContain('malformed record type -2');
});

test('pickup(8): a file that cannot be removed is not sent twice', () => {
  const process = fed();
  process.say(done('ok'));
  const failed = { type: 'file.failed', operation: 'file.remove', code: 'EROFS', path: 'maildrop/1A2B3C4' };
  expect(logs(process.say(failed))).toEqual(['remove maildrop/1A2B3C4: EROFS']);
  process.say(wakeup, AT + 9e9);
  expect(process.say(listed(entry('1A2B3C4')), AT + 9e9)).toEqual([]);
});

test('pickup(8): every death and every failure leaves the file where it is', () => {
  const failures: readonly (readonly [number, Record<string, unknown>])[] = [
    ...([[2, { type: 'file.failed', operation: 'file.read', code: 'EACCES' }]] as const),
    [3, { type: 'master.childDied', service: 'rewrite', process: 'rewrite', reason: 'x' }],
    ...([[4, done('write')]] as const),
    [5, { type: 'file.failed', operation: 'file.read', code: 'EIO' }],
    [5, { type: 'master.childDied', service: 'cleanup', process: 'cleanup:3', reason: 'x' }],
  ];
  const way = [wakeup, listed(entry('1A2B3C4')), loaded(), rewritten, opened];
  for (const [after, failure] of failures) {
    const process = born();
    for (const event of way.slice(0, after)) process.say(event);
    const effects = process.say(failure);
    expect(logs(effects).length, String(after)).toBe(1);
    expect(effects.some(({ type }) => type === 'file.remove')).toBe(false);
    expect(process.stateName()).toBe('idle');
    const aborted = notes(effects).some(({ type }) => type === 'cleanup.abort');
    expect(aborted).toBe(after === 5 && failure.code === 'EIO');
  }
  const process = born();
  process.say(wakeup);
  expect(logs(process.say({ type: 'file.failed', operation: 'dir.list', code: 'ENOENT' })).length).toBe(1);
});

test('postsuper(1) -r: requeued mail is logged with its old id; odd dates are remarked on', () => {
  const owner: Account | undefined = accounts.byName.get('postfix');
  expect(fed(letter, { uid: owner?.uid, mode: 0o700 }).log).toEqual([
    '5F40790ADB: uid=89 from=<espera> orig_id=1A2B3C4',
  ]);
  expect(fed(letter, { uid: owner?.uid }).log).toEqual(['5F40790ADB: uid=89 from=<espera>']);
  expect(fed(letter, { modifiedAt: AT - 3 * 86_400_000 - 5 }).log[0]).toBe(
    '5F40790ADB: message has been queued for 3 days',
  );
  expect(fed(letter, { modifiedAt: AT + 10_800_000 }).log[0]).toBe(
    '5F40790ADB: message dated 10800 seconds into the future',
  );
});

test('pickup(8): the sender in the log is quoted, and cannot break the line', () => {
  const from = (sender: string) => fed(maildropFile({ at: AT, sender, recipients: ['b'], content })).log[0];
  expect(from('')).toBe('5F40790ADB: uid=1001 from=<>');
  expect(from('a b@c')).toBe('5F40790ADB: uid=1001 from=<"a b"@c>');
  expect(from('x\ny')).toBe('5F40790ADB: uid=1001 from=<"x?y">');
});

test('words: every row of the chart has a sentence in both languages', () => {
  for (const [name, state] of Object.entries(pickupDaemon.chart.states)) {
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

test('pickup(8): a time in the future, which the sender has written, is not the time of the message', () => {
  const bytes = maildropFile({ at: AT + 1e9, sender: 'espera', recipients: ['bob'], content });
  const process = born();
  process.say(wakeup);
  process.say(listed(entry('1A2B3C4')));
  process.say(loaded(bytes));
  expect(notes(process.say(rewritten))).toMatchObject([{ type: 'cleanup.open', arrivalAt: AT }]);
});

test('postconf(5) message_size_limit: a file that its owner makes longer after it was listed is not read', () => {
  const process = born();
  process.say(wakeup);
  const limited = [{ type: 'file.read', limitBytes: 5000 }];
  expect(process.say(listed(entry('1A2B3C4')))).toMatchObject(limited);
  process.say(loaded());
  process.say(rewritten);
  expect(process.say(opened).filter(({ type }) => type === 'file.read')).toMatchObject(limited);
  expect(logs(process.say({ type: 'file.failed', path: 'maildrop/1A2B3C4', code: 'EFBIG' }))).toEqual([
    'open input file maildrop/1A2B3C4: EFBIG',
  ]);
  expect(process.stateName()).toBe('idle');
});
