/** Ce que fait error, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'error(8) démarre, l’agent qui ne livre jamais.',
  'deliver.request else':
    'error(8) fait échouer les destinataires pour la raison inscrite à la place du saut suivant : {nexthop}.',
  'bounce.appended else': 'bounce(8) a noté l’échec.',
  'master.childDied else': 'bounce(8) en est mort : ce destinataire sera réessayé plus tard.',
  ' allAreLogged': 'error(8) rend compte à qmgr(8) et se termine.',
};
