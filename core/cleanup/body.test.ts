import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunk, close, drive, open, pick, recipient, recordsOf, settingsWith, textOf } from './drive.ts';

const PARTS =
  'Content-Type: multipart/mixed; boundary="b c"\n\nbefore\n--b c\nContent-Type : text/plain\nX-P: p\n\ntext\n' +
  '--b c\nContent-Type: message/rfc822\n\nX-N: n\nContent-Type: text/plain\n\ninner\n--b c--\nafter\n';

function told(mainCf: string, text = PARTS): readonly string[] {
  return pick(text, settingsWith(mainCf)).logs.filter((line) => !line.includes('message-id='));
}

test('header_checks(5): headers of parts and of attached messages have tables of their own', () => {
  const log = (place: string, text: string) =>
    `5464EAC0B1: warning: ${place} ${text} from local; from=<ann@a.example> to=<bob@b.example>`;
  const warn = (names: string) => `${names} = static:WARN\n`;
  expect(told(warn('nested_header_checks'))).toEqual([log('header', 'X-N: n')]);
  expect(told(`${warn('mime_header_checks')}header_checks =\n`)).toEqual([
    log('header', 'Content-Type: multipart/mixed; boundary="b c"'),
    log('header', 'Content-Type: text/plain'),
    log('header', 'X-P: p'),
    log('header', 'Content-Type: message/rfc822'),
    log('header', 'Content-Type: text/plain'),
  ]);
  const lines = ['before', '--b c', 'text', '--b c', 'inner', '--b c--', 'after'];
  expect(told(warn('body_checks'))).toEqual(lines.map((line) => log('body', line)));
});

test('postconf(5) body_checks_size_limit: counted from the beginning of each part', () => {
  const limit = 'body_checks = static:WARN\nbody_checks_size_limit = 3\n';
  const found = told(limit).map((line) => /body (.*) from local/.exec(line)?.[1]);
  expect(found).toEqual(['before', 'text', 'inner', '--b c--']);
});

test('RFC 2045 §6.4, RFC 6152: what the strict parameters refuse', () => {
  const reason = (mainCf: string, text: string) => pick(text, settingsWith(mainCf)).done?.reason;
  const head = '5.6.0 improper use of 8-bit data in message header';
  const body = '5.6.0 improper use of 8-bit data in message body';
  const domain = '5.6.0 invalid message/* or multipart/* encoding domain';
  expect(reason('strict_7bit_headers = yes\n', 'X: \xe9\n\n')).toBe(head);
  expect(reason('strict_7bit_headers = yes\n', '\n\xe9\n')).toBeUndefined();
  expect(reason('strict_8bitmime_body = yes\n', 'X: \xe9\n\n\xe9\n')).toBe(body);
  expect(reason('strict_8bitmime = yes\n', 'Content-Transfer-Encoding: 8bit\n\n\xe9\n')).toBeUndefined();
  expect(
    reason(
      'strict_mime_encoding_domain = yes\n',
      'Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n',
    ),
  ).toBe(domain);
  expect(
    reason('strict_8bitmime = yes\ndisable_mime_input_processing = yes\n', 'X: \xe9\n\n\xe9\n'),
  ).toBeUndefined();
});

test('postconf(5) detect_8bit_encoding_header: the encoding of a part counts for the message', () => {
  const text =
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: 8bit\n\n\xe9\n--b--\n';
  expect(recordsOf(pick(text))).toContain('Aencoding=8bit');
  expect(recordsOf(pick(text, settingsWith('detect_8bit_encoding_header = no\n')))).not.toContain(
    'Aencoding=8bit',
  );
  // Nothing says so: the queue file does not either.
  expect(recordsOf(pick('X: y\n\n\xe9\n'))).not.toContain('Aencoding=8bit');
});

test('RFC 2046 §5.1: the same file in whatever pieces the text comes', () => {
  const settings = settingsWith('header_size_limit = 60\nbody_checks = inline:{ { inner = IGNORE } }\n');
  const whole = textOf(pick(PARTS, settings));
  const cuts = fc.uniqueArray(fc.nat(PARTS.length), { maxLength: 8 });
  fc.assert(
    fc.property(cuts, (places) => {
      const all = [0, ...[...places].sort((a, b) => a - b), PARTS.length];
      const pieces = all.slice(1).map((end, index) => chunk(PARTS.slice(all[index], end)));
      const out = drive(settings, [open(), recipient('bob@b.example'), ...pieces, close]);
      // Without the Received: line of the other.
      expect(whole.endsWith(textOf(out).slice(textOf(out).indexOf('before')))).toBe(true);
      expect(textOf(out)).not.toContain('inner');
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('security 32: parts within parts end at mime_nesting_limit, and time stays linear', () => {
  const nested = (depth: number) =>
    Array.from({ length: depth }, (_, at) => `Content-Type: multipart/x; boundary=b${at}\n\n--b${at}\n`).join(
      '',
    );
  const strict = settingsWith('header_checks = static:DUNNO\n');
  expect(pick(nested(101), strict).done?.reason).toBeUndefined();
  expect(pick(nested(110), strict).done?.reason).toBe('5.6.0 MIME nesting exceeds safety limit');
  // Without checks it is delivered as it came.
  expect(textOf(pick(nested(5000)))).toContain('--b4999\n');
  const many = `Content-Type: multipart/x${'; boundary=b'.repeat(8000)}\n\n${'--b\n'.repeat(20_000)}`;
  const hard = `Content-Type: multipart/x; boundary=${'('.repeat(50_000)}\n\n${'-'.repeat(100_000)}\n`;
  const start = performance.now();
  for (const text of [many, hard]) expect(pick(text).done?.status).toBe('ok');
  expect(performance.now() - start).toBeLessThan(2000);
});
