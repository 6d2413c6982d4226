import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyTables } from '../config/tables/store.ts';
import { canonical, expandVirtual, standardForm } from './address-maps.ts';
import { settingsWith } from './drive.ts';

function virtual(table: string, more = '') {
  const settings = settingsWith(`virtual_alias_maps = inline:{ ${table} }\n${more}`);
  return (address: string) => expandVirtual(settings, address);
}

test('virtual(5): an alias is taken apart in place, and may expand to itself once', () => {
  const expand = virtual(
    '{list@v.test = a@v.test, b@v.test, list@v.test} {a@v.test = c} self@v.test=self@v.test',
  );
  expect(expand('list@v.test').addresses).toEqual(['c@gouv.bj', 'b@v.test', 'list@v.test']);
  expect(expand('LIST@V.test').addresses).toEqual(['c@gouv.bj', 'b@v.test', 'list@v.test']);
  expect(expand('self@v.test')).toEqual({ addresses: ['self@v.test'] });
  expect(expand('none@v.test')).toEqual({ addresses: ['none@v.test'] });
});

test('postconf(5) propagate_unmatched_extensions: the extension goes along, in its own case', () => {
  const expand = virtual('{plus@v.test = target@v.test, "a b"@v.test} @dom.test=@dom2.test');
  expect(expand('plus+Ext@v.test').addresses).toEqual(['target+Ext@v.test', 'a b+Ext@v.test']);
  expect(expand('x+y@dom.test').addresses).toEqual(['x+y@dom2.test']);
  expect(expand('a,b@dom.test').addresses).toEqual(['a,b@dom2.test']);
  expect(virtual('x@dom.test=@dom2.test')('x+Y@dom.test').addresses).toEqual(['x+Y@dom2.test']);
  const dash = virtual('plus@v.test=target@v.test', 'recipient_delimiter = +-\n');
  expect(dash('plus-Ext@v.test').addresses).toEqual(['target-Ext@v.test']);
  const off = virtual('plus@v.test=target@v.test', 'propagate_unmatched_extensions =\n');
  expect(off('plus+Ext@v.test').addresses).toEqual(['target@v.test']);
});

test('postconf(5) virtual_alias_recursion_limit: circles end; 3.x defers, 2.3 keeps what it has', () => {
  const circle = 'loop1@v.test=loop2@v.test loop2@v.test=loop3@v.test loop3@v.test=loop1@v.test';
  const later = virtual(circle)('loop1@v.test');
  expect([later.failed, later.warning]).toEqual([
    'limit',
    'unreasonable virtual_alias_maps map nesting for loop1@v.test -- message not accepted, try again later',
  ]);
  const entries = new Map(circle.split(' ').map((pair) => pair.split('=') as [string, string]));
  const tables = new Map([['hash:/circle', { type: 'table', entries, folded: true } as const]]);
  const settings = settingsWith('virtual_alias_maps = hash:/circle\n', '2.3');
  const old = expandVirtual({ ...settings, tables: { ...emptyTables, tables } }, 'loop1@v.test');
  expect([old.failed, old.warning]).toEqual([
    undefined,
    'unreasonable virtual_alias_maps map nesting for loop1@v.test',
  ]);
});

test('postconf(5) virtual_alias_expansion_limit, virtual_alias_address_length_limit: growth ends too', () => {
  const many = virtual('{all@v.test = a@v.test, b@v.test, c@v.test}', 'virtual_alias_expansion_limit = 2\n');
  expect(many('all@v.test').warning).toMatch(
    /^unreasonable virtual_alias_maps map expansion size for all@v\.test/,
  );
  const long = virtual('x@v.test=x+yyyyyyyyyy@v.test', 'virtual_alias_address_length_limit = 10\n');
  expect(long('x@v.test').failed).toBe('limit');
  expect(virtual('x@v.test=x+y@v.test')('x@v.test').failed).toBe('limit');
});

test('virtual(5): a table that is missing makes the message wait', () => {
  const settings = settingsWith('virtual_alias_maps = hash:/nowhere\n');
  expect(expandVirtual(settings, 'a@v.test')).toEqual({
    addresses: ['a@v.test'],
    warning: 'virtual_alias_maps map lookup problem for a@v.test -- message not accepted, try again later',
    failed: 'lookup',
    causes: [{ parameter: 'virtual_alias_maps', table: 'hash:/nowhere' }],
  });
  expect(virtual('{a@v.test = ,}')('a@v.test').failed).toBe('lookup');
});

test('canonical(5): sender and recipient tables come first, each for the classes it is meant for', () => {
  const settings = settingsWith(`sender_canonical_maps = inline:{ old@s.test=newsender }
recipient_canonical_maps = inline:{ old@s.test=new@old.test }
canonical_maps = inline:{ @old.test=@new.test }
sender_canonical_classes = envelope_sender
`);
  expect(canonical(settings, 'old@s.test', 'envelope_sender').addresses).toEqual(['newsender@gouv.bj']);
  expect(canonical(settings, 'old@s.test', 'header_sender').addresses).toEqual(['old@s.test']);
  expect(canonical(settings, 'old@s.test', 'envelope_recipient').addresses).toEqual(['new@new.test']);
  const round = settingsWith('canonical_maps = inline:{ a@b.c=b@b.c b@b.c=a@b.c }\n');
  expect(canonical(round, 'a@b.c', 'header_sender')).toMatchObject({
    addresses: ['a@b.c'],
    warning: 'unreasonable canonical_maps map nesting for a@b.c -- message not accepted, try again later',
  });
});

test('trivial-rewrite(8): addresses in tables are completed like local ones', () => {
  const settings = settingsWith();
  const pairs = [
    ['a', 'a@gouv.bj'],
    ['a@host', 'a@host.gouv.bj'],
    ['a@host.test.', 'a@host.test'],
    ['a@[1.2.3.4]', 'a@[1.2.3.4]'],
    ['', ''],
  ] as const;
  for (const [given, wanted] of pairs) expect(standardForm(settings, given)).toBe(wanted);
});

test('virtual(5): no address and no table content throws or runs away', () => {
  const part = fc.constantFrom(
    'a',
    'b@v.test',
    '@v.test',
    'a+b@v.test',
    '"',
    ',',
    '<>',
    ' ',
    '\\',
    '@',
    'c@d',
  );
  const text = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (value, address) => {
      const settings = settingsWith(`virtual_alias_maps = static:{${value.replace(/[{}]/g, '')}}\n`);
      expect(expandVirtual(settings, address).addresses.length).toBeLessThanOrEqual(1001);
    }),
    { seed: 3, numRuns: 60 },
  );
});
