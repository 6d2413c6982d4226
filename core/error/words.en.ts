/** What error does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'error(8) starts, the agent that never delivers.',
  'deliver.request else':
    'error(8) fails the recipients for the reason that stands in place of a next hop: {nexthop}.',
  'bounce.appended else': 'bounce(8) has noted the failure.',
  'master.childDied else': 'bounce(8) died over it: this recipient is tried again later.',
  ' allAreLogged': 'error(8) reports to qmgr(8) and ends.',
};
