/** What anvil does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'anvil(8) starts: it has counted nothing yet.',
  'anvil.count else': 'smtpd(8) has one {what} more from {address}; anvil(8) says how many that makes.',
  'anvil.disconnect clientIsUnknown':
    '{address} goes, whose connection was counted by an anvil(8) before this one.',
  'anvil.disconnect othersAreOpen': '{address} closes a connection and has others.',
  'anvil.disconnect else': '{address} has no connection left; its counts are kept for a time unit.',
  'timer.fired isStatusTime': 'The highest counts go into the log, and are forgotten.',
  'timer.fired else': 'A client has not come again for a time unit: its counts are forgotten.',
  'settings.changed else': 'The configuration was read again.',
};
