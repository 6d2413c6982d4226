/** Ce que fait master, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'master(8) démarre les démons permanents : pickup(8) et qmgr(8).',
  'timer.fired isWakeup': 'master(8) réveille un démon, au cas où un signal se serait perdu : {to}.',
  'timer.fired else': 'master(8) relance un démon mort, une fois service_throttle_time écoulé.',
  'master.childDied else': 'master(8) constate la mort de {process} : {reason}. Tout le reste continue.',
};
