/** Ce que fait pickup, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'pickup(8) démarre : il regardera dans maildrop quand on le réveillera.',
  'idle master.start else':
    'master(8) donne le départ : pickup(8) regarde si du courrier attend dans maildrop.',
  'idle pickup.wakeup else': 'Un réveil : pickup(8) regarde dans maildrop.',
  'settings.changed else': 'La configuration a changé : pickup(8) prend la nouvelle.',
  'dir.listed else':
    'pickup(8) a la liste de maildrop ; les fichiers encore en écriture sont laissés de côté.',
  'listing file.failed else': 'Impossible de lister maildrop ({code}) ; le prochain réveil réessaiera.',
  'pickup.wakeup else': 'Un réveil en plein travail : pickup(8) regardera encore une fois ensuite.',
  'master.start else': 'master(8) donne le départ en plein travail : pickup(8) regardera encore ensuite.',
  ' shouldLookAgain':
    'Tous les fichiers sont traités, mais un réveil est venu : pickup(8) regarde de nouveau.',
  ' nothingWaits': 'Rien n’attend dans maildrop : pickup(8) se rendort.',
  'choosing  else': 'pickup(8) ouvre le fichier suivant : {path}.',
  'file.loaded isMalformed':
    'postdrop(1) n’a pas pu écrire ce fichier, ou il a un second nom : un avertissement, et il part.',
  'reading file.loaded else':
    'Le fichier est entier ; trivial-rewrite(8) va compléter les adresses de son enveloppe.',
  'reading file.failed hasVanished': 'Le fichier a disparu ; il n’y a rien à faire.',
  'reading file.failed else': 'Le fichier est illisible ({code}) ; il reste, on réessaiera plus tard.',
  'rewrite.rewritten else':
    'Les adresses ont leur forme standard ; pickup(8) commence un message auprès de cleanup(8).',
  'master.childDied else': '{service} est mort sur ce message : le fichier reste dans maildrop, à réessayer.',
  'cleanup.opened else': 'Le message s’appelle {queueId} ; pickup(8) note qui l’envoie et lit son texte.',
  'opening cleanup.done else':
    'cleanup(8) n’a pas pu créer de fichier ({status}) : le courrier reste dans maildrop.',
  'feeding file.loaded hasChanged':
    'Le fichier a changé entre-temps : cleanup(8) oublie le message, le fichier reste dans maildrop.',
  'feeding file.loaded else': 'Destinataires, ligne Received: et texte partent vers cleanup(8).',
  'feeding file.failed else':
    'Le texte est illisible ({code}) : cleanup(8) oublie le message, le fichier reste dans maildrop.',
  'feeding cleanup.done namesNobody': 'Le message n’est pour personne : un avertissement, et il part.',
  'feeding cleanup.done isForSender':
    'cleanup(8) ne prendra jamais le message ({status}) : bounce(8) note pourquoi, pour l’expéditeur.',
  'bounce.appended noticeFailed': 'bounce(8) n’a pas pu noter la raison : le courrier reste dans maildrop.',
  'bounce.appended else': 'bounce(8) a noté la raison ; après le dernier destinataire, il enverra l’avis.',
  'bounce.flushed noticeFailed': 'L’expéditeur n’a pas pu être averti : le courrier reste dans maildrop.',
  'bounce.flushed else': 'L’expéditeur est averti, sur le disque : le fichier de maildrop peut partir.',
  'feeding cleanup.done wasRefused':
    'cleanup(8) n’a pas pris le message ({status}) : il reste dans maildrop.',
  'feeding cleanup.done else':
    '{queueId} est dans la file, sur le disque : le fichier de maildrop peut enfin partir.',
  'file.removed else': 'Le fichier de maildrop n’est plus.',
  'removing file.failed hasVanished': 'Le fichier de maildrop avait déjà disparu.',
  'removing file.failed else':
    'Impossible d’ôter le fichier ({code}) : il sera ignoré désormais, pour que nul ne le reçoive deux fois.',
};
