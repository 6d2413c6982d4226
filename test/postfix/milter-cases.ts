/** What a milter may answer, and where: each case is a script, and a conversation. MILTER_README */
import { type MilterScript, word } from '../support/scripted-milter.ts';

export interface MilterCase {
  readonly script: MilterScript;
  /** What the client sends behind HELO, a line each; a reply to each, but for the lines of the text. */
  readonly lines?: readonly string[];
  /** main.cf lines beside smtpd_milters. */
  readonly settings?: readonly string[];
}

const TEXT = [
  ...['From: a@b.example', 'Date: Mon, 2 Mar 2026 09:00:00 +0000', 'Message-ID: <1@b.example>'],
  ...['X-Twice: one', 'Subject: long', '\tand folded', 'X-Twice:  two', '', 'Hello', '', '..dot', '.'],
];
const ENVELOPE = [
  'MAIL FROM:<a@b.example> SIZE=70',
  'RCPT TO:<ann@example.org>',
  'RCPT TO:<bob@example.org>',
];
export const WHOLE = [...ENVELOPE, 'DATA', ...TEXT];
const NO_TEXT = [...ENVELOPE, 'DATA'];

const on = (letter: string, ...send: readonly string[]): MilterScript => ({ rules: [{ on: letter, send }] });
const atEnd = (...send: readonly string[]): MilterCase => ({ script: on('E', ...send, 'c') });
const hangUp = (letter: string): MilterScript => ({ rules: [{ on: letter, send: [], hangUp: true }] });
const REPLY = 'y550 5.7.7 not today\0';
const LATER = 'y451 4.7.7 come back\0';
/** What the client does after an answer at that command. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  ...{ C: NO_TEXT, H: NO_TEXT, M: NO_TEXT, R: NO_TEXT, T: NO_TEXT, U: ['NONSENSE x', ...ENVELOPE] },
};
const NAMES: Readonly<Record<string, string>> = {
  ...{
    C: 'connect',
    H: 'helo',
    M: 'mail',
    R: 'rcpt',
    T: 'data',
    U: 'unknown',
    L: 'header',
    N: 'end of header',
  },
  ...{ B: 'body', E: 'end of message' },
};
const ANSWERS: Readonly<Record<string, string>> = {
  ...{ reject: 'r', tempfail: 't', reply: REPLY, 'later reply': LATER, accept: 'a', 'shut down': '4' },
};

function stages(): Record<string, MilterCase> {
  const cases: Record<string, MilterCase> = {};
  for (const [letter, stage] of Object.entries(NAMES)) {
    for (const [answer, packet] of Object.entries(ANSWERS)) {
      // There Postfix promises the message, and throws it away.
      if (answer === 'shut down' && 'LNBE'.includes(letter)) continue;
      const lines = answer === 'accept' ? WHOLE : (LINES[letter] ?? WHOLE);
      cases[`${answer} at ${stage}`] = { script: on(letter, packet), lines };
    }
    if (letter !== 'C' && letter !== 'H' && letter !== 'U')
      cases[`discard at ${stage}`] = { script: on(letter, 'd'), lines: WHOLE };
  }
  return cases;
}

function troubles(): Record<string, MilterCase> {
  const cases: Record<string, MilterCase> = {};
  for (const action of ['accept', 'reject', 'tempfail', 'quarantine'])
    for (const [letter, stage] of Object.entries({ O: 'negotiation', ...NAMES })) {
      if ((action === 'reject' || action === 'quarantine') && !'ORE'.includes(letter)) continue;
      const passes = action === 'accept' || action === 'quarantine';
      const lines = passes ? WHOLE : letter === 'O' ? NO_TEXT : (LINES[letter] ?? WHOLE);
      const settings = [`milter_default_action = ${action}`];
      cases[`gone at ${stage}, ${action}`] = { script: hangUp(letter), settings, lines };
    }
  return cases;
}

/** Cases by their names. */
export const CASES: Readonly<Record<string, MilterCase>> = {
  'nothing to say': { script: { rules: [] } },
  ...stages(),
  'one recipient is refused': {
    script: { rules: [{ on: 'R', contains: 'bob', send: [REPLY] }] },
  },
  'a reply of several lines': {
    script: on('R', 'y550-5.7.7 not today\r\n550 5.7.7 nor tomorrow\0'),
    lines: NO_TEXT,
  },
  'a reply without status': { script: on('R', 'y550 not today\0'), lines: NO_TEXT },
  'a header is added': atEnd('hX-New\0value\0'),
  'a header of several lines is added': atEnd('hX-New\0value\n\tmore\0'),
  'headers are inserted': atEnd(
    `i${word(0)}X-Top\0a\0`,
    `i${word(1)}X-Second\0b\0`,
    `i${word(99)}X-Last\0c\0`,
  ),
  'a header is changed': atEnd(`m${word(1)}Subject\0short\0`),
  'the second of two is changed': atEnd(`m${word(2)}X-Twice\0changed\0`),
  'a header that is not there is changed': atEnd(`m${word(1)}X-None\0new\0`),
  'a header is deleted': atEnd(`m${word(1)}x-twice\0\0`),
  'a header that is not there is deleted': atEnd(`m${word(3)}X-Twice\0\0`),
  'the first Received is asked for': atEnd(`m${word(1)}Received\0mine\0`),
  'the body is replaced': atEnd('bNew\r\nbody\r\n.\r\n'),
  'the body is replaced in pieces': atEnd('bNew\r', 'b\nbo', 'bdy without end'),
  'a recipient is added': atEnd('+<postmaster@example.org>\0'),
  'a recipient without domain is added': atEnd('+postmaster\0'),
  'a recipient is deleted': atEnd('-<bob@example.org>\0'),
  'recipients are swapped': atEnd(
    '-<bob@example.org>\0',
    '+<postmaster@example.org>\0',
    '-<ann@example.org>\0',
  ),
  'a recipient is deleted and added': atEnd('-<bob@example.org>\0', '+<bob@example.org>\0'),
  'all recipients are deleted': atEnd('-<bob@example.org>\0', '-<ann@example.org>\0'),
  'the sender is changed': atEnd('e<new@c.example>\0'),
  'the sender becomes nobody': atEnd('e<>\0'),
  'everything is changed': atEnd(
    ...['hX-New\0value\0', 'bNew\r\n', '+<postmaster@example.org>\0', 'e<new@c.example>\0'],
    `m${word(1)}X-Twice\0\0`,
  ),
  'changes, and then no': { script: on('E', 'hX-New\0value\0', 'r') },
  'it works on and on': atEnd('p', 'p'),
  'no header is wanted': { script: { steps: 0x20 | 0x40 | 0x10, rules: [] } },
  'nothing before the text is wanted': {
    script: { steps: 0x1 | 0x2 | 0x4 | 0x8 | 0x100 | 0x200, rules: [] },
  },
  'no answers to headers': { script: { steps: 0x80, silent: 'L', rules: [] } },
  'spaces are wanted': {
    script: { steps: 0x100000, rules: [{ on: 'E', send: ['hX-New\0value\0', 'hX-Next\0 value\0', 'c'] }] },
  },
  'an older protocol': { script: { version: 2, actions: 0x3f, rules: [] } },
  'the body is skipped': { script: { steps: 0x400, rules: [{ on: 'B', send: ['s'] }] } },
  'other macros are wanted': {
    script: {
      symbols: `${word(2)}j {mail_addr} {client_name}\0${word(3)}{rcpt_addr} {rcpt_mailer}\0`,
      rules: [],
    },
  },
  'a right that was not asked for': {
    script: { actions: 0x1, rules: [{ on: 'E', send: ['e<x@c.example>\0', 'c'] }] },
  },
  'nonsense at rcpt': { script: on('R', '!'), lines: NO_TEXT },
  'the sender twice': {
    script: { rules: [] },
    lines: [
      ...ENVELOPE,
      'RSET',
      'MAIL FROM:<>',
      'RCPT TO:<nobody@example.org>',
      'RCPT TO:<ann@example.org>',
      'NOOP',
    ],
  },
  'two messages': { script: { rules: [] }, lines: [...WHOLE, ...WHOLE] },
  'two names': { script: { rules: [] }, lines: ['EHLO other.example', ...ENVELOPE] },
  ...troubles(),
};
