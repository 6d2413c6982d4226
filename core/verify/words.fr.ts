/** Ce que fait verify, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'verify(8) démarre : il ne sait encore rien d’aucune adresse.',
  'verify.query probeIsDue':
    'smtpd(8) demande si {address} est desservie : verify(8) dit ce qu’il sait et envoie une sonde.',
  'verify.query else': 'smtpd(8) demande si {address} est desservie : verify(8) dit ce qu’il sait.',
  'verify.update failureIsIgnored':
    'La sonde de {address} a échoué ({text}), mais un succès vaut encore, ou les échecs ne sont pas retenus.',
  'verify.update else': 'Un agent de livraison a répondu à la sonde de {address} : {text}',
  'cleanup.opened else': 'cleanup(8) prend une sonde : un message sans texte, numéro {queueId}.',
  'cleanup.done probeFailed':
    'cleanup(8) ne prend pas la sonde ; la prochaine question en enverra une autre.',
  'cleanup.done else': 'La sonde {queueId} est dans la file.',
  'master.childDied probeFailed':
    'cleanup(8) est mort sur une sonde ; la prochaine question en enverra une autre.',
  'master.childDied else': 'Un processus est mort avec lequel verify(8) n’avait rien à voir.',
  'timer.fired else': 'Ce qu’on sait des adresses est passé en revue ; ce qui a expiré est oublié.',
  'settings.changed else': 'La configuration a été relue.',
};
