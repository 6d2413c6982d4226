import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToLatin1, concatBytes, latin1ToBytes } from './bytes.ts';
import { type BareNewline, decodeData, replaceStrayCr, startData, toSmtpData } from './data.ts';

interface Decoded {
  readonly text: string;
  readonly ended: boolean;
  readonly rest: string;
  readonly bareLf: boolean;
  readonly sizeBytes: number;
}

function decodeChunks(chunks: readonly string[], mode: BareNewline): Decoded {
  let state = startData(mode);
  const parts: Uint8Array[] = [];
  for (const [i, chunk] of chunks.entries()) {
    const decoded = decodeData(state, latin1ToBytes(chunk));
    parts.push(decoded.text);
    state = decoded.state;
    if (!decoded.ended) continue;
    const rest = bytesToLatin1(decoded.rest) + chunks.slice(i + 1).join('');
    const { bareLf, sizeBytes } = state;
    return { text: bytesToLatin1(concatBytes(parts)), ended: true, rest, bareLf, sizeBytes };
  }
  const { bareLf, sizeBytes } = state;
  return { text: bytesToLatin1(concatBytes(parts)), ended: false, rest: '', bareLf, sizeBytes };
}

const decode = (text: string, mode: BareNewline = 'normalize') => decodeChunks([text], mode);

test('RFC 5321 §4.5.2: dots are unstuffed, CRLF becomes LF, the lone dot ends the text', () => {
  const got = decode('a\r\n.b\r\n..c\r\n...\r\n\r\n.\r\nQUIT\r\n');
  expect(got).toEqual({
    text: 'a\nb\n.c\n..\n\n',
    ended: true,
    rest: 'QUIT\r\n',
    bareLf: false,
    sizeBytes: 6 + 5 * 2,
  });
  expect(decode('.\r\nQUIT').ended).toBe(true);
});

test('postconf(5) smtpd_forbid_bare_newline no: a bare LF is as good as CRLF, also around the dot', () => {
  expect(decode('a\n.\nb', 'no')).toMatchObject({ text: 'a\n', ended: true, rest: 'b', bareLf: false });
  expect(decode('a\r\r\n.\r\r\nb', 'no')).toMatchObject({ text: 'a\n', ended: true, rest: 'b' });
  expect(decode('a\n..b\n', 'no').text).toBe('a\n.b\n');
});

test('postconf(5) smtpd_forbid_bare_newline normalize: LF ends a line, never the text', () => {
  expect(decode('a\nb\r\n.\r\nc')).toMatchObject({ text: 'a\nb\n', ended: true, rest: 'c', bareLf: true });
  expect(decode('a\n.\nb\r\n')).toMatchObject({ text: 'a\nb\n', ended: false });
  expect(decode('a\r\r\n.\r\n')).toMatchObject({ text: 'a\r\n', ended: true, bareLf: false });
});

const SMUGGLED = [
  '\n.\n',
  '\n.\r',
  '\r.\n',
  '\r.\r',
  '\n.\r\n',
  '\r.\r\n',
  '\r\n.\n',
  '\r\n.\r',
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
  '\r\n. \r\n',
  '\r\n.\r\r\n',
  '\r\r\n.\r\r\n',
  '\n\r.\r\n',
  '.\n',
  '.\r',
];

test.each(SMUGGLED)('CVE-2023-51764: %j is not the end of the text', (end) => {
  const attack = `MAIL FROM:<evil@a>\r\nDATA\r\n`;
  for (const mode of ['normalize', 'reject'] as const) {
    for (const before of ['body', '']) {
      const got = decode(`${before}${end}${attack}.\r\n`, mode);
      expect(got.ended).toBe(true);
      expect(got.rest).toBe('');
      expect(got.text).toContain('DATA\n');
    }
  }
});

test('postconf(5) smtpd_forbid_bare_newline reject: decodes like normalize and tells of the LF', () => {
  expect(decode('a\nb\r\n.\r\n', 'reject')).toEqual(decode('a\nb\r\n.\r\n', 'normalize'));
  expect(decode('a\nb\r\n.\r\n', 'reject').bareLf).toBe(true);
  expect(decode('a\r\nb\r\n.\r\n', 'reject').bareLf).toBe(false);
});

test('DATA: every split of a hostile text gives the same result', () => {
  for (const mode of ['no', 'normalize', 'reject'] as const) {
    for (const end of SMUGGLED) {
      const all = `x${end}..y\r\n.\r\nQUIT`;
      const whole = decodeChunks([all], mode);
      for (let i = 0; i <= all.length; i++) {
        expect(decodeChunks([all.slice(0, i), all.slice(i)], mode)).toEqual(whole);
      }
      expect(decodeChunks([...all], mode)).toEqual(whole);
    }
  }
});

test('DATA: random text in random pieces gives the same result', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', '.', '\r', '\n', '\0'), maxLength: 8 }));
  fc.assert(
    fc.property(pieces, fc.constantFrom<BareNewline>('no', 'normalize', 'reject'), (chunks, mode) => {
      expect(decodeChunks(chunks, mode)).toEqual(decodeChunks([chunks.join('')], mode));
    }),
    { seed: 5, numRuns: 1000 },
  );
});

test('RFC 5321 §4.5.2: what toSmtpData sends, decodeData gives back', () => {
  const text = fc
    .string({ unit: fc.constantFrom('a', '.', '\n', '\xe9'), maxLength: 30 })
    .map((t) => `${t}\n`);
  fc.assert(
    fc.property(text, fc.constantFrom<BareNewline>('no', 'normalize', 'reject'), (lines, mode) => {
      const wire = bytesToLatin1(toSmtpData(latin1ToBytes(lines)));
      expect(decode(`${wire}rest`, mode)).toMatchObject({
        text: lines,
        ended: true,
        rest: 'rest',
        bareLf: false,
      });
      expect(wire.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    }),
    { seed: 6 },
  );
  expect(bytesToLatin1(toSmtpData(latin1ToBytes('a\r.\rb')))).toBe('a . b\r\n.\r\n');
  expect(bytesToLatin1(toSmtpData(latin1ToBytes('')))).toBe('.\r\n');
});

test('postconf(5) cleanup_replace_stray_cr_lf: CR becomes a blank, clean text is not copied', () => {
  const clean = latin1ToBytes('a\nb\n');
  expect(replaceStrayCr(clean)).toBe(clean);
  expect(bytesToLatin1(replaceStrayCr(latin1ToBytes('a\rb\r\r\n')))).toBe('a b  \n');
});

test('DATA: 25 MB of stuffed dots and an endless run of CRs take linear time', () => {
  const started = performance.now();
  const dots = latin1ToBytes('..\r\n'.repeat(6_250_000));
  expect(decodeData(startData('normalize'), dots).text).toHaveLength(12_500_000);
  const crs = decodeData(startData('no'), new Uint8Array(10_000_000).fill(13));
  expect(crs.text.length + crs.state.pendingCr).toBe(10_000_000);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('smtpd(8): the first line that lost its dot is known, in whatever pieces it came', () => {
  const chunk = (state: ReturnType<typeof startData>, text: string) => decodeData(state, latin1ToBytes(text));
  expect(chunk(startData('normalize'), 'a\r\n. b\r\n.c\r\n').dottedAt).toBe(2);
  expect(chunk(startData('normalize'), 'a\r\nb.\r\n').dottedAt).toBeUndefined();
  const dot = chunk(startData('normalize'), '.');
  expect(dot.text).toHaveLength(0);
  expect(chunk(dot.state, ' b\r\n').dottedAt).toBe(0);
});
