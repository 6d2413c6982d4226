/** What master does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'master(8) starts the daemons that stay: pickup(8) and qmgr(8).',
  'timer.fired isWakeup': 'master(8) wakes a daemon, in case a trigger was lost: {to}.',
  'timer.fired else': 'master(8) starts a daemon again after it died and service_throttle_time passed.',
  'master.childDied else': 'master(8) notes that {process} died: {reason}. Everything else goes on.',
};
