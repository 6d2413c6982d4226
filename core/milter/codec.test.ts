/** The codec of the milter protocol: bytes cut anywhere, lengths that lie, bytes at random. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes, EMPTY_BYTES, latin1ToBytes } from '../wire/bytes.ts';
import {
  encodeNumbers,
  encodePacket,
  encodeTexts,
  MAX_PACKET_BYTES,
  numberAt,
  type Packet,
  readPackets,
  textsIn,
} from './codec.ts';

const SEED = 20260302;

const bytesIn = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0);

/** What comes of these pieces, one after the other. */
function readAll(pieces: readonly Uint8Array[]): {
  readonly packets: readonly Packet[];
  readonly left: number;
} {
  const packets: Packet[] = [];
  let rest: ReturnType<typeof readPackets>['rest'] = [];
  for (const piece of pieces) {
    const read = readPackets(rest, piece);
    expect(read.isBroken).toBe(false);
    packets.push(...read.packets);
    rest = read.rest;
  }
  return { packets, left: bytesIn(rest) };
}

test('libmilter mfdef.h: packets are the same wherever the network cuts them', () => {
  const packet = fc.tuple(fc.constantFrom('c', 'a', 'h', 'y'), fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 6 }), fc.array(fc.nat(200), { maxLength: 8 }), (all, cuts) => {
      const bytes = concatBytes(all.map(([type, data]) => encodePacket(type, data)));
      const places = [...cuts, 0, bytes.length].map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b);
      const pieces = places.slice(1).map((to, at) => bytes.subarray(places[at], to));
      const { packets, left } = readAll(pieces);
      expect(packets.map(({ type, data }) => [type, [...data]])).toEqual(
        all.map(([type, data]) => [type, [...data]]),
      );
      expect(left).toBe(0);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('libmilter mfdef.h: a length of nothing or of too much is broken at once, nothing is kept', () => {
  for (const size of [0, MAX_PACKET_BYTES + 1, 0xffff_ffff]) {
    const { packets, rest, isBroken } = readPackets([], encodeNumbers([size]));
    expect([packets.length, rest.length, isBroken]).toEqual([0, 0, true]);
  }
  const largest = encodeNumbers([MAX_PACKET_BYTES]);
  expect(readPackets([], largest)).toEqual({ packets: [], rest: [largest], isBroken: false });
});

test('libmilter mfdef.h: random bytes never throw, and never make more than they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (bytes, at) => {
      const { packets, rest } = readPackets([], bytes);
      const taken = packets.reduce((sum, { data }) => sum + data.length + 5, 0);
      expect(taken + bytesIn(rest)).toBeLessThanOrEqual(bytes.length);
      textsIn(bytes, at);
      numberAt(bytes, at);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test('libmilter mfdef.h: texts end with NUL; a NUL in one cuts it, no end is no text', () => {
  expect(textsIn(encodeTexts(['a', '', 'b\0c']))).toEqual(['a', '', 'b']);
  expect(textsIn(latin1ToBytes('a\0b'))).toBeUndefined();
  expect(textsIn(EMPTY_BYTES)).toEqual([]);
  expect(textsIn(latin1ToBytes('a\0'), 3)).toBeUndefined();
});

test('security 55: the largest packet, byte by byte, is read in linear time and few pieces', () => {
  const whole = encodePacket('b', new Uint8Array(MAX_PACKET_BYTES - 1).fill(120));
  let rest: ReturnType<typeof readPackets>['rest'] = [];
  let most = 0;
  let packets: readonly Packet[] = [];
  // By n² this is half a million megabytes to copy.
  for (const byte of whole) {
    const read = readPackets(rest, Uint8Array.of(byte));
    rest = read.rest;
    most = Math.max(most, rest.length);
    packets = read.packets;
  }
  expect(packets.map(({ type, data }) => [type, data.length])).toEqual([['b', MAX_PACKET_BYTES - 1]]);
  expect(most).toBeLessThan(24);
});
