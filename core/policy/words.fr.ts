/** Ce que fait le client des serveurs de politique, en une phrase chacune. */
import type { Words } from '../kernel/words.ts';

const AGAIN = 'Le serveur de politique a échoué : il sera interrogé encore une fois dans un instant.';
const ENOUGH = 'Le serveur de politique a échoué trop souvent : smtpd(8) continue avec l’action par défaut.';

export const words: Words = {
  start: 'Le client des serveurs de politique démarre : un processus pour toutes les sessions.',
  'policy.ask lineIsKept':
    'smtpd(8) interroge {server.name}, vers qui une connexion est ouverte : la requête part.',
  'policy.ask else': 'smtpd(8) interroge {server.name} : ce serveur est appelé.',
  'net.connected else': 'Le serveur de politique a répondu à l’appel : la requête part.',
  'net.heard lineIsIdle':
    'Le serveur de politique parle sans qu’on lui demande rien : la connexion est coupée.',
  'net.heard answerGoesOn': 'Une partie de la réponse ; on attend le reste.',
  'net.heard answerIsWhole': 'Le serveur de politique a dit ce qu’il faut faire ; smtpd(8) l’apprend.',
  'net.heard triesAreLeft': AGAIN,
  'net.heard somebodyWaits': ENOUGH,
  'net.lost lineIsIdle': 'Le serveur de politique a fermé une connexion dont personne n’avait besoin.',
  'net.lost triesAreLeft': AGAIN,
  'net.lost somebodyWaits': ENOUGH,
  'timer.fired lineIsIdle':
    'Personne n’a interrogé ce serveur de politique depuis un moment : la connexion est fermée.',
  'timer.fired mayTryAgain': 'Le serveur de politique est appelé une nouvelle fois.',
  'timer.fired triesAreLeft': AGAIN,
  'timer.fired somebodyWaits': ENOUGH,
};
