import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Effect } from '../kernel/effects.ts';
import type { QueueClient } from '../mail/queue-envelope.ts';
import { parseQueueFile } from '../mail/queue-file.ts';
import { obey } from './check-actions.ts';
import { cleanupDaemon } from './daemon.ts';
import {
  AT,
  BIRTH,
  chunk,
  close,
  drive,
  type Outcome,
  open,
  pick,
  recipient,
  recordsOf,
  settingsWith,
  textOf,
} from './drive.ts';
import { nothingYet } from './start.ts';

const FROM = 'from local; from=<ann@a.example> to=<bob@b.example>';

/** A message whose header X-Key:… is answered with an action. */
function withAction(action: string, more = ''): Outcome {
  const settings = settingsWith(`header_checks = inline:{{x-key:1=${action}}}\n${more}`);
  return pick('From: a@b.test\nX-Key:1\nX-Key:1 \nMessage-Id: <1@c>\nDate: d\n\nbody\n', settings);
}

function said(out: Outcome): readonly string[] {
  return out.logs
    .map((line) => line.replace('5464EAC0B1: ', ''))
    .filter((line) => line !== 'message-id=<1@c>');
}

test.each([
  ['WARN', `warning: header X-Key:1 ${FROM}`],
  ['warn  see here', `warning: header X-Key:1 ${FROM}: see here`],
  ['INFO x', `info: header X-Key:1 ${FROM}: x`],
  ['PASS x', `pass: header X-Key:1 ${FROM}: x`],
  ['HOLD x', `hold: header X-Key:1 ${FROM}: x`],
  ['DISCARD x', `discard: header X-Key:1 ${FROM}: x`],
  ['STRIP x', `strip: header X-Key:1 ${FROM}: x`],
  ['FILTER smtp:x', `filter: header X-Key:1 ${FROM}: smtp:x`],
  ['REDIRECT a@b', `redirect: header X-Key:1 ${FROM}: a@b`],
  ['BCC a@b', `bcc: header X-Key:1 ${FROM}: a@b`],
  ['PREPEND X-P: p', `prepend: header X-Key:1 ${FROM}: X-P: p`],
  ['REPLACE X-R: r', `replace: header X-Key:1 ${FROM}: X-R: r`],
  ['REJECT', `reject: header X-Key:1 ${FROM}: 5.7.1 message content rejected`],
  ['REJECT 4.2.0 x', `reject: header X-Key:1 ${FROM}: 4.2.0 x`],
  ['FILTER', 'warning: missing FILTER command argument in header_checks map'],
  ['FILTER x', 'warning: bad FILTER command x in header_checks -- need transport:destination'],
  ['REDIRECT x', 'warning: bad REDIRECT target "x" in header_checks map -- need user@domain'],
  ['BCC x', 'warning: bad BCC address "x" in header_checks map -- need user@domain'],
  ['PREPEND', 'warning: PREPEND action without text in header_checks map'],
  [
    'PREPEND x',
    'warning: bad PREPEND header text "x" in header_checks map -- need "headername: headervalue"',
  ],
  ['REPLACE', 'warning: REPLACE action without text in header_checks map'],
  [
    'REPLACE x',
    'warning: bad REPLACE header text "x" in header_checks map -- need "headername: headervalue"',
  ],
  ['NOTHING x', 'warning: unknown command in header_checks map: NOTHING x'],
])('header_checks(5) %s: the log line, word for word', (action, line) => {
  expect(said(withAction(action))).toEqual([line]);
});

test.each(['DUNNO', 'OK text', 'IGNORE'])('header_checks(5) %s: nothing in the log', (action) => {
  expect(said(withAction(action))).toEqual([]);
});

test('header_checks(5): what the actions do to the header', () => {
  const header = (action: string) => textOf(withAction(action)).split('\n').slice(3, -5).join('|');
  expect(header('DUNNO')).toBe('X-Key:1|X-Key:1 ');
  for (const action of ['IGNORE', 'STRIP x']) expect(header(action), action).toBe('X-Key:1 ');
  expect(header('PREPEND X-P: p')).toBe('X-P: p|X-Key:1|X-Key:1 ');
  expect(header('REPLACE X-R: r')).toBe('X-R: r|X-Key:1 ');
  expect(header('REPLACE To: joe, ann')).toBe('To: joe@gouv.bj, ann@gouv.bj|X-Key:1 ');
  expect(header('PREPEND To: joe')).toBe('To: joe|X-Key:1|X-Key:1 ');
});

test('header_checks(5) REJECT: the client hears the text, and the file goes', () => {
  const out = withAction('REJECT not here');
  expect(out.done).toMatchObject({
    ...{ status: 'rejected', reason: '5.7.1 not here' },
    because: { parameter: 'header_checks', key: 'X-Key:1' },
  });
  expect([out.removed, out.woken, out.exited]).toEqual([true, false, true]);
  expect(withAction('REJECT 4.2.1 later').done).toMatchObject({ status: 'map', reason: '4.2.1 later' });
  const bad = withAction('REJECT 2.0.0 fine');
  expect([bad.done?.reason, said(bad)[0]]).toEqual([
    ...['4.0.0 fine', 'warning: bad DSN action in 2.0.0 fine -- need 4.x.x or 5.x.x'],
  ]);
});

test('header_checks(5) DISCARD: the client hears that all is well, nobody gets the message', () => {
  const out = withAction('DISCARD');
  expect([out.done?.status, out.removed, out.woken, out.exited]).toEqual(['ok', true, false, true]);
});

test('header_checks(5) HOLD: the message waits in hold, whole and durable, and qmgr hears nothing', () => {
  const out = withAction('HOLD');
  expect([out.path, out.mode, out.synced, out.woken, out.done?.status]).toEqual([
    ...['hold/5464EAC0B1', 0o700, true, false, 'ok'],
  ]);
  expect(out.order.indexOf('file.sync')).toBeGreaterThan(out.order.lastIndexOf('file.rename'));
  expect(out.order.indexOf('cleanup.done')).toBeGreaterThan(out.order.indexOf('file.sync'));
});

test('RFC 5321 §4.2.5: a message that cannot be put on hold is refused', () => {
  const { services, ...birth } = { process: 'cleanup:1', pid: 7, service: 'cleanup', services: [], seed: 1 };
  const settings = settingsWith('header_checks = static:HOLD\n');
  const zone = { offsetMinutes: 0, name: 'UTC' };
  let { state } = cleanupDaemon.start({ settings, ...birth, services, zone, at: AT }, AT);
  let effects: readonly Effect[] = [];
  const tell = (event: Parameters<typeof cleanupDaemon.step>[1]) => {
    ({ state, effects } = cleanupDaemon.step(state, event));
  };
  const from = 'pickup';
  tell({ ...open(), from, at: AT });
  tell({ type: 'file.created', file: 'queue', path: 'incoming/1.7', device: 1, inode: 1, at: AT });
  tell({ type: 'file.renamed', from: 'incoming/1.7', to: 'incoming/X', at: AT });
  tell({ ...recipient('bob@b.example'), from, at: AT });
  tell({ ...chunk('X: y\n\n'), from, at: AT });
  tell({ ...close, from, at: AT });
  expect(effects.map(({ type }) => type)).toContain('file.rename');
  tell({ type: 'file.failed', operation: 'file.rename', code: 'EIO', at: AT });
  expect(effects.map((one) => (one.type === 'send' ? one.note : one.type))).toEqual([
    ...['log', 'file.close', 'file.remove'],
    ...[expect.objectContaining({ type: 'cleanup.done', status: 'write' }), 'exit'],
  ]);
});

test('header_checks(5) FILTER, REDIRECT, BCC: orders for qmgr behind the text; the last of each counts', () => {
  const table = 'x-a:1=FILTER smtp:a x-b:1=FILTER smtp:b x-c:1=BCC c@x.test x-d:1=REDIRECT d@x.test';
  const pairs = table.replace(/(\S+=\S+ \S+)/g, '{$1}');
  const settings = settingsWith(`header_checks = inline:{${pairs}}\nalways_bcc = all\n`);
  const out = pick('X-A:1\nX-C:1\nX-B:1\nX-D:1\nX-A:1\n\nb\n', settings);
  const records = recordsOf(out);
  expect(records.slice(records.indexOf('X'))).toEqual([
    ...['X', 'Lsmtp:b', '>d@x.test', 'Anotify_flags=1', 'Oall@gouv.bj', 'Rall@gouv.bj'],
    ...['Anotify_flags=1', 'Oc@x.test', 'Rc@x.test', 'E'],
  ]);
  const { contentFilter, redirect, problems } = parseQueueFile(out.bytes);
  expect([contentFilter, redirect, problems]).toEqual(['smtp:b', 'd@x.test', []]);
});

test.each(['REJECT', 'DISCARD', 'REDIRECT a@b', 'PASS'])(
  'header_checks(5) %s: nothing more is looked at',
  (action) => {
    const out = withAction(action, 'body_checks = static:WARN\nmime_header_checks = static:WARN\n');
    expect(said(out).length).toBe(1);
  },
);

test('header_checks(5): INFO, BCC, STRIP and PASS are unknown to Postfix 2.3', () => {
  const first = (action: string) =>
    pick('X:1\n\nb\n', settingsWith(`header_checks = static:${action}\n`, '2.3')).logs[0];
  for (const action of ['INFO', 'BCC', 'STRIP', 'PASS'])
    expect(first(action)).toBe(`warning: unknown command in header_checks map: ${action}`);
  expect(first('WARN')).toMatch(/^5464EAC0B1: warning: header Received: .*/);
});

test('header_checks(5): headers of MIME have a table of their own, whose default is the same', () => {
  const text = 'Content-Type: text/plain\nMIME-Version: 1.0\nSubject: s\n t\nMessage-Id: <1@c>\n\nb\n';
  const named = (lines: string) =>
    pick(text, settingsWith(lines)).logs.flatMap((line) => /header ([A-Za-z-]+)/.exec(line)?.[1] ?? []);
  expect(named('header_checks = static:INFO\nmime_header_checks =\n')).toEqual([
    ...['Received', 'Subject', 'Message-Id'],
  ]);
  expect(named('mime_header_checks = static:INFO\n')).toEqual(['Content-Type', 'MIME-Version']);
  expect(named('header_checks = static:INFO\n').length).toBe(5);
  expect(pick(text, settingsWith('header_checks = static:INFO\n')).logs).toContain(
    `5464EAC0B1: info: header Subject: s? t ${FROM}`,
  );
});

test('header_checks(5) REPLACE: what replaces a header of MIME is not rewritten', () => {
  const settings = settingsWith('mime_header_checks = static:{REPLACE To: joe}\nheader_checks =\n');
  expect(textOf(pick('From: joe\nMIME-Version: 1.0\n\n', settings))).toContain('joe@gouv.bj\nTo: joe\n');
});

test('header_checks(5): the client of smtpd is named, with protocol and HELO', () => {
  const client: QueueClient = {
    ...{ name: 'c.test', reverseName: 'c.test', address: '192.0.2.1', helo: 'me' },
    ...({ addressFamily: 'inet', protocol: 'ESMTP' } as const),
  };
  const notes = [open({ origin: 'smtpd', client }), recipient('b@b.test'), chunk('X: y\n\n'), close];
  expect(drive(settingsWith('header_checks = static:WARN\n'), notes).logs).toContain(
    '5464EAC0B1: warning: header X: y from c.test[192.0.2.1]; from=<ann@a.example> to=<b@b.test> proto=ESMTP helo=<me>',
  );
});

test('header_checks(5): mail of the mail system itself is not looked at', () => {
  const settings = settingsWith('header_checks = static:WARN\nbody_checks = static:WARN\n');
  const notes = [open({ origin: 'bounce' }), recipient('b@b.test'), chunk('X: y\n\nb\n'), close];
  expect(drive(settings, notes).logs.filter((line) => line.includes('warning'))).toEqual([]);
});

test('header_checks(5): what is logged names table and key on the trace', () => {
  const context = nothingYet({
    settings: settingsWith(),
    ...BIRTH,
    zone: { offsetMinutes: 0, name: 'UTC' },
    at: AT,
  });
  const hit = { parameter: 'header_checks', table: 'inline:{a=b}', key: 'X:1' };
  for (const action of ['WARN', 'REJECT', 'HOLD', 'REPLACE Y: 1', 'NOTHING'])
    expect(
      obey(context, hit, 'header', 'X:1', action).effects.map((one) => 'because' in one && one.because),
    ).toEqual([hit]);
});

test('body_checks(5): each line is looked at, and may go, change, or end the matter', () => {
  const body = (lines: string, text: string) =>
    textOf(pick(`Message-Id: <1@c>\n\n${text}`, settingsWith(lines))).split('\n\n')[1];
  const table = 'body_checks = inline:{{go=IGNORE} {be=REPLACE was} {pre=PREPEND post}}\n';
  expect(body(table, 'a\ngo\nbe\npre\nz\n')).toBe('a\nwas\npost\npre\nz\n');
  expect(body(table, 'be')).toBe('was\n');
  const out = pick('\nbad\n', settingsWith('body_checks = inline:{bad=REJECT}\n'));
  expect(out.done?.status).toBe('rejected');
  const gone = pick('\nbad\nbad\n', settingsWith('body_checks = inline:{bad=DISCARD}\n'));
  expect([gone.done?.status, gone.removed, gone.logs.length]).toEqual(['ok', true, 2]);
});

test('postconf(5) body_checks_size_limit: a line is looked at if it begins within the limit', () => {
  const count = (limit: number) => {
    const settings = settingsWith(`body_checks = static:WARN\nbody_checks_size_limit = ${limit}\n`);
    return pick('Message-Id: <1@c>\n\nab\ncd\nef\n', settings).logs.length - 1;
  };
  // The blank line before the body counts, but is never looked at.
  expect([1, 2, 4, 5, 7, 8, 0].map(count)).toEqual([0, 1, 1, 2, 2, 3, 3]);
});

test('header_checks(5): a table that fails puts the message off', () => {
  for (const parameter of ['header_checks', 'body_checks']) {
    const out = pick('Subject: s\n\nb\n', settingsWith(`${parameter} = fail:x\n`));
    expect([out.done?.status, out.removed], parameter).toEqual(['map', true]);
    expect(out.logs).toContain(
      `warning: 5464EAC0B1: ${parameter} map lookup problem -- message not accepted, try again later`,
    );
  }
});

test('header_checks(5): a rule without a text is warned of before the message is put off', () => {
  const out = pick('Subject:s\n\nb\n', settingsWith('header_checks = inline:{{Subject:s=}}\n'));
  const body = pick('\nb\n', settingsWith('body_checks = inline:{{b=}}\n'));
  for (const [parameter, key, { done, logs }] of [
    ['header_checks', 'Subject:s', out] as const,
    ['body_checks', 'b', body] as const,
  ]) {
    expect(done?.status).toBe('map');
    expect(logs.filter((line) => line.startsWith('warning: '))).toEqual([
      `warning: ${parameter} lookup of ${key} returns an empty string result`,
      `warning: ${parameter} should return NO RESULT in case of NOT FOUND`,
      `warning: 5464EAC0B1: ${parameter} map lookup problem -- message not accepted, try again later`,
    ]);
  }
});

test('RFC 5322 §2.2: any split of the text gives the same verdicts', () => {
  const settings = settingsWith(
    'header_checks = static:WARN\nbody_checks = inline:{{bc=REPLACE x} {d=IGNORE}}\n',
  );
  const text = 'Subject: a\n b\nTo: x\n\nbc\nd\nbc';
  const whole = pick(text, settings);
  expect(textOf(whole)).toMatch(/\n\nx\nx\n$/);
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 4 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      const parts = at.slice(1).map((end, index) => chunk(text.slice(at[index], end)));
      const first = chunk('Received: by mail.gouv.bj (Postfix, from userid 0)\n\tid X; then\n');
      const out = drive(settings, [open(), recipient('bob@b.example'), first, ...parts, close]);
      expect([textOf(out), out.logs]).toEqual([textOf(whole), whole.logs]);
    }),
    { seed: 7, numRuns: 100 },
  );
});
