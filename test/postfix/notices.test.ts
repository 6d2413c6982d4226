/**
 * Transcripts for the postmaster: ours and those of Debian's Postfix, for every class of errors.
 * postconf(5) notify_classes
 */
import fs from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Note } from '../../core/kernel/notes.ts';
import { parseQueueFile, textIn } from '../../core/mail/queue-file.ts';
import { openSession, type SessionOptions } from '../../core/smtpd/test-session.ts';
import { bytesToLatin1 } from '../../core/wire/bytes.ts';
import { oracle } from '../support/oracles.ts';
import { type RealPostfix, startRealPostfix, until } from '../support/real-postfix.ts';
import { sendAll } from './transcripts.ts';

const isRoot = process.getuid?.() === 0;
const CLASSES = ['protocol', 'policy', 'resource', 'software', 'bounce'];
const ALL = CLASSES.join(', ');

const SETTINGS = [
  'mynetworks = 192.168.0.0/24',
  'myorigin = gouv.bj',
  'smtpd_error_sleep_time = 0',
  'smtpd_recipient_limit = 3',
  'smtpd_recipient_overshoot_limit = 1',
  'message_size_limit = 100000',
  'smtpd_sender_restrictions = reject_non_fqdn_sender',
  'smtpd_helo_restrictions = reject_invalid_helo_hostname',
  'smtpd_history_flush_threshold = 40',
  'smtputf8_enable = no',
  'disable_vrfy_command = yes',
  'smtpd_forbid_bare_newline = reject',
  'smtpd_forbid_unauth_pipelining = yes',
  'header_checks = regexp:{{/^Subject: bad/ REJECT no}}',
];
const REAL_ONLY = ['local_recipient_maps = inline:{ann=x, bob=x, postmaster=x}', 'defer_transports = local'];

interface Case {
  readonly name: string;
  /** Sent one after the other; each is answered before the next. */
  readonly sends: readonly string[];
  readonly verdict?: SessionOptions['verdict'];
}

/** Sessions at once: fewer than smtpd_client_connection_count_limit. */
const AT_ONCE = 25;

const TO = ['MAIL FROM:<a@x.org>', 'RCPT TO:<ann@gouv.bj>', 'DATA'];
const LETTER = 'Subject: x\r\n\r\nhello\r\n.';
const MANY = Array(20).fill('NOOP');
const TOO_BIG = `BDAT 100001 LAST\r\n${'x\r\n'.repeat(33333)}xx`;
const CASES: readonly Case[] = [
  { name: 'nothing wrong', sends: ['EHLO y', 'QUIT'] },
  { name: 'an unknown command', sends: ['FOO bar', 'QUIT'] },
  { name: 'bad syntax', sends: ['EHLO y', 'MAIL FROM:', '', 'RSET now', 'QUIT'] },
  { name: 'an unlisted recipient', sends: ['MAIL FROM:<a@x.org>', 'RCPT TO:<zz@gouv.bj>', 'QUIT'] },
  { name: 'relay access', sends: ['MAIL FROM:<a@x.org>', 'RCPT TO:<zz@relay.invalid>', 'QUIT'] },
  { name: 'a restriction', sends: ['MAIL FROM:<a>', 'RCPT TO:<ann@gouv.bj>', 'QUIT'] },
  { name: 'a bad name', sends: ['HELO -x-', 'MAIL FROM:<a@x.org>', 'RCPT TO:<ann@gouv.bj>', 'QUIT'] },
  { name: 'a size', sends: ['EHLO y', 'MAIL FROM:<a@x.org> SIZE=999999999', 'QUIT'] },
  { name: 'an error, then a message', sends: ['FOO', ...TO, LETTER, 'QUIT'] },
  { name: 'a message, then an error', sends: [...TO, LETTER, 'FOO', 'QUIT'] },
  {
    name: 'a refused header',
    sends: [...TO, 'Subject: bad\r\n\r\n.', 'QUIT'],
    verdict: { status: 'rejected', reason: 'no' },
  },
  {
    name: 'too many hops',
    sends: [...TO, `${'Received: x\r\n'.repeat(60)}\r\n.`, 'QUIT'],
    verdict: { status: 'hops' },
  },
  { name: 'a text too big', sends: [...TO, `${'x'.repeat(70)}\r\n`.repeat(2000).concat('.'), 'QUIT'] },
  { name: 'data without recipients', sends: ['MAIL FROM:<a@x.org>', 'DATA', 'QUIT'] },
  {
    name: 'too many recipients',
    sends: ['MAIL FROM:<a@x.org>', ...Array(6).fill('RCPT TO:<ann@gouv.bj>'), 'QUIT'],
  },
  { name: 'XCLIENT', sends: ['EHLO y', 'XCLIENT NAME=x', 'QUIT'] },
  { name: 'AUTH', sends: ['EHLO y', 'AUTH PLAIN', 'STARTTLS', 'QUIT'] },
  { name: 'VRFY and ETRN', sends: ['EHLO y', 'VRFY zz@gouv.bj', 'ETRN foo.example', 'QUIT'] },
  { name: 'another protocol', sends: ['GET / HTTP/1.0'] },
  {
    name: 'long lines',
    sends: [
      `FOO ${'abcdefghi '.repeat(30)}`,
      `XX${'y'.repeat(200)} ${'z'.repeat(40)}`,
      'NOOP  a   b ',
      'QUIT',
    ],
  },
  { name: 'odd bytes', sends: ['BAD \x01\tx\x00y', 'QUIT'] },
  { name: 'too many errors', sends: Array(20).fill('X') },
  { name: 'a lost connection', sends: ['FOO', 'MAIL FROM:<a@x.org>'] },
  { name: 'a connection lost in the text', sends: ['FOO', ...TO, 'abc'] },
  { name: 'a long history and RSET', sends: [...'FOO', ...MANY, 'RSET', 'BAR', 'QUIT'] },
  { name: 'a long history and EHLO', sends: [...'FOO', ...MANY, 'EHLO y', 'BAR', 'QUIT'] },
  { name: 'a long history and a message', sends: [...MANY, ...TO, LETTER, 'BAR', 'QUIT'] },
  {
    name: 'a long history and a refused text',
    sends: [...MANY, ...TO, 'Subject: bad\r\n\r\n.', 'BAR', 'QUIT'],
    verdict: { status: 'rejected', reason: 'no' },
  },
  {
    name: 'a long history and a text too big in chunks',
    sends: ['EHLO y', ...MANY, ...TO.slice(0, 2), TOO_BIG, 'BAR', 'QUIT'],
  },
  {
    name: 'two notices, then no error',
    sends: ['FOO', ...MANY, 'RSET', 'BAR', ...MANY, 'HELO y', 'QUIT'],
  },
  {
    name: 'three notices',
    sends: [
      ...['FOO', ...MANY, 'EHLO y', 'BAR', ...MANY],
      ...[...TO, 'Subject: bad\r\n\r\n.', 'BAR', 'QUIT'],
    ],
    verdict: { status: 'rejected', reason: 'no' },
  },
  { name: 'a long history with errors and a message', sends: ['FOO', ...MANY, ...TO, LETTER, 'BAR', 'QUIT'] },
  { name: 'a long history with errors and a bad RSET', sends: ['FOO', ...MANY, 'RSET now', 'BAR', 'QUIT'] },
  {
    name: 'a long history and RSET in a transaction',
    sends: ['FOO', ...MANY, 'MAIL FROM:<a@x.org>', 'RSET', 'BAR', 'QUIT'],
  },
  ...[10, 11, 12].map((count) => ({
    name: `a history and ${count} commands more`,
    sends: ['EHLO y', ...'FOO', ...Array(count).fill('NOOP'), 'RSET', 'BAR', 'QUIT'],
  })),
  {
    name: 'a chunk',
    sends: ['EHLO y', 'MAIL FROM:<a@x.org>', 'RCPT TO:<ann@gouv.bj>', 'BDAT 3\r\na', 'BDAT x'],
  },
  { name: 'input too early', sends: ['EHLO y', 'NOOP\r\nNOOP'] },
  { name: 'a bare newline', sends: ['EHLO y', 'NOOP x\nNOOP'] },
  {
    name: 'a chunk too big',
    sends: ['EHLO y', ...TO.slice(0, 2), `BDAT 100001\r\n${'x\r\n'.repeat(33333)}`, 'RSET', 'QUIT'],
  },
  { name: 'chunks after an error', sends: ['EHLO y', 'BDAT 3\r\na', 'BDAT 3\r\na', 'QUIT'] },
  ...[
    ...['DATA', 'RCPT TO:<ann@gouv.bj>', 'HELO', 'MAIL FROM:<>  X=1', 'MAIL FROM:<a@x.org> BODY=9BIT'],
    ...['MAIL FROM:<a@x.org> SIZE=x', 'MAIL FROM:<a@x.org> RET=x', 'MAIL FROM:<a b@', 'NOOP x', 'ETRN'],
    ...['ETRN -x', 'XFORWARD NAME=x', 'VRFY', 'STARTTLS x', 'AUTH', 'DATA x', 'BDAT 0', 'BDAT x'],
    ...['BDAT 3 LAST\r\na', 'Subject: x', '=x', 'EHLO', 'XCLIENT', 'XFORWARD'],
  ].map((line) => ({ name: line, sends: ['EHLO y', line, 'QUIT'] })),
  ...[
    'MAIL FROM:<b@x.org>',
    'RCPT TO',
    'RCPT TO:<x@y@>',
    'RCPT TO:<ann@gouv.bj> X=1',
    'ETRN x.example',
    'BDAT 3\r\na',
    'BDAT 3 LAST\r\na',
  ].map((line) => ({ name: `then ${line}`, sends: ['EHLO y', 'MAIL FROM:<a@x.org>', line, 'QUIT'] })),
];

/** Every case is named in its transcript, also after a long history was forgotten. */
const NAMED: readonly Case[] = CASES.map((one, at) => ({
  ...one,
  sends: [`NOOP case${at}.`, ...one.sends].map((text) => text.replace(/^BAR$/, `BAR case${at}.`)),
}));

const masked = (text: string): string =>
  text
    .replace(/^Message-Id: .*\n/gm, '')
    .replace(/queued as \w+/g, 'queued as ID')
    .replace(/^\tid \w+/gm, '\tid ID')
    .replace(/[A-Z][a-z]{2}, +\d+ [A-Z][a-z]{2} \d{4} [\d:]+ [-+]\d{4} \(\w+\)/g, 'DATE');

/** Envelope and text of each of our notices; they are put in order, since a queue directory has none. */
function mine({ sends, verdict }: Case, classes: string): readonly string[] {
  const mainCf = [...SETTINGS, `notify_classes = ${classes}`].join('\n');
  const session = openSession({
    mainCf,
    client: { name: 'localhost', reverseName: 'localhost', address: '127.0.0.1' },
    ...(verdict === undefined ? {} : { verdict }),
  });
  for (const one of sends) session.say(one);
  session.leave();
  const openings = session.notes.flatMap(({ type }, at) => (type === 'cleanup.open' ? [at] : []));
  return openings.flatMap((from, at) => noticeIn(session.notes.slice(from, openings[at + 1]))).sort();
}

/** The notice that these notes write, which begin with the opening of a message; a client's is none. */
function noticeIn(notes: readonly Note[]): readonly string[] {
  const [open] = notes;
  if (open?.type !== 'cleanup.open' || open.origin !== 'bounce') return [];
  const told = notes.find((note) => note.type === 'cleanup.recipient');
  const text = notes.flatMap((note) => ('bytes' in note ? [bytesToLatin1(note.bytes)] : [])).join('');
  return [masked(`${open.sender} ${told?.original} ${told?.address} ${told?.notify}\n${text}`)];
}

describe.runIf(isRoot && oracle('postfix') !== undefined)('with a private Debian Postfix', () => {
  let postfix: RealPostfix;
  const theirs = new Map<string, readonly string[]>();

  /** Every notice in the queue, by who gets it and by the case its transcript names. */
  function collect(): void {
    for (const queue of ['incoming', 'active', 'deferred']) {
      for (const entry of fs.readdirSync(join(postfix.spool, queue), {
        recursive: true,
        withFileTypes: true,
      })) {
        if (!entry.isFile()) continue;
        const bytes = fs.readFileSync(join(entry.parentPath, entry.name));
        const { sender = '', recipients } = parseQueueFile(bytes);
        const [to] = recipients;
        if (!sender.startsWith('double-bounce')) continue;
        const text = bytesToLatin1(textIn(bytes));
        const found = / case(\d+)\./.exec(text)?.[1] ?? '';
        const who = `${sender} ${to?.origAddress} ${to?.address} ${to?.notify}`;
        const whom = to?.origAddress.split('@')[0] ?? '';
        const key = `${whom.slice(1)} ${found}`;
        theirs.set(key, [...(theirs.get(key) ?? []), masked(`${who}\n${text}`)].sort());
      }
    }
  }

  beforeAll(async () => {
    const ports = await freePorts(CLASSES.length + 1);
    const kinds = [...CLASSES, ALL];
    const services = kinds.map((kind, at) => {
      const to = `c${at}`;
      return [
        `127.0.0.1:${ports[at]} inet n - n - - smtpd`,
        `  -o { notify_classes = ${kind} }`,
        `  -o { error_notice_recipient = ${to} }`,
        `  -o { bounce_notice_recipient = b${at} }`,
      ].join('\n');
    });
    postfix = await startRealPostfix({
      pickup: false,
      mainCf: `${[...SETTINGS, ...REAL_ONLY].join('\n')}\n`,
      masterCf: `${services.join('\n')}\n`,
    });
    for (const port of ports)
      for (let at = 0; at < NAMED.length; at += AT_ONCE)
        await Promise.all(NAMED.slice(at, at + AT_ONCE).map(({ sends }) => sendAll(port, sends)));
    const log = (): string => fs.readFileSync(join(postfix.folder, 'maillog'), 'latin1');
    const wanted = ports.length * NAMED.length;
    await until(() => ((log().match(/disconnect from/g)?.length ?? 0) >= wanted ? true : undefined));
    const isMoving = (queue: string): boolean => {
      const entries = fs.readdirSync(join(postfix.spool, queue), { recursive: true, withFileTypes: true });
      return entries.some((entry) => entry.isFile());
    };
    await until(() => (['incoming', 'active'].some(isMoving) ? undefined : true));
    collect();
  }, 300_000);

  afterAll(() => postfix?.stop());

  test.each(NAMED.map((one, at) => [one.name, one, at] as const))('notify_classes: %s', (_name, one, at) => {
    const seen = (kinds: readonly string[]) => kinds.filter((_kind, index) => theirs.has(`${index} ${at}`));
    expect(CLASSES.filter((kind) => mine(one, kind).length > 0)).toEqual(seen(CLASSES));
    const expected = theirs.get(`${CLASSES.length} ${at}`);
    const own = ['error', 'bounce'].map(
      (one) => `${one}_notice_recipient = ${one[0] === 'e' ? 'c' : 'b'}${CLASSES.length}`,
    );
    expect(mine(one, [ALL, ...own].join('\n'))).toEqual(expected ?? []);
  });

  test('the cases cover every class that a client can cause', () => {
    const kinds = new Set([...theirs.keys()].map((key) => key.split(' ')[0]));
    expect([...kinds].sort()).toEqual(['0', '1', '4', '5']);
  });
});

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<net.Server>((resolve) => {
          const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
