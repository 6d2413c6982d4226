import { expect, test } from 'vitest';
import { chunk, close, drive, open, recipient, recordsOf, settingsWith, textOf } from './drive.ts';
import { finalForm, masquerade } from './masquerade.ts';

function masked(lines: string, address: string): string | undefined {
  return masquerade(settingsWith(lines), address, 'header_sender').addresses[0];
}

test('postconf(5) masquerade_domains: the host part goes; the first item that fits decides', () => {
  expect(masked('masquerade_domains = Example.com\n', 'ann@Host.EXAMPLE.com')).toBe('ann@example.com');
  expect(masked('masquerade_domains = example.com\n', 'ann@Example.com')).toBe('ann@Example.com');
  expect(masked('masquerade_domains = example.com\n', 'ann@hostexample.com')).toBe('ann@hostexample.com');
  const both = 'masquerade_domains = a.example.com example.com\n';
  expect(masked(both, 'ann@h.a.example.com')).toBe('ann@a.example.com');
  expect(masked('masquerade_domains = example.com a.example.com\n', 'ann@h.a.example.com')).toBe(
    'ann@example.com',
  );
  expect(masked(both, 'ann')).toBe('ann');
});

test('postconf(5) masquerade_domains: `!` spares a domain and what is below it', () => {
  const lines = 'masquerade_domains = !a.example.com !!b.example.com ! example.com\n';
  expect(masked(lines, 'ann@h.a.example.com')).toBe('ann@h.a.example.com');
  expect(masked(lines, 'ann@a.example.com')).toBe('ann@a.example.com');
  expect(masked(lines, 'ann@h.b.example.com')).toBe('ann@b.example.com');
  expect(masked(lines, 'ann@h.c.example.com')).toBe('ann@example.com');
});

test('postconf(5) masquerade_exceptions: some users keep their host; a table that fails puts mail off', () => {
  const lines = 'masquerade_domains = example.com\nmasquerade_exceptions = root inline:{adm=x}\n';
  expect(masked(lines, 'ROOT@h.example.com')).toBe('ROOT@h.example.com');
  expect(masked(lines, 'adm@h.example.com')).toBe('adm@h.example.com');
  expect(masked(lines, '"root"@h.example.com')).toBe('"root"@example.com');
  const failing = 'masquerade_domains = example.com\nmasquerade_exceptions = fail:x\n';
  expect(masquerade(settingsWith(failing), 'ann@h.example.com', 'header_sender')).toEqual({
    addresses: ['ann@h.example.com'],
    warning: 'masquerade_exceptions map lookup problem -- message not accepted, try again later',
    failed: 'lookup',
    causes: [{ parameter: 'masquerade_exceptions' }],
  });
});

test('postconf(5) masquerade_classes: which addresses; canonical(5) comes first', () => {
  const lines =
    'masquerade_domains = a.example\ncanonical_maps = inline:{{ann@h.b.example=joe@h.a.example}}\n';
  const notes = [
    ...[open({ sender: 'ann@h.b.example' }), recipient('bob@h.a.example')],
    chunk('Received: x\nFrom: ann@h.b.example\nTo: "a b"@H.a.example, <bob@h.a.example>\n\n'),
    close,
  ];
  const stock = drive(settingsWith(lines), notes);
  expect(recordsOf(stock).filter((one) => /^[SR]/.test(one))).toEqual(['Sjoe@a.example', 'Rbob@h.a.example']);
  expect(textOf(stock)).toContain('From: joe@a.example\nTo: "a b"@a.example, <bob@a.example>\n');
  const all = settingsWith(`${lines}masquerade_classes = envelope_recipient, header_sender\n`);
  const other = drive(all, notes);
  expect(recordsOf(other).filter((one) => /^[SOR]/.test(one))).toEqual([
    ...['Sjoe@h.a.example', 'Obob@h.a.example', 'Rbob@a.example'],
  ]);
  expect(textOf(other)).toContain('From: joe@a.example\nTo: "a b"@H.a.example, <bob@h.a.example>\n');
  expect(finalForm(all, 'a b@h.a.example', 'envelope_recipient').addresses).toEqual(['a b@a.example']);
});
