import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTable, loadTable } from './table.ts';

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

test('postmap(1): what is compiled is loaded again, whatever bytes it holds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(latin1, latin1), { selector: ([key]) => key }), (pairs) => {
      const entries = new Map(pairs);
      expect(loadTable(compileTable(entries, false), 'f.db')).toEqual({
        type: 'table',
        entries,
        folded: false,
      });
    }),
    { seed: 10, numRuns: 100 },
  );
});

test('postmap(1): equal tables are equal files', () => {
  const one = compileTable(
    new Map([
      ['a', '1'],
      ['b', '2'],
    ]),
  );
  expect(
    compileTable(
      new Map([
        ['b', '2'],
        ['a', '1'],
      ]),
    ),
  ).toEqual(one);
  expect(loadTable(one, 'f.db')).toMatchObject({ folded: true });
});

test('postmap(1): a file that is cut anywhere, or changed anywhere, is refused', () => {
  const whole = compileTable(
    new Map([
      ['root', 'marc'],
      ['a', 'b'],
    ]),
  );
  for (let size = 0; size < whole.length; size++) {
    expect(loadTable(whole.slice(0, size), 'f.db').type).toBe('error');
    const changed = whole.slice();
    changed[size] = (changed[size] ?? 0) ^ 1;
    expect(loadTable(changed, 'f.db').type).toBe('error');
  }
});

test('DATABASE_README: a Berkeley DB file is recognised, hash and btree, either byte order', () => {
  for (const magic of [
    [0x61, 0x15, 0x06, 0],
    [0x62, 0x31, 0x05, 0],
    [0, 0x06, 0x15, 0x61],
    [0, 0x05, 0x31, 0x62],
  ]) {
    const bytes = new Uint8Array(8192);
    bytes.set(magic, 12);
    const table = loadTable(bytes, '/etc/aliases.db');
    expect(table).toMatchObject({
      type: 'error',
      text: 'open database /etc/aliases.db: is a Berkeley DB file: run postmap again',
    });
    expect(table.type === 'error' && table.remedy?.en).toContain('/etc/aliases again');
  }
});

test('postmap(1): any other file is no table', () => {
  expect(loadTable(new Uint8Array(0), 'f.db')).toMatchObject({
    text: 'open database f.db: not a compiled table',
  });
  expect(loadTable(new Uint8Array(20), 'f.db').type).toBe('error');
  expect(loadTable(compileTable(new Map()), 'f.db')).toEqual({
    type: 'table',
    entries: new Map(),
    folded: true,
  });
});

test('a table in the middle of a larger buffer is read from its place', () => {
  const whole = compileTable(new Map([['a', 'b']]));
  const buffer = new Uint8Array(whole.length + 6);
  buffer.set(whole, 3);
  expect(loadTable(buffer.subarray(3, 3 + whole.length), 'f.db')).toMatchObject({ type: 'table' });
});

/** The checksum of the format, written a second time. */
function seal(bytes: Uint8Array): Uint8Array {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (const byte of bytes.subarray(0, -8)) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) ^ (a >>> 13);
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 8, a >>> 0, true);
  view.setUint32(bytes.length - 4, b >>> 0, true);
  return bytes;
}

test('a table that lies about its size with a right checksum is refused, not believed', () => {
  const whole = compileTable(new Map([['a', 'b']]));
  expect(seal(whole.slice())).toEqual(whole);
  for (const at of [12, 15, 16, 19, 20, 23]) {
    const lying = whole.slice();
    lying[at] = 0xff;
    expect(loadTable(seal(lying), 'f.db')).toMatchObject({ type: 'error' });
  }
});
