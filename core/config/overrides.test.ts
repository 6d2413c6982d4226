/** What receive_override_options leaves out. */
import { expect, test } from 'vitest';
import { parseMainCf } from './main-cf.ts';
import { leftOut, takesUnknown, without } from './overrides.ts';
import { listOf, makeSettings, textOf } from './settings.ts';

function settings(text: string) {
  return makeSettings({ mainCf: parseMainCf(text, 'main.cf', '3.x').entries, profile: '3.x' });
}

test('postconf(5) receive_override_options: each word leaves something out', () => {
  expect(leftOut(settings(''))).toBeUndefined();
  expect(leftOut(settings('receive_override_options = no_milters'))).toBeUndefined();
  const both = settings('receive_override_options = no_address_mappings, no_header_body_checks');
  expect(leftOut(both)).toEqual({ mappings: true, checks: true });
  expect(takesUnknown(both)).toBe(false);
  expect(takesUnknown(settings('receive_override_options = no_unknown_recipient_checks'))).toBe(true);
});

test('postconf(5) receive_override_options: the tables are empty then, and others stay', () => {
  const own = settings(
    'virtual_alias_maps = hash:/v\nalways_bcc = x\nheader_checks = regexp:/h\nmyorigin = a.b',
  );
  const unmapped = without(own, { mappings: true, checks: false });
  expect(listOf(unmapped, 'virtual_alias_maps')).toEqual([]);
  expect([textOf(unmapped, 'always_bcc'), textOf(unmapped, 'myorigin')]).toEqual(['', 'a.b']);
  expect(listOf(unmapped, 'header_checks')).toEqual(['regexp:/h']);
  const unchecked = without(own, { mappings: false, checks: true });
  expect(listOf(unchecked, 'header_checks')).toEqual([]);
  expect(textOf(unchecked, 'always_bcc')).toBe('x');
  expect(without(own, { mappings: true, checks: false })).toBe(unmapped);
});
