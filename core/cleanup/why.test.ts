/** What the trace is told of the tables that changed a message. */
import { expect, test } from 'vitest';
import { chunk, close, drive, open, prepend, RECEIVED, recipient, settingsWith } from './drive.ts';

const TABLES = {
  canonical: 'inline:{{@old.test=@h.new.test}}',
  virtual: 'inline:{{bob@new.test=joe@x.test jim@x.test}}',
  copies: 'inline:{{bob@new.test=watcher@x.test}}',
};
const LINES = `canonical_maps = ${TABLES.canonical}
masquerade_domains = new.test
masquerade_classes = envelope_sender, envelope_recipient, header_sender
virtual_alias_maps = ${TABLES.virtual}
recipient_bcc_maps = ${TABLES.copies}
always_bcc = all@x.test
`;

function explained(lines: string) {
  const text = 'From: ann@old.test\nTo: bob@old.test\n\nx\n';
  const notes = [open({ sender: 'ann@old.test' }), recipient('bob@old.test'), prepend(RECEIVED)];
  return drive(settingsWith(lines), [...notes, chunk(text), close]);
}

test('canonical(5), virtual(5), masquerade_domains, …_bcc: the trace names parameter, table and key', () => {
  const canonical = { parameter: 'canonical_maps', table: TABLES.canonical, key: '@old.test' };
  const masked = { parameter: 'masquerade_domains', key: 'new.test' };
  const virtual = { parameter: 'virtual_alias_maps', table: TABLES.virtual, key: 'bob@new.test' };
  const copied = { parameter: 'recipient_bcc_maps', table: TABLES.copies, key: 'bob@new.test' };
  const facts = explained(LINES).explained.map(({ what, becomes, because }) => ({ what, becomes, because }));
  expect(facts).toEqual([
    { what: 'ann@old.test', becomes: ['ann@new.test'], because: [canonical, masked] },
    {
      ...{ what: 'bob@old.test', becomes: ['joe@x.test', 'jim@x.test'] },
      because: [canonical, masked, virtual],
    },
    { what: 'watcher@x.test', becomes: ['watcher@x.test'], because: [copied] },
    { what: 'From', because: [canonical, masked] },
    { what: 'To', because: [canonical] },
    { what: 'all@x.test', becomes: ['all@x.test'], because: [{ parameter: 'always_bcc' }] },
  ]);
});

test('nothing is explained where no table changed anything', () => {
  expect(explained('').explained).toEqual([]);
  expect(explained('canonical_maps = inline:{{nobody@old.test=x}}\n').explained).toEqual([]);
});

test('virtual(5): a table that fails is named with the message that it keeps waiting', () => {
  const { done } = explained('virtual_alias_maps = hash:/nowhere\n');
  expect(done).toMatchObject({ status: 'map', because: { parameter: 'virtual_alias_maps' } });
});
