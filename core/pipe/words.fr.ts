/** Ce que fait pipe, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'pipe(8) démarre, l’agent qui donne les messages à une commande.',
  'deliver.request isMisconfigured':
    'La ligne de pipe(8) dans master.cf est inutilisable : le courrier attend qu’elle soit corrigée.',
  'deliver.request else': 'pipe(8) lit le message à donner à une commande.',
  'file.loaded messageTooLarge': 'Le message dépasse la taille que size= permet : il est renvoyé.',
  'file.loaded messageIsProbe': 'Le message est une sonde : la commande est nommée, mais pas lancée.',
  'file.loaded else': 'pipe(8) lance la commande sous son utilisateur et lui écrit le message.',
  'file.failed else': 'Le fichier de la file est illisible ({code}) : le message sera réessayé plus tard.',
  'process.ended else': 'La commande est finie : son code de retour dit ce qu’il advient du message.',
  'bounce.appended else': 'bounce(8) a noté l’échec.',
  'master.childDied else': 'bounce(8) en est mort : ce destinataire sera réessayé plus tard.',
  ' allAreLogged': 'pipe(8) rend compte à qmgr(8) et se termine.',
};
