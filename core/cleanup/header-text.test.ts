import { expect, test } from 'vitest';
import { encodeRecords, readRecords } from '../mail/queue-records.ts';
import { bytesToLatin1 } from '../wire/bytes.ts';
import { headerRecords } from './header-text.ts';

/** Type and length of each record. */
function shape(text: string, limit: number): string[] {
  const bytes = encodeRecords(headerRecords(text, limit));
  return readRecords(bytes).records.map(({ type, start, end }) => `${type}${end - start}`);
}

test('postconf(5) header_size_limit: cut at a line end near the limit, else in the middle', () => {
  expect(shape(`X-L: ${'a'.repeat(290)}\n ${'b'.repeat(90)}`, 300)).toEqual(['N295']);
  expect(shape(`X-M: ${'q'.repeat(500)}`, 300)).toEqual(['N300']);
  expect(shape(`X-N: ${'a'.repeat(200)}\n ${'b'.repeat(150)}`, 300)).toEqual(['N205', 'N94']);
  expect(shape(`X: ${'a'.repeat(297)}`, 300)).toEqual(['N300']);
});

test('postconf(5) line_length_limit: a line of 2048 bytes is one record, a longer one is cut', () => {
  expect(shape('a'.repeat(2048), 102400)).toEqual(['N2048']);
  expect(shape('a'.repeat(2049), 102400)).toEqual(['L2048', 'N1']);
  expect(shape('a'.repeat(4096), 102400)).toEqual(['L2048', 'N2048']);
});

test('RFC 5322 §2.2.3: a continuation line always begins with a blank', () => {
  const bytes = encodeRecords(headerRecords('To: a,\nb,\n\tc', 1000));
  const lines = readRecords(bytes).records.map(({ start, end }) => bytesToLatin1(bytes, start, end));
  expect(lines).toEqual(['To: a,', '\tb,', '\tc']);
});
