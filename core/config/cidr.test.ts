import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressBytes, addressText, isInNetwork, parseNetwork, sameAddress } from './cidr.ts';

function contains(network: string, address: string): boolean {
  const [parsed, bytes] = [parseNetwork(network), addressBytes(address)];
  if ('error' in parsed || bytes === undefined) throw new Error(`${network} ${address}`);
  return isInNetwork(parsed, bytes);
}

test.each([
  ['192.168.0.0/24', '192.168.0.255', true],
  ['192.168.0.0/24', '192.168.1.0', false],
  ['192.168.0.0/23', '192.168.1.0', true],
  ['0.0.0.0/0', '8.8.8.8', true],
  ['10.0.0.1', '10.0.0.1', true],
  ['10.0.0.0/8', '::a00:1', false],
  ['[::1]/128', '0:0:0:0:0:0:0:1', true],
  ['[2001:db8::/32]', '2001:db8:ffff::1', true],
  ['2001:db8::/33', '2001:db8:8000::1', false],
  ['[::ffff:127.0.0.0]/104', '::ffff:127.1.2.3', true],
])('RFC 4632: %s contains %s: %s', (network, address, expected) => {
  expect(contains(network, address)).toBe(expected);
});

test.each([
  [
    '192.168.0.1/24',
    'non-null host address bits in "192.168.0.1/24", perhaps you should use "192.168.0.0/24" instead',
  ],
  [
    '[2001:db8::1]/64',
    'non-null host address bits in "2001:db8::1/64", perhaps you should use "2001:db8::/64" instead',
  ],
  ['10.0.0.0/33', 'bad mask length in "10.0.0.0/33"'],
  ['10.0.0.0/x', 'bad mask value in "10.0.0.0/x"'],
  ['10.0.0/8', 'bad network value in "10.0.0/8"'],
  ['10.0.0', 'bad address pattern: "10.0.0"'],
  ['[::1', 'missing \']\' character after "[::1"'],
  ['[::1]x', 'garbage after "[::1]"'],
])('cidr_table(5): %s is wrong', (pattern, error) => {
  expect(parseNetwork(pattern)).toEqual({ error });
});

test.each([
  '1.2.3',
  '1.2.3.256',
  '1.2.3.4.5',
  '::1::',
  ':1',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  'g::',
  '',
  'a.b.c.d',
])('RFC 4291 §2.2: "%s" is no address', (text) => {
  expect(addressBytes(text)).toBeUndefined();
});

test.each([
  ['2001:0DB8:0:0:1:0:0:0', '2001:db8:0:0:1::'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['::1', '::1'],
  ['1:0:2:0:0:3:0:0', '1:0:2::3:0:0'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['192.0.2.1', '192.0.2.1'],
])('RFC 5952 §4: %s is written %s', (text, expected) => {
  expect(addressText(addressBytes(text) ?? [])).toBe(expected);
  expect(sameAddress(text, expected)).toBe(true);
});

test('RFC 5952: what is written is read again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(16), (random, zeros) => {
      const bytes = [...random].map((byte, at) => (at < zeros ? 0 : byte));
      expect(addressBytes(addressText(bytes))).toEqual(bytes);
    }),
    { seed: 10, numRuns: 200 },
  );
});
