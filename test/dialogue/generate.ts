/**
 * generate - dialogues that nobody has thought of: valid, half-valid and invalid sessions from a seed.
 *
 * The same seed gives the same session for ever. What the server says to it is filled in by the simulator
 * (recordOnSimulator), and the other players are held to that.
 */
import { createDice } from '#sim';
import { type Chance, happens, noise, pick } from './chance.ts';
import type { Dialogue, Step } from './dialogue.ts';
import { type Kind, textFor } from './generate-text.ts';

/** The servers that generated sessions are held with. */
const KINDS: readonly (Kind & { readonly settings: readonly string[] })[] = [
  { profile: '3.x', rewritesHeaders: false, settings: [] },
  { profile: '2.3', rewritesHeaders: false, settings: [] },
  {
    ...{ profile: '3.x', rewritesHeaders: false },
    settings: [
      ...['mynetworks = 127.0.0.0/8', 'message_size_limit = 4000', 'smtpd_recipient_limit = 4'],
      ...['smtpd_helo_required = yes', 'smtpd_junk_command_limit = 4'],
    ],
  },
  {
    ...{ profile: '3.x', rewritesHeaders: true },
    settings: ['local_header_rewrite_clients = static:all', 'strict_rfc821_envelopes = yes'],
  },
];

/** How much is wrong with a session, in percent of its choices. */
const FAULTS = [0, 12, 60] as const;

const GOOD_RECIPIENTS = [
  ...['<ann@example.org>', '<bob@example.org>', '<team@example.org>', '<postmaster>', '<ann>'],
  ...['<ann+lists@example.org>', '<"first last"@example.org>', '<ANN@Example.ORG>', '<bob@localhost>'],
];
const BAD_RECIPIENTS = [
  ...['<nobody@example.org>', '<a@elsewhere.example>', '<x@relay.example>', '<>', 'ann@example.org'],
  ...['<ann@[127.0.0.1]>', '<ann%elsewhere.example@example.org>', '<@a.example:ann@example.org>', 'ann'],
  ...['<a!b!c@example.org>', '<ann@example.org', '<ann@example..org>', '<ann bob@example.org>', '<@>'],
];
const GOOD_SENDERS = [
  '<alice@client.example>',
  '<>',
  '<alice>',
  '<"al ice"@client.example>',
  '<a@[192.0.2.7]>',
];
const BAD_SENDERS = ['<alice@>', '<alice', 'alice', '<a b@c>', '<@>', '<a@b@c>', '<alice@.example>', '""'];
const MAIL_OPTIONS = ['SIZE=100', 'BODY=8BITMIME', 'body=7bit', 'RET=HDRS', 'ENVID=x1', 'RET=full'];
// No SIZE that is too big: see `SIZE of a refused MAIL` in differences.ts.
const BAD_MAIL_OPTIONS = ['SIZE=x', 'BODY=', 'RET=', 'ENVID=+', 'RET=HDRS RET=HDRS', 'X=Y'];
const RCPT_OPTIONS = ['NOTIFY=NEVER', 'NOTIFY=FAILURE,DELAY', 'ORCPT=rfc822;a@b.example', 'notify=failure'];
const BAD_RCPT_OPTIONS = ['NOTIFY=', 'NOTIFY=NEVER,DELAY', 'ORCPT=a', 'ORCPT=rfc822;', 'ORCPT=x;a+', 'X=Y'];
const ODD_COMMANDS = [
  ...[
    'NOOP',
    'NOOP x',
    'RSET',
    'RSET x',
    'VRFY ann',
    'VRFY nobody',
    'VRFY',
    'VRFY a b',
    'ETRN relay.example',
  ],
  ...[
    'ETRN x',
    'ETRN',
    'HELO',
    'EHLO',
    'EXPN team',
    'HELP',
    '',
    ' ',
    'DATA x',
    'STARTTLS',
    'AUTH PLAIN AA==',
  ],
  ...['XCLIENT NAME=x', 'XFORWARD NAME=x', 'QUIT x', 'MAIL', 'RCPT', 'MAIL TO:<a@b>', 'RCPT FROM:<a@b>'],
  ...['DATA', 'mail from:<alice@client.example>', 'rcpt to:<ann@example.org>', 'Subject: x', 'get /', '. '],
];
/** An address of characters that mean something. */
function noisyAddress(chance: Chance): string {
  const text = noise(chance, 8);
  return happens(chance, 80) ? `<${text}>` : text;
}

function address(chance: Chance, good: readonly string[], bad: readonly string[]): string {
  if (!happens(chance, chance.faults)) return pick(chance, good);
  return happens(chance, 60) ? pick(chance, bad) : noisyAddress(chance);
}

function options(chance: Chance, good: readonly string[], bad: readonly string[]): string {
  if (happens(chance, 65)) return '';
  const list = happens(chance, chance.faults) ? bad : good;
  return ` ${pick(chance, list)}${happens(chance, 20) ? ` ${pick(chance, good)}` : ''}`;
}

/** One character more, less or another. */
function mistyped(chance: Chance, command: string): string {
  const at = chance.dice.below(command.length + 1);
  const inserted = happens(chance, 60) ? noise(chance, 1) : '';
  return command.slice(0, at) + inserted + command.slice(at + (happens(chance, 50) ? 1 : 0));
}

/** Upper, lower and mixed case; now and then blanks where they do not matter, or a wrong key. */
function dressed(chance: Chance, command: string): string {
  if (happens(chance, chance.faults / 5)) return mistyped(chance, command);
  if (happens(chance, 15)) return command.toLowerCase();
  if (happens(chance, chance.faults / 4)) return ` ${command.replace(' ', '  ')} `;
  if (happens(chance, chance.faults / 6)) return `${command}${pick(chance, ['\0', '\x80', '\t', '"', '<'])}`;
  return command;
}

function mail(chance: Chance): string {
  const from = address(chance, GOOD_SENDERS, BAD_SENDERS);
  const blank = happens(chance, 10) ? ' ' : '';
  return dressed(chance, `MAIL FROM:${blank}${from}${options(chance, MAIL_OPTIONS, BAD_MAIL_OPTIONS)}`);
}

function rcpt(chance: Chance): string {
  const to = address(chance, GOOD_RECIPIENTS, BAD_RECIPIENTS);
  const command = dressed(chance, `RCPT TO:${to}${options(chance, RCPT_OPTIONS, BAD_RCPT_OPTIONS)}`);
  // `control characters in ORCPT` is a difference of its own.
  return command.replace(/orcpt=.*/i, (option) => option.replaceAll('\x01', '').replaceAll('\x7f', ''));
}

function hello(chance: Chance): string {
  const name = happens(chance, chance.faults / 2)
    ? pick(chance, ['', ' <a>', ' a b', ' \x01', ' "'])
    : ' client';
  return dressed(chance, `${pick(chance, ['EHLO', 'EHLO', 'HELO'])}${name}`);
}

function line(chance: Chance, command: string): string {
  if (happens(chance, chance.faults / 8)) return `${command}${pick(chance, ['\n', '\r\r\n', '\r'])}`;
  return `${command}\r\n`;
}

const send = (bytes: string): Step => ({ type: 'send', bytes, split: false });

/** One transaction; its envelope in one write or in many. */
function transaction(chance: Chance, kind: Kind): readonly Step[] {
  const envelope = [mail(chance), ...Array.from({ length: 1 + chance.dice.below(4) }, () => rcpt(chance))];
  if (happens(chance, chance.faults / 2))
    envelope.splice(chance.dice.below(3), 0, pick(chance, ODD_COMMANDS));
  if (happens(chance, chance.faults / 3)) envelope.splice(chance.dice.below(envelope.length), 1);
  const lines = [...envelope, dressed(chance, 'DATA')].map((command) => line(chance, command));
  const together = happens(chance, 25);
  const steps = together ? [send(lines.join(''))] : lines.map(send);
  const text = textFor(chance, kind);
  return [...steps, send(text)];
}

/** A session from a seed, without what the server says. */
export function generateSession(seed: number): Dialogue {
  const dice = createDice(seed);
  const chance: Chance = { dice, faults: FAULTS[dice.below(FAULTS.length)] ?? 0 };
  const kind = pick(chance, KINDS);
  const steps: Step[] = [];
  if (!happens(chance, chance.faults / 2)) steps.push(send(line(chance, hello(chance))));
  for (let left = 1 + dice.below(3); left > 0; left -= 1) {
    for (let odd = happens(chance, chance.faults) ? dice.below(4) : 0; odd > 0; odd -= 1)
      steps.push(send(line(chance, dressed(chance, pick(chance, ODD_COMMANDS)))));
    steps.push(...transaction(chance, kind));
  }
  if (happens(chance, 80)) steps.push(send('QUIT\r\n'));
  return { name: `seed ${seed}`, profile: kind.profile, settings: kind.settings, steps };
}
