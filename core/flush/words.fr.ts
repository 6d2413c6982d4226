/** Ce que fait flush, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'flush(8) démarre : il tient la liste du courrier différé de ceux qui peuvent le réclamer.',
  'idle flush.add else':
    'Un message pour {site} est remis à plus tard : flush(8) inscrira son numéro sur la liste de ce site.',
  'idle flush.send else': '{site} réclame son courrier : flush(8) fera partir ce qui est sur sa liste.',
  'idle flush.wakeup else': 'master(8) réveille flush(8) : y a-t-il de vieilles listes ?',
  'flush.add else':
    'Un message pour {site} est remis à plus tard pendant que flush(8) travaille : il attend son tour.',
  'flush.send else': '{site} réclame son courrier pendant que flush(8) travaille : il attend son tour.',
  'flush.wakeup else': 'Un réveil pendant que flush(8) travaille : il regardera ses listes ensuite.',
  'settings.changed else': 'La configuration a changé : flush(8) prend la nouvelle.',
  ' nextIsAdd': 'flush(8) ouvre la liste du site pour y ajouter.',
  ' nextIsSend': 'flush(8) lit la liste du site.',
  ' nextIsRemove': 'Cette liste est vide depuis fast_flush_purge_time : flush(8) la supprime.',
  ' nextIsList': 'flush(8) regarde toutes ses listes.',
  'choosing  else': 'Plus rien à faire : flush(8) dort.',
  'adding file.opened else': 'Les numéros sont écrits, un par ligne.',
  'file.loaded fileIsEmpty': 'Aucun courrier n’attend pour ce site.',
  'file.loaded hasIds': 'Ces messages passent de deferred à incoming, quelle que soit leur heure.',
  'file.loaded else': 'Aucun numéro de message dans cette liste : elle est vidée.',
  'file.renamed othersAreMoving': '{to} : ce message est déplacé, d’autres sont en route.',
  'file.renamed moreAreLeft': '{to} : ce message est déplacé, et maintenant les suivants.',
  'file.renamed else': '{to} : le dernier message est déplacé ; la liste va être vidée.',
  'moving file.failed othersAreMoving': '{path} n’est plus là ; d’autres sont en route.',
  'moving file.failed moreAreLeft': '{path} n’est plus là ; maintenant les suivants.',
  'moving file.failed isMove': '{path} n’est plus là, et c’était le dernier ; la liste va être vidée.',
  'emptying file.opened else': 'La liste est vide, et qmgr(8) doit regarder dans incoming.',
  'emptying file.failed else': 'La liste ne peut être vidée ({code}) ; qmgr(8) est réveillé quand même.',
  'file.failed else':
    'Le disque refuse ({code}) ; aucun courrier n’en est perdu, son tour viendra plus tard.',
  'file.removed else': 'La liste n’est plus.',
  'dir.listed else':
    'Ce qui n’a pas été lu depuis fast_flush_refresh_time part ; ce qui est vide depuis longtemps est supprimé.',
};
