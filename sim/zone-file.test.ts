/** Zone files: what is read, and what is said of what cannot be read. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseZone } from './zone-file.ts';

const lines = (text: string) =>
  parseZone(text, 'z').records.map(({ name, ttl, rrtype, preference, data }) =>
    [name, ttl, rrtype, preference, data].join(' '),
  );

test('RFC 1035 §5.1: names, origin, times, parentheses, comments and texts', () => {
  const text = `$ORIGIN Example.org. ; the zone
$TTL 1h30m
@   IN SOA ns hostmaster ( 1 ; serial
        1h 15m
        1w 5m )
    60 IN NS ns
    IN 1d MX 10 mail.other.example.
mail A 192.0.2.1
*.wild CNAME mail
t   TXT "one; " "two \\"quoted\\"" three
$ORIGIN sub.example.org.
@   AAAA 2001:db8::1
`;
  expect(lines(text)).toEqual([
    'example.org 5400 SOA 0 ns.example.org hostmaster.example.org 1 3600 900 604800 300',
    'example.org 60 NS 0 ns.example.org',
    'example.org 86400 MX 10 mail.other.example',
    'mail.example.org 5400 A 0 192.0.2.1',
    '*.wild.example.org 5400 CNAME 0 mail.example.org',
    't.example.org 5400 TXT 0 one; two "quoted"three',
    'sub.example.org 5400 AAAA 0 2001:db8::1',
  ]);
  expect(parseZone(text, 'z').problems).toEqual([]);
});

test.each([
  ['  A 192.0.2.1', 1, 'a record without a name before it', 'Begin the line with a name'],
  ['a A 192.0.2.256', 1, 'the A record of “a” cannot be read', 'A 192.0.2.1'],
  ['\na MX mail.', 2, 'the MX record of “a” cannot be read', 'MX 10 mail.example.org.'],
  ['a MX 70000 mail.', 1, 'the MX record of “a” cannot be read', 'MX 10'],
  ['a A\n\nb SRV 1', 3, '“SRV” is no type of record that is known here', 'A, AAAA, CNAME'],
  ['$INCLUDE other', 1, '“$INCLUDE other” is no directive', '$ORIGIN example.org.'],
  ['$ORIGIN example', 1, '“$ORIGIN example” is no directive', 'with the dot'],
  ['a SOA ns h ( 1 2\n3', 1, 'a ( that is never closed', 'Add the )'],
  ['a..b A 192.0.2.1', 1, 'the A record of “a..b” cannot be read', 'A 192.0.2.1'],
])('RFC 1035 §5: %j is told, with its line and what to do', (text, line, what, remedy) => {
  const problem = parseZone(text, '/etc/z').problems.at(-1);
  expect(problem).toMatchObject({ file: '/etc/z', line });
  expect(problem?.text.en).toContain(what);
  expect(problem?.remedy.en).toContain(remedy);
});

test('RFC 1035 §5: no text makes the reader throw, and every problem names a line of it', () => {
  const piece = fc.constantFrom(
    ...['$ORIGIN ', '$TTL ', '@', 'a', ' ', '\t', '\n', 'IN ', 'A ', 'MX ', 'TXT ', 'SOA ', '(', ')', '"'],
    ...[';', '\\', '192.0.2.1', '10', '1h', 'ns.example.', '\r\n', 'é', '.'],
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (zone) => {
      const count = zone.split('\n').length;
      for (const { line } of parseZone(zone, 'z').problems) {
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(count);
      }
    }),
    { seed: 20261125, numRuns: 2000 },
  );
});
