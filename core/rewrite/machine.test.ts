import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { Note } from '../kernel/notes.ts';
import { templateOf } from '../kernel/words.ts';
import { rewriteDaemon } from './daemon.ts';
import { words as english } from './words.en.ts';
import { words as french } from './words.fr.ts';

const AT = Date.UTC(2008, 1, 11, 9, 5);

function settings(text: string) {
  return makeSettings({ mainCf: parseMainCf(text, 'main.cf', '2.3').entries, profile: '2.3' });
}

const stock = settings(`myhostname = mail.gouv.bj
myorigin = gouv.bj
mydestination = gouv.bj, both.example
virtual_alias_domains = both.example, alias.example
virtual_mailbox_domains = box.example
relay_domains = relay.example
relocated_maps = inline:{old@gouv.bj=new@gouv.bj}
`);

function born(with_ = stock) {
  const birth = { process: 'rewrite', pid: 7, service: 'rewrite', services: ['local'], seed: 1 };
  const zone = { offsetMinutes: 60, name: 'WAT' };
  return rewriteDaemon.start({ settings: with_, ...birth, zone, at: AT }, AT).state;
}

function ask(note: Note, state = born()) {
  return rewriteDaemon.step(state, { ...note, from: 'smtpd:3', at: AT } as WorldEvent);
}

const resolve = (address: string) => ({ type: 'rewrite.resolve', token: 't1', sender: '', address }) as const;

test('trivial-rewrite(8): every address of a request comes back in its place, to the one who asked', () => {
  const addresses = ['espera', 'a@b.example', ''];
  const { effects } = ask({ type: 'rewrite.rewrite', token: 't9', context: 'local', addresses });
  const note = { type: 'rewrite.rewritten', token: 't9', addresses: ['espera@gouv.bj', 'a@b.example', ''] };
  expect(effects).toEqual([{ type: 'send', to: 'smtpd:3', note }]);
});

test('trivial-rewrite(8): addresses that come quoted go back quoted', () => {
  const request = { type: 'rewrite.rewrite', token: 't9', context: 'local', form: 'external' } as const;
  const { effects } = ask({ ...request, addresses: ['"a@b"', '"a b"@c.example'] });
  const note = { type: 'rewrite.rewritten', token: 't9', addresses: ['"a@b"@gouv.bj', '"a b"@c.example'] };
  expect(effects).toEqual([{ type: 'send', to: 'smtpd:3', note }]);
});

test('postconf(5) mydestination: a domain in two lists is resolved and warned about', () => {
  const { effects } = ask(resolve('x@both.example'));
  expect(effects[0]).toMatchObject({ to: 'smtpd:3', note: { type: 'rewrite.resolved', transport: 'local' } });
  const text = 'do not list domain both.example in BOTH mydestination and virtual_alias_domains';
  expect(effects.slice(1)).toEqual([{ type: 'log', level: 'warning', text }]);
});

test.each([
  ['x@1.2.3.4', 'syntaxIsBad'],
  ['old@gouv.bj', 'mustReturn'],
  ['x@alias.example', 'mustReturn'],
  ['x@gouv.bj', 'isLocal'],
  ['x@box.example', 'isVirtualMailbox'],
  ['x@relay.example', 'isRelay'],
  ['x@far.example', undefined],
])('trivial-rewrite(8): %s takes the row %s, which has words in both languages', (address, guard) => {
  const { rows } = ask(resolve(address));
  expect(rows.map((row) => row.guard)).toEqual([guard]);
  for (const row of rows) for (const words of [english, french]) expect(templateOf(words, row)).toBeTruthy();
});

test('trivial-rewrite(8) DIAGNOSTICS: a table that fails is logged, and the answer says "later"', () => {
  const { effects, rows } = ask(resolve('x@y.example'), born(settings('transport_maps = fail:x\n')));
  expect(rows[0]?.guard).toBe('lookupFails');
  expect(effects[0]).toMatchObject({ note: { failed: 'lookup', because: { parameter: 'transport_maps' } } });
  expect(effects[1]).toEqual({
    ...{ type: 'log', level: 'warning', text: 'transport_maps lookup failure' },
    because: { parameter: 'transport_maps' },
  });
});

test('trivial-rewrite(8): takes the new configuration', () => {
  const changed = settings('mydestination = far.example\n');
  const { state } = rewriteDaemon.step(born(), { type: 'settings.changed', settings: changed, at: AT });
  expect(ask(resolve('x@far.example'), state).rows[0]?.guard).toBe('isLocal');
});
