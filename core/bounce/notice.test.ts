import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import type { Profile } from '../config/profile.ts';
import { makeSettings } from '../config/settings.ts';
import { UTC } from '../mail/date.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import type { LoggedFailure } from './log-file.ts';
import { type NoticeParts, noticeText } from './notice.ts';
import type { Notice } from './types.ts';

const AT = Date.UTC(2026, 10, 24, 6, 31, 4);
const DATE = 'Tue, 24 Nov 2026 06:31:04 +0000 (UTC)';
const ORIGINAL = 'Received: by bench.test (Postfix)\nFrom: ann@local.test\nSubject: hi\n\nhello\n';

const failed: LoggedFailure = {
  ...{ recipient: 'a@err.test', original: '', orcpt: 'rfc822;a@err.test', notify: 0, offset: 356 },
  ...{ dsn: '5.1.9', action: 'failed', reason: 'gone for good', diagnostic: '', remoteMta: '' },
};
const notice: Notice = {
  ...{ to: 'sender', recipient: 'ann@local.test', original: 'ann@local.test', sender: '' },
  ...{
    subject: 'Undelivered Mail Returned to Sender',
    words: true,
    whole: true,
    failures: [failed],
    copy: false,
    because: { rule: 'no NOTIFY' },
  },
};

function text(change: Partial<NoticeParts> = {}, profile: Profile = '3.x', mainCf = ''): string {
  const main = `myhostname = bench.test\nmyorigin = bench.test\n${mainCf}\n`;
  const settings = makeSettings({ mainCf: parseMainCf(main, 'main.cf').entries, profile });
  const request: NoticeParts['request'] = {
    type: 'bounce.flush',
    token: '1',
    log: 'bounce',
    kind: 'failed',
    queueId: '1CF9B20E37B',
    path: 'active/1CF9B20E37B',
    sender: 'ann@local.test',
    dsn: { ret: 1, envid: 'e+2B1' },
    arrivalAt: AT,
  };
  const parts = {
    settings,
    zone: UTC,
    request,
    notice,
    encoding: '',
    at: AT,
    original: latin1ToBytes(ORIGINAL),
  };
  return bytesToLatin1(noticeText({ ...parts, ...change }));
}

/** Everything but the words for people, which are our own. */
function withoutWords(whole: string): string {
  return whole
    .replace(/\n\nWhat follows[\s\S]*?\n\n/, '\n\nPREAMBLE\n\n')
    .replace(/This notice[\s\S]*?\n\n(?=<)/, 'WORDS\n\n');
}

test('RFC 3464 §2, bounce(5): the notice has the form that Postfix 3.7.11 gives it', () => {
  expect(withoutWords(text())).toBe(`Date: ${DATE}
From: Mail Delivery System <MAILER-DAEMON@bench.test>
Subject: Undelivered Mail Returned to Sender
To: ann@local.test
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="1CF9B20E37B.1795501864/bench.test"

PREAMBLE

--1CF9B20E37B.1795501864/bench.test
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

WORDS

<a@err.test>: gone for good

--1CF9B20E37B.1795501864/bench.test
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; bench.test
Original-Envelope-Id: e+2B1
X-Postfix-Queue-ID: 1CF9B20E37B
X-Postfix-Sender: rfc822; ann@local.test
Arrival-Date: ${DATE}

Final-Recipient: rfc822; a@err.test
Original-Recipient: rfc822;a@err.test
Action: failed
Status: 5.1.9
Diagnostic-Code: X-Postfix; gone for good

--1CF9B20E37B.1795501864/bench.test
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <ann@local.test>
${ORIGINAL}
--1CF9B20E37B.1795501864/bench.test--
`);
});

test('bounce(5), 2.3: the old From:, no Date: of its own, no Return-Path: in what is quoted', () => {
  const [from = ''] = text({}, '2.3').split('\n');
  expect(from).toBe('From: MAILER-DAEMON@bench.test (Mail Delivery System)');
  expect(text({}, '2.3')).not.toContain('Return-Path');
  expect(text({}, '3.x', 'header_from_format = obsolete')).toContain('From: MAILER-DAEMON@bench.test (Mail');
});

test('bounce(8): a copy for the postmaster: no words, header only, auto-generated', () => {
  const copy = { ...notice, to: 'postmaster' as const, words: false, whole: false };
  const lines = text({ notice: copy }).split('\n');
  expect(lines).toContain('Auto-Submitted: auto-generated');
  expect(lines).toContain('Content-Description: Undelivered Message Headers');
  expect(lines).toContain('Content-Type: text/rfc822-headers');
  const start = lines.indexOf('Content-Description: Notification');
  expect(lines.slice(start + 2, start + 5)).toEqual(['', '', '<a@err.test>: gone for good']);
  expect(lines).not.toContain('hello');
});

test('bounce(8): 8bit is said wherever it matters, as Postfix does', () => {
  const lines = text({ encoding: '8bit' }).split('\n');
  expect(lines.filter((line) => line === 'Content-Transfer-Encoding: 8bit')).toHaveLength(3);
  expect(lines).toContain('Content-Type: text/plain; charset=utf-8');
  expect(text({ encoding: '8bit' }, '2.3')).toContain('charset=us-ascii');
  expect(text({ encoding: '7bit' })).toContain('Content-Transfer-Encoding: 7bit');
});

test('RFC 3464 §2.3: long reasons are folded, remote hosts named, old names of the recipient shown', () => {
  const reason = 'connect to 127.0.0.1[127.0.0.1]:9: Connection refused';
  const far = { ...failed, orcpt: '', original: 'Ann B@x.test', reason, remoteMta: 'mx.x.test' };
  const folded = text({ notice: { ...notice, failures: [far] } });
  expect(folded).toContain(
    'Diagnostic-Code: X-Postfix; connect to 127.0.0.1[127.0.0.1]:9: Connection\n    refused\n',
  );
  expect(folded).toContain('Original-Recipient: rfc822; "Ann B"@x.test\n');
  expect(folded).toContain('Status: 5.1.9\nRemote-MTA: dns; mx.x.test\nDiagnostic-Code');
  expect(folded).toContain('<a@err.test> (expanded from <Ann B@x.test>): connect to');
  const said = { ...failed, diagnostic: 'smtp; 550 5.1.1 no' };
  expect(text({ notice: { ...notice, failures: [said] } })).toContain(
    'Diagnostic-Code: smtp; 550 5.1.1 no\n',
  );
});

test('RFC 3464 §2.3.3: what expired has failed, whatever was noted at the time', () => {
  const late = { ...failed, action: 'delayed', dsn: '4.4.1' };
  expect(text({ notice: { ...notice, failures: [late] } })).toContain('Action: failed\nStatus: 4.4.1\n');
});

test('RFC 3464 §2.3.9: a warning says until when it will be tried', () => {
  const request: NoticeParts['request'] = {
    type: 'bounce.flush',
    token: '1',
    log: 'defer',
    kind: 'delayed',
    queueId: 'A1',
    path: 'active/A1',
    sender: '',
    dsn: { ret: 0, envid: '' },
    arrivalAt: AT,
  };
  const late = { ...failed, action: 'delayed', dsn: '4.4.1' };
  const warning = text(
    { request, notice: { ...notice, failures: [late], whole: false } },
    '3.x',
    'delay_warning_time = 4h',
  );
  expect(warning).toContain('Action: delayed\n');
  expect(warning).toContain('Will-Retry-Until: Sun, 29 Nov 2026 06:31:04 +0000 (UTC)\n');
  expect(warning).toContain('more than 4 hour(s)');
  expect(warning).toContain('X-Postfix-Sender: rfc822; MAILER-DAEMON@bench.test\n');
  expect(warning).toContain('Return-Path: <MAILER-DAEMON@bench.test>\n');
});

test('bounce(8): a lost log is admitted', () => {
  expect(text({ notice: { ...notice, failures: [] } })).toContain('\t--- Delivery report unavailable ---\n');
});

test('RFC 5322 §2.1.1: no line of ours is longer than 78 characters', () => {
  const long = text()
    .split('\n')
    .filter((line) => line.length > 78);
  expect(long).toEqual([]);
});
