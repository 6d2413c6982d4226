/** Ce que fait qmgr, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'qmgr(8) démarre. Il cherche d’abord ce qu’un qmgr précédent a laissé dans la file active.',
  'starting dir.listed else':
    'Ce qui restait dans active retourne dans incoming ; puis les deux files sont parcourues.',
  'starting file.failed else': 'La file active n’a pu être lue ({code}) ; les autres files sont parcourues.',
  'starting qmgr.wakeup else':
    'qmgr(8) est réveillé au démarrage : son premier parcours verra les nouveautés.',
  'master.start else': 'qmgr(8) est déjà au travail.',
  'settings.changed else':
    'qmgr(8) prend la nouvelle configuration ; les destinations gardent ce qu’elles ont appris.',
  'qmgr.wakeup namesOneMessage':
    'qmgr(8) apprend l’existence du message {queueId} et le prend dans la file active.',
  'qmgr.wakeup else':
    'qmgr(8) est réveillé ({requests}) : W, I lisent incoming, D deferred, A avant l’heure, F sans rancune.',
  'dir.listed isActiveListing': 'Ce qui est dans active sans appartenir à personne retourne dans incoming.',
  'dir.listed else':
    'qmgr(8) voit ce qui attend dans {path} et prend tour à tour les fichiers complets et échus.',
  'file.renamed enteredActive': 'Le message est dans la file active ; qmgr(8) lit son enveloppe.',
  'file.renamed leftActive': 'Le message a quitté la file active pour {to} : il y a place pour un autre.',
  'file.renamed else': 'Un message abandonné est revenu dans incoming.',
  'file.loaded fileIsDamaged':
    'Le fichier est abîmé : qmgr(8) le range dans la file corrupt, pour qu’une personne le regarde.',
  'file.loaded else':
    'qmgr(8) lit qui doit recevoir le message et demande à trivial-rewrite(8) où se trouve chacun.',
  'rewrite.resolved else':
    'Un destinataire passe par {transport} vers {nexthop}. À la dernière réponse, le message y part.',
  'deliver.done isAwaited':
    'L’agent de remise a fini : qmgr(8) note les résultats ; la destination gagne ou perd en parallélisme.',
  'deliver.done else': 'Une réponse que plus personne n’attend ne compte pas.',
  'bounce.appended else': 'bounce(8) a noté ce qu’il est advenu du destinataire.',
  'bounce.flushed else': 'bounce(8) s’est occupé de l’expéditeur ; le message peut quitter la file active.',
  'file.removed leftActive': 'Il n’y a plus rien à faire pour le message : il est supprimé.',
  'file.removed else': 'Ce qu’un essai précédent avait noté ne vaut plus.',
  'timer.fired isDeferredTimer': 'queue_run_delay est écoulé : qmgr(8) regarde la file deferred.',
  'timer.fired isSuspensionTimer':
    'minimal_backoff_time est écoulé : une destination morte reçoit une nouvelle chance.',
  'timer.fired isPauseTimer':
    'La pause entre deux remises vers une destination est finie : la suivante peut partir.',
  'timer.fired isTroubleTimer': 'Une minute a passé : ce que le disque a refusé est réessayé.',
  'timer.fired else': 'qmgr(8) cherche les demandes restées sans réponse.',
  'file.failed failedToList': 'Une file n’a pu être lue ({code}).',
  'file.failed failedToActivate':
    'Le message n’a pu être pris ({code}) : il reste où il est, s’il y est encore.',
  'file.failed failedToRead': 'Le message est illisible ({code}) : il va dans deferred et sera réessayé.',
  'file.failed failedToLeave':
    'Le message ne peut quitter la file active ({code}) : nouvel essai dans une minute.',
  'file.failed wasNotThere': 'Rien n’avait été noté : il n’y avait rien à ôter.',
  'file.failed else': 'Le disque a failli ({code}) ; qmgr(8) le dit, et n’abandonne personne pour autant.',
  'master.childDied else':
    '{service} est mort pendant une demande : ses destinataires seront réessayés plus tard.',
};
