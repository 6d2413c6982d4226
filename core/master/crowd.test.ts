/** What master does when all processes of a service are busy. */
import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import { intOf, makeSettings, timeMsOf } from '../config/settings.ts';
import { admit, crowdWarnings, depart, EMPTY_CROWD, hasRoom, underStress } from './crowd.ts';

test('STRESS_README: who takes the last place is under stress, and so is all that comes in 1000 s', () => {
  const first = admit(EMPTY_CROWD, 2, 0);
  expect(first).toMatchObject({ stressed: false, isNews: false });
  const second = admit(first.crowd, 2, 1000);
  expect(second).toMatchObject({ stressed: true, isNews: true });
  expect(hasRoom(second.crowd, 2)).toBe(false);
  const left = depart(depart(second.crowd));
  expect(hasRoom(left, 2)).toBe(true);
  expect(admit(left, 2, 1_000_999)).toMatchObject({ stressed: true, isNews: false });
  expect(admit(left, 2, 1_001_001)).toMatchObject({ stressed: false });
});

test('master(8): a full service is news only once in 1000 s', () => {
  const { crowd } = admit(EMPTY_CROWD, 1, 0);
  expect(admit(depart(crowd), 1, 1_000_000)).toMatchObject({ isNews: false });
  expect(admit(depart(crowd), 1, 1_000_001)).toMatchObject({ isNews: true });
  expect(crowdWarnings('smtp', '25', 100)[0]).toBe(
    'service "smtp" (25) has reached its process limit "100": new clients may experience noticeable delays',
  );
});

test('master(5) maxproc: 0 is no limit', () => {
  const { crowd, stressed } = admit(EMPTY_CROWD, 0, 0);
  expect([hasRoom(crowd, 0), stressed]).toEqual([true, false]);
});

test('postconf(5) stress: timeouts and limits are short then, where nothing else is said', () => {
  const { entries } = parseMainCf('smtpd_junk_command_limit = 7\n', 'main.cf', '3.x');
  const settings = makeSettings({ mainCf: entries, profile: '3.x' });
  const stressed = underStress(settings);
  expect(timeMsOf(settings, 'smtpd_timeout')).toBe(300_000);
  expect(timeMsOf(stressed, 'smtpd_timeout')).toBe(10_000);
  expect(intOf(stressed, 'smtpd_hard_error_limit')).toBe(1);
  expect(intOf(stressed, 'smtpd_junk_command_limit')).toBe(7);
  expect(underStress(settings)).toBe(stressed);
  const calm = { ...settings, overrides: new Map([['stress', '']]) };
  expect(timeMsOf(underStress(calm), 'smtpd_timeout')).toBe(300_000);
});
