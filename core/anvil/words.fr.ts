/** Ce que fait anvil, en une phrase chacune. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'anvil(8) démarre : il n’a encore rien compté.',
  'anvil.count else':
    'smtpd(8) annonce un événement ({what}) de {address} ; anvil(8) dit combien cela en fait.',
  'anvil.disconnect clientIsUnknown':
    '{address} s’en va ; sa connexion avait été comptée par un anvil(8) précédent.',
  'anvil.disconnect othersAreOpen': '{address} ferme une connexion et en garde d’autres.',
  'anvil.disconnect else':
    '{address} n’a plus de connexion ; ses comptes sont gardés pendant une unité de temps.',
  'timer.fired isStatusTime': 'Les comptes les plus élevés vont au journal, puis sont oubliés.',
  'timer.fired else': 'Un client n’est pas revenu pendant une unité de temps : ses comptes sont oubliés.',
  'settings.changed else': 'La configuration a été relue.',
};
