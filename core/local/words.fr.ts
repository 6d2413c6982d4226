/** Ce que fait local, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'local(8) démarre : un processus par livraison.',
  'deliver.request else':
    'qmgr(8) confie le message {queueId} ; local(8) le lit, pour voir s’il est déjà passé par ici.',
  'reading file.loaded limitsContradict':
    'mailbox_size_limit est inférieur à message_size_limit : le courrier n’entrerait pas. Il attend.',
  'reading file.loaded else': 'Le message est lu ; ses lignes Delivered-To: disent où il est déjà passé.',
  'reading file.failed else':
    'Le fichier de la file est illisible ({code}) : tous les destinataires attendent.',
  ' workIsDone': 'Tout est fait pour ce message.',
  ' isForwardingLoop':
    'Le message a déjà été livré à cette adresse : il tourne en rond, il repart donc à l’expéditeur.',
  ' isAliasLoop': 'Ces alias renvoient l’un à l’autre sans fin : le message repart à l’expéditeur.',
  ' aliasLookupFails': 'La table des alias ne répond pas : nul ne sait à qui est ce courrier, il attend.',
  ' nextIsProbed': 'Le message est une sonde : local(8) dit où irait le courrier et ne livre rien.',
  ' nextIsAlias': 'Ce nom est un alias : ses membres prennent sa place.',
  ' nextIsUser': 'Ce nom est celui d’un utilisateur de la machine.',
  ' goesElsewhere':
    'La configuration envoie les inconnus vers un lieu qui n’est pas encore géré : le courrier attend.',
  ' isRequiredName': 'postmaster et MAILER-DAEMON doivent exister ; sans alias, leur courrier est jeté.',
  ' nextIsName': 'Aucun alias ni utilisateur ne porte ce nom : le message repart, si ce n’est déjà dit.',
  ' nextIsMembers': 'trivial-rewrite(8) est interrogé sur les membres : lesquels sont chez nous ?',
  ' nextIsForward': 'Les autres adresses recevront un nouveau message ; cleanup(8) doit ouvrir un fichier.',
  ' nextIsServed': 'Cette boîte a déjà le message : deux chemins y menaient, une copie suffit.',
  ' nextMayForward':
    'L’utilisateur a-t-il son mot à dire ? local(8) cherche un .forward, avec ses droits : {path}.',
  ' wantsOtherDelivery': 'La configuration veut un mode de livraison pas encore géré : le courrier attend.',
  ' nextIsNowhere': 'Livrer à /dev/null, c’est ne rien faire.',
  ' nextIsMaildir': 'Un nouveau fichier commence dans tmp/ du Maildir, avec les droits du destinataire.',
  'choosing  else': 'Le fichier de boîte est ouvert en ajout, et verrouillé.',
  ' noAddresses': 'La liste ne contient aucune adresse.',
  ' membersAreResolved': 'Les membres de la maison sont servis ici, les autres recevront un nouveau message.',
  'rewrite.rewritten isStrayAnswer': 'Réponse tardive de trivial-rewrite(8) ; personne ne l’attend plus.',
  'rewrite.rewritten else': 'Les membres ont leur forme standard : {addresses}. Où vont-ils ?',
  'rewrite.resolved isStrayAnswer': 'Réponse tardive de trivial-rewrite(8) ; personne ne l’attend plus.',
  'rewrite.resolved else': '{recipient} part par le transport {transport}.',
  'resolving master.childDied else': 'trivial-rewrite(8) est mort sur la question : le destinataire attend.',
  'resolving file.failed else': 'Le disque répond au sujet d’une livraison abandonnée.',
  'forwarding file.loaded forwardIsUnsafe':
    'Ce .forward appartient à un autre, ou tous peuvent y écrire : il est ignoré.',
  'forwarding file.loaded forwardIsEmpty': 'Le .forward est vide : il ne dit rien.',
  'forwarding file.loaded else': 'Le .forward décide : ses lignes prennent la place de la boîte.',
  'forwarding file.failed forwardIsUnreadable':
    'Le .forward est illisible ({code}) : mieux vaut attendre que livrer au mauvais endroit.',
  'forwarding file.failed else': 'Pas de .forward ici ({code}).',
  'file.failed isStray': 'Le disque répond sur ce qui est abandonné ou superflu ; rien ne s’ensuit.',
  'file.created else': 'Le fichier est là ; son inode entrera dans son nom. Le message est lu maintenant.',
  'file.opened else':
    'La boîte est ouverte et verrouillée ({sizeBytes} octets). Le message est lu maintenant.',
  'opening file.failed else':
    'La boîte ne s’ouvre pas ({code}) : la ligne de journal dit ce que devient le courrier.',
  'storing file.loaded mailboxIsFull': 'La boîte dépasserait mailbox_size_limit : le message repart.',
  'storing file.loaded else':
    'Return-Path:, X-Original-To: et Delivered-To: précèdent le texte ; tout va sur le disque.',
  'file.synced nextIsMaildir':
    'Le message est sur le disque : il passe de tmp/ à new/, où les lecteurs le voient.',
  'storing file.synced else': 'Le message est dans la boîte, sur le disque : livré.',
  'storing file.failed isUnread': 'Le fichier de la file est illisible ({code}) : le courrier attend.',
  'storing file.failed else': 'Le disque a failli ({code}) : le message à moitié écrit est repris.',
  'file.renamed else': 'Le message est dans new/, durablement : livré.',
  'moving file.failed else': 'Le message n’a pu passer dans new/ ({code}) : il est repris.',
  'cleanup.opened else': 'Le nouveau message s’appelle {queueId} ; on lit le texte pour lui.',
  'sending file.loaded else':
    'Le texte part chez cleanup(8), précédé de Delivered-To:, pour que les boucles finissent.',
  'sending file.failed else': 'Le texte est illisible ({code}) : pas de renvoi, le courrier attend.',
  'cleanup.done forwardFailed': 'cleanup(8) n’a pas pris le nouveau message ({status}).',
  'sending cleanup.done else': 'Le nouveau message est en sûreté dans la file : renvoyé sous {queueId}.',
  'sending master.childDied else': 'cleanup(8) est mort : pas de renvoi, le courrier attend.',
  'bounce.appended else': 'bounce(8) a noté pourquoi un destinataire n’a pas été atteint.',
  'master.childDied logProcessDied':
    'bounce(8) est mort avant d’avoir noté la raison : le destinataire sera réessayé.',
  'file.removed else': 'Le fichier inachevé a disparu.',
  'reporting file.loaded else': 'Le disque répond sur ce qui est abandonné.',
  'reporting file.failed else': 'Le disque répond sur ce qui est abandonné.',
  ' allAreLogged': 'qmgr(8) apprend ce qu’il est advenu de chaque destinataire.',
};
