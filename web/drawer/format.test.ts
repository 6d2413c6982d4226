import { expect, test } from 'vitest';
import { drawerMessages } from '../i18n/drawer.ts';
import { countText, durationText } from './format.ts';

const units = drawerMessages('fr').duration.units;

test('page: a duration has at most two units, and none is zero', () => {
  expect(durationText(1_000_000, units)).toBe('16 min 40 s');
  expect(durationText(3_600_000, units)).toBe('1 h');
  expect(durationText(5 * 86_400_000 + 61_000, units)).toBe('5 j');
  expect(durationText(7_322_000, units)).toBe('2 h 2 min');
  expect(durationText(999, units)).toBe('0 s');
  expect(durationText(-5000, units)).toBe('0 s');
});

test('page: thousands are set apart as the language does', () => {
  expect(countText(10_240, 'fr').replace(/\s/g, ' ')).toBe('10 240');
  expect(countText(10_240, 'en')).toBe('10,240');
});
