/**
 * generate-rewriting - sessions with servers that rewrite addresses by random rules: canonical, virtual,
 * masquerading, blind copies, and how incomplete and routed addresses are read.
 *
 * A seed is a configuration and a session with it, for ever. Rules for smtpd(8), cleanup(8) and
 * trivial-rewrite(8), which the oracle has for each configuration; not those of qmgr(8), which it shares.
 */
import { createDice } from '#sim';
import { type Chance, happens, pick } from './chance.ts';
import type { Dialogue, Step } from './dialogue.ts';

const KEYS = [
  ...['ann@example.org', 'ann', 'bob', 'bob@example.org', '@example.org', '@old.example', 'old@old.example'],
  ...[
    'ann+x@example.org',
    'alice@client.example',
    '@client.example',
    'team@example.org',
    'x@mail.example.org',
  ],
];
const TARGETS = [
  ...['ann', 'bob@example.org', 'bob', 'ann@example.org', '@example.org', 'postmaster@example.org'],
  ...['ann+y@example.org', 'nobody@example.org', '@mail.example.org', 'team', 'carl@h.client.example'],
];

function table(chance: Chance, values: () => string): string {
  const keys = new Set(Array.from({ length: 1 + chance.dice.below(3) }, () => pick(chance, KEYS)));
  return `inline:{${[...keys].map((key) => `{${key} = ${values()}}`).join(', ')}}`;
}

function settings(chance: Chance): readonly string[] {
  const one = () => pick(chance, TARGETS);
  const some = () => Array.from({ length: 1 + chance.dice.below(3) }, one).join(' ');
  const lines: string[] = [];
  const maybe = (percent: number, line: () => string) => {
    if (happens(chance, percent)) lines.push(line());
  };
  maybe(40, () => `canonical_maps = ${table(chance, one)}`);
  maybe(25, () => `sender_canonical_maps = ${table(chance, one)}`);
  maybe(25, () => `recipient_canonical_maps = ${table(chance, one)}`);
  maybe(50, () => `virtual_alias_maps = ${table(chance, some)}`);
  maybe(30, () => 'virtual_alias_domains = old.example');
  maybe(25, () => `recipient_bcc_maps = ${table(chance, one)}`);
  maybe(20, () => `sender_bcc_maps = ${table(chance, one)}`);
  maybe(15, () => 'always_bcc = bob');
  maybe(30, () => `masquerade_domains = ${pick(chance, ['example.org', '!mail.example.org example.org'])}`);
  maybe(15, () => 'masquerade_classes = envelope_sender, envelope_recipient');
  maybe(15, () => 'masquerade_exceptions = x, ann');
  maybe(20, () => 'swap_bangpath = no');
  maybe(20, () => 'allow_percent_hack = no');
  maybe(20, () => 'append_dot_mydomain = yes');
  maybe(20, () => `propagate_unmatched_extensions = ${pick(chance, ['canonical', 'virtual', ''])}`);
  maybe(30, () => 'local_header_rewrite_clients = static:all');
  maybe(15, () => 'remote_header_rewrite_domain = far.example');
  return lines;
}

const SENDERS = [
  'alice@client.example',
  'alice@client.example',
  'x@mail.example.org',
  '',
  'ann',
  'old@old.example',
];
const RECIPIENTS = [
  ...['ann@example.org', 'bob', 'ann+x@example.org', 'old@old.example', 'team@example.org', 'postmaster'],
  ...[
    'example.org!ann',
    'ann%example.org',
    'bob@mail',
    'x@mail.example.org',
    'ann+X+y',
    '@localhost:bob@localhost',
  ],
];
const HEADERS = [
  ...['From: Alice <alice@client.example>', 'From: ann', 'From: x@mail', 'To: bob, old@old.example'],
  ...['Cc: "A B" <ann+x@example.org>', 'To: ann@mail.example.org (Ann)', 'Reply-To: a%example.org'],
];

const send = (bytes: string): Step => ({ type: 'send', bytes, split: false });

/** A configuration and a session from a seed, without what the server says. */
export function generateRewriting(seed: number): Dialogue {
  const chance: Chance = { dice: createDice(seed), faults: 0 };
  const lines = settings(chance);
  const steps = [send('EHLO client.example\r\n')];
  for (let left = 1 + chance.dice.below(2); left > 0; left -= 1) {
    steps.push(send(`MAIL FROM:<${pick(chance, SENDERS)}>\r\n`));
    for (let more = 1 + chance.dice.below(3); more > 0; more -= 1)
      steps.push(send(`RCPT TO:<${pick(chance, RECIPIENTS)}>\r\n`));
    const headers = new Set(Array.from({ length: 1 + chance.dice.below(3) }, () => pick(chance, HEADERS)));
    steps.push(send('DATA\r\n'), send(`${[...headers].join('\r\n')}\r\n\r\ntext\r\n.\r\n`), send('RSET\r\n'));
  }
  steps.push(send('QUIT\r\n'));
  return { name: `rewriting, seed ${seed}`, profile: '3.x', settings: lines, steps };
}
