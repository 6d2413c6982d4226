import { expect, test } from 'vitest';
import type { Profile } from '../config/profile.ts';
import { testSettings } from './test-session.ts';
import { unknownRestrictions } from './unknown-restrictions.ts';

function found(mainCf: string, profile: Profile = '3.x') {
  return unknownRestrictions(testSettings(mainCf, profile)).map(({ text, line, remedy }) => [
    text.replace(/^main\.cf, line \d+: /, ''),
    line,
    remedy?.en,
  ]);
}

test('smtpd(8): a restriction that does not exist is named with its line, and with what may be meant', () => {
  const lines = [
    'smtpd_restriction_classes = one',
    'one = permit_mynetwork, check_client_access inline:{{a = OK}}, reject',
    'smtpd_recipient_restrictions = One, one, Reject_Unauth_Destination, sleep 1, hash:/x, wholly_unknown',
  ].join('\n');
  expect(found(lines).map(([text, , better]) => [text, better])).toEqual([
    ['smtpd_recipient_restrictions: unknown smtpd restriction: "One"', 'Did you mean one?'],
    ['smtpd_recipient_restrictions: unknown smtpd restriction: "wholly_unknown"', undefined],
    ['one: unknown smtpd restriction: "permit_mynetwork"', 'Did you mean permit_mynetworks?'],
  ]);
  const [first, , last] = found(lines).map(([, line]) => Number(line));
  expect((first ?? 0) - (last ?? 0)).toBe(1);
});

test('postconf(5) defer_unauth_destination: 2.3 does not know it', () => {
  const lines = 'smtpd_recipient_restrictions = defer_unauth_destination, reject';
  expect(found(lines)).toEqual([]);
  expect(found(lines, '2.3').map(([text]) => text)).toEqual([
    'smtpd_recipient_restrictions: unknown smtpd restriction: "defer_unauth_destination"',
  ]);
});
