/** Ce que fait le client des milters, en une phrase chacune. */
import type { Words } from '../kernel/words.ts';

const DEFAULT = 'Le milter est inutilisable : milter_default_action dit ce qui se passe à la place.';
const IDLE = 'Un milter à qui rien n’était demandé est parti, ou parle : il n’est plus interrogé.';

export const words: Words = {
  start: 'Le client des milters démarre : un processus pour les milters d’une session.',
  'milter.open else': 'Un client est arrivé : les milters sont appelés l’un après l’autre.',
  'milter.tell else': 'Les milters apprennent ce que le client a fait ({happening.stage}).',
  'milter.message else': 'Le message est complet : les milters voient son en-tête et son texte.',
  'idle milter.abort else': 'Le message est oublié ; les milters l’apprennent.',
  'idle milter.quit else': 'La session est finie : on quitte les milters.',
  'idle net.heard else': IDLE,
  'idle net.lost else': IDLE,
  ' taskIsOver': 'Tous les milters à interroger ont répondu ; qui l’avait demandé apprend ce qu’ils veulent.',
  'net.connected else': 'Le milter a répondu à l’appel : on convient de la version et des options.',
  'asking net.heard isAsked':
    'Le milter a dit quelque chose : on lui en dit plus, ou le suivant est interrogé.',
  'asking net.heard else': IDLE,
  'net.lost isAsked': DEFAULT,
  'asking net.lost else': IDLE,
  'timer.fired else': DEFAULT,
  'asking milter.abort else': 'Plus personne n’attend la réponse du milter : on le quitte.',
  'asking milter.quit else': 'La session est finie : on quitte les milters.',
};
