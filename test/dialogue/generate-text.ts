/** generate-text - message texts for generated sessions: headers, bodies, and what should not be in them. */

import { type Chance, happens, noise, pick } from './chance.ts';
import type { Profile } from './dialogue.ts';

const HEADERS = [
  ...['Subject: hello', 'From: alice@client.example', 'To: ann@example.org', 'Cc: bob, "x y" <z@w.example>'],
  ...['Date: Mon, 02 Mar 2026 09:00:00 +0000', 'Message-Id: <1@client.example>', 'X-Folded: a\r\n b\r\n\tc'],
  ...['Bcc: x@y.example', 'Return-Path: <x@y>', 'Received: from a by b', 'Reply-To: ann', 'Sender: (c) a@b'],
  ...['Content-Type: text/plain', 'MIME-Version: 1.0', 'Resent-To: bob@example.org', 'Content-Length: 9'],
];
const ODD_HEADERS = [
  ...['Subject', 'X Y: z', ' folded first', ':', 'X:', 'Subject : blank', 'From a Mon Mar  2 09:00:00 2026'],
  ...['>From a Mon Mar  2 09:00:00 2026', 'To: <<a@b>', 'To: a b c, , ;', 'Cc: "open', 'X\0Y: z', 'To:'],
  ...['To: group: a, b@c;, d', 'From: \xe9 <a@b>', 'To: a@b (c (d) e', 'X-Long: '.padEnd(2200, 'l'), '.X: y'],
  ...[
    'To: a%b, c!d, @r:e@f',
    'From: a@b.\r\n c',
    'Received: x\r\n y',
    'Resent-From: me',
    'To: <"a b"@c>, <>',
  ],
];
/** What a text depends on. */
export interface Kind {
  readonly profile: Profile;
  /** Addresses in headers are completed. */
  readonly rewritesHeaders: boolean;
}

const NAMES = ['To', 'Cc', 'From', 'Sender', 'Reply-To', 'Resent-To', 'Message-Id', 'Subject'];
const LINES = [
  'text',
  '',
  '..',
  '..x',
  'From here',
  'two words',
  '\tindented',
  'last',
  'Subject: not a header',
];
const ODD_LINES = [
  '\xe9t\xe9',
  'a\rb',
  'c\0d',
  'x'.repeat(2100),
  'bare\nfeed',
  '.x',
  '. ',
  '\n.',
  'z'.repeat(5000),
];

function header(chance: Chance, kind: Kind): string {
  if (!happens(chance, chance.faults)) return pick(chance, HEADERS);
  if (kind.rewritesHeaders || happens(chance, 60)) return pick(chance, ODD_HEADERS);
  return `${pick(chance, NAMES)}: ${noise(chance, 12)}`;
}

/** 2.3 takes the rest of a long command line for the next one; no Postfix of today can show that. */
const LONG = 2000;

/** The bytes after DATA, with the dot that ends them. If DATA was refused they are commands. */
export function textFor(chance: Chance, kind: Kind): string {
  const lines: string[] = [];
  for (let left = chance.dice.below(5); left > 0; left -= 1) lines.push(header(chance, kind));
  if (!happens(chance, 10 + chance.faults / 4)) lines.push('');
  for (let left = chance.dice.below(5); left > 0; left -= 1)
    lines.push(pick(chance, happens(chance, chance.faults) ? ODD_LINES : LINES));
  const kept = kind.profile === '2.3' ? lines.filter(({ length }) => length < LONG) : lines;
  return `${kept.map((text) => `${text}\r\n`).join('')}.\r\n`;
}
