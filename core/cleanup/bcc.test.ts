import { expect, test } from 'vitest';
import { chunk, close, drive, open, recipient, recordsOf, settingsWith } from './drive.ts';

const LINES = `always_bcc = all
sender_bcc_maps = inline:{{ann@a.example=copy+x@c.example}}
recipient_bcc_maps = inline:{{bob@b.example=rb@x.test},{rb@x.test=never}}
`;

function sent(
  lines: string,
  more: Parameters<typeof open>[0] = {},
  whom = ['bob@b.example', 'cy@b.example'],
) {
  const notes = [open(more), ...whom.map((one) => recipient(one)), chunk('Received: x\n\nb\n'), close];
  return drive(settingsWith(lines), notes);
}

function envelope(out: ReturnType<typeof sent>): string[] {
  return recordsOf(out).filter((one) => /^[SORMX]|^A(notify|dsn|encoding|client_name)/.test(one));
}

test('postconf(5) sender_bcc_maps, recipient_bcc_maps, always_bcc: each in its place, nobody hears of them', () => {
  const out = sent(LINES);
  expect(envelope(out)).toEqual([
    ...['Sann@a.example', 'Anotify_flags=1', 'Ocopy+x@c.example', 'Rcopy+x@c.example'],
    ...['Adsn_orig_rcpt=rfc822;bob@b.example', 'Obob@b.example', 'Rbob@b.example'],
    ...['Anotify_flags=1', 'Orb@x.test', 'Rrb@x.test'],
    ...['Adsn_orig_rcpt=rfc822;cy@b.example', 'Ocy@b.example', 'Rcy@b.example', 'M', 'X'],
    ...['Anotify_flags=1', 'Oall@gouv.bj', 'Rall@gouv.bj'],
  ]);
  expect(recordsOf(out)[0]).toMatch(/^C +\d+ +\d+ +5 +0 /);
});

test('postconf(5) sender_bcc_maps: the copy follows the sender also in the envelope of a network client', () => {
  const client = { ...{ name: 'c', reverseName: 'c', address: '192.0.2.1' }, protocol: 'SMTP' } as const;
  const out = sent(LINES, {
    origin: 'smtpd',
    client: { ...client, addressFamily: 'inet' },
    encoding: '8bit',
  });
  expect(envelope(out).slice(0, 6)).toEqual([
    ...['Sann@a.example', 'Anotify_flags=1', 'Ocopy+x@c.example', 'Rcopy+x@c.example'],
    ...['Aencoding=8bit', 'Aclient_name=c'],
  ]);
});

test('postconf(5) always_bcc: the duplicate filter knows copies, virtual(5) applies to them', () => {
  const lines = 'always_bcc = list\nvirtual_alias_maps = inline:{{list@gouv.bj=x@x.test, y@x.test}}\n';
  const out = sent(`${lines}recipient_bcc_maps = static:list\n`);
  expect(envelope(out).filter((one) => one.startsWith('R'))).toEqual([
    ...['Rbob@b.example', 'Rx@x.test', 'Ry@x.test', 'Rcy@b.example'],
  ]);
});

test('postconf(5) always_bcc: notices of the mail system itself are not copied, nor is mail for nobody', () => {
  expect(envelope(sent(LINES, { origin: 'bounce' })).filter((one) => one === 'Anotify_flags=1')).toEqual([]);
  expect(sent(LINES, {}, []).done?.status).toBe('norcpt');
  expect(envelope(sent(LINES, { sender: '' })).filter((one) => one.startsWith('Rcopy'))).toEqual([]);
});

test('virtual(5): a copy for an alias without end puts the message off, with the reason', () => {
  const out = sent(
    'always_bcc = a@x.test\nvirtual_alias_maps = inline:{a@x.test=b@x.test b@x.test=a@x.test}\n',
  );
  expect(out.done).toMatchObject({ status: 'map', reason: '4.6.0 Alias expansion error' });
});

test('cleanup(8): after an error no recipient is looked at any more', () => {
  const lines = 'sender_bcc_maps = fail:x\nrecipient_bcc_maps = fail:x\nvirtual_alias_maps = fail:x\n';
  expect(sent(lines).logs.filter((line) => line.startsWith('warning: ')).length).toBe(1);
  expect(sent('recipient_bcc_maps = fail:x\n').logs.length).toBe(1);
});

test.each(['sender_bcc_maps', 'recipient_bcc_maps'])(
  'postconf(5) %s: a table that fails puts mail off',
  (maps) => {
    const out = sent(`${maps} = fail:x\n`);
    expect([out.done?.status, out.removed]).toEqual(['map', true]);
    expect(out.logs[0]).toBe(
      `warning: 5464EAC0B1: ${maps} map lookup problem -- message not accepted, try again later`,
    );
  },
);

test('postconf(5) recipient_bcc_maps: an entry without an address is warned of first', () => {
  const logs = sent('recipient_bcc_maps = inline:{{bob@b.example=}}\n').logs.slice(0, 2);
  expect(logs[0]).toMatch(/^warning: recipient_bcc_maps lookup of \S+ returns an empty string result$/);
  expect(logs[1]).toBe('warning: recipient_bcc_maps should return NO RESULT in case of NOT FOUND');
});
