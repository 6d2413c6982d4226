/** Ce qui arrive à une destination et à un message, les petits diagrammes que tient qmgr, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const destination: Words = {
  start:
    'Du courrier part vers une nouvelle destination : initial_destination_concurrency livraisons à la fois.',
  'entry.started else': 'Un agent de livraison prend des destinataires : une livraison de plus est en cours.',
  'entry.done isPaced': 'Une livraison est faite ; une pause précède la suivante (destination_rate_delay).',
  'ready entry.done else':
    'Une livraison est faite : davantage peuvent désormais courir à la fois, jusqu’à la limite.',
  'entry.lost isPaced':
    'Une livraison a pris fin sans rien apprendre de la destination ; la pause est gardée quand même.',
  'entry.lost else':
    'Une livraison a pris fin sans rien apprendre de la destination : elle ne gagne ni ne perd.',
  'site.failed wouldDieButPauses':
    'La destination a échoué une fois de trop : ce qui l’attend est différé, et elle fait une pause.',
  'site.failed isPaced':
    'La destination a échoué : moins de livraisons peuvent courir à la fois, et il y a une pause.',
  'site.failed wouldDie':
    'La destination a échoué une fois de trop : elle passe pour morte, et ce qui l’attend est différé.',
  'ready site.failed else': 'La destination a échoué : moins de livraisons peuvent courir à la fois.',
  'pause.ended else': 'La pause est finie : la livraison suivante peut commencer.',
  'suspended entry.done else': 'Une livraison encore en cours a réussi : la destination revit.',
  'suspended site.failed else':
    'Une autre livraison échoue, qui était en cours quand la destination est morte.',
  'suspension.ended else':
    'minimal_backoff_time est passé, ou quelqu’un l’a demandé : la destination est essayée de nouveau.',
};

export const message: Words = {
  start: 'Un message entre dans la file active.',
  'message.read else':
    'L’enveloppe est lue : on demande à trivial-rewrite(8) où se trouve chaque destinataire.',
  'file.damaged else': 'Le fichier n’est pas un message : il va dans la file corrupt.',
  'file.unreadable else': 'Le fichier ne peut être lu pour le moment : le message sera essayé plus tard.',
  'recipients.resolved else': 'Tous les destinataires ont leur destination ; les livraisons sont en cours.',
  'recipients.done bounced':
    'Plus rien n’est en cours, et il y eut des échecs : bounce(8) le dit à l’expéditeur.',
  'recipients.done report': 'Tous sont servis, et quelqu’un voulait le savoir : bounce(8) en rend compte.',
  'recipients.done expired':
    'Il reste des destinataires, mais le message est trop vieux : il retourne à l’expéditeur.',
  'recipients.done late':
    'Il reste des destinataires, et cela dure : l’expéditeur en est averti, une seule fois.',
  'recipients.done deferred': 'Il reste des destinataires : le message attend dans la file deferred.',
  'recipients.done else': 'Tous sont servis : le message est supprimé.',
  'sender.told report': 'L’expéditeur sait les échecs ; bounce(8) rend compte aussi des réussites.',
  'sender.told expired':
    'L’expéditeur est prévenu ; ce qui reste du message est trop vieux et lui est retourné.',
  'sender.told late':
    'L’expéditeur est prévenu ; pour ceux qui restent, un avertissement part, une seule fois.',
  'sender.told deferred': 'L’expéditeur est prévenu ; les autres attendent dans la file deferred.',
  'sender.told else': 'L’expéditeur est prévenu, et plus personne ne reste : le message est supprimé.',
  'warning sender.told else': 'L’expéditeur est averti : le message attend dans la file deferred.',
  'telling.failed expired': 'Le compte rendu n’a pu être fait ; le message est trop vieux et retourne.',
  'telling.failed late': 'Le compte rendu n’a pu être fait ; l’expéditeur est averti que cela dure.',
  'telling.failed deferred': 'Le compte rendu n’a pu être fait ; les autres attendent dans la file deferred.',
  'reporting telling.failed else':
    'Le compte rendu n’a pu être fait, et plus personne ne reste : le message est supprimé.',
  'telling.failed else': 'L’expéditeur n’a pu être prévenu : le message est gardé et sera essayé plus tard.',
};
