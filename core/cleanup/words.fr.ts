/** Ce que fait cleanup, en une phrase. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'cleanup(8) démarre : un processus par message.',
  'cleanup.open else':
    'cleanup(8) demande un nouveau fichier dans la file incoming ; expéditeur : <{sender}>.',
  'cleanup.abort else': 'Le client est parti : cleanup(8) ôte le fichier inachevé. Rien n’avait été promis.',
  'file.created else': 'Le fichier existe ; l’heure et l’inode donnent au message son identifiant de file.',
  'creating file.failed nameIsTaken': 'Ce nom provisoire existe déjà : cleanup(8) essaie le suivant.',
  'creating file.failed else':
    'Impossible de créer le fichier ({code}) : le client devra réessayer plus tard.',
  'file.renamed else':
    'Le message s’appelle désormais {queueId} ; son fichier est encore incomplet (mode 0600).',
  'naming file.failed else':
    'Impossible de nommer le fichier ({code}) : le client devra réessayer plus tard.',
  'cleanup.recipient aliasLookupFails':
    'La table qui devrait dire qui est {address} ne répond pas : le message doit attendre.',
  'cleanup.recipient else': 'cleanup(8) note le destinataire <{address}>, après virtual(5) et canonical(5).',
  'rewriting cleanup.recipient else':
    'Un destinataire nommé après le texte, <{address}> : sendmail(1) l’a trouvé dans l’en-tête.',
  'body cleanup.recipient else':
    'Un destinataire nommé après le texte, <{address}> : sendmail(1) l’a trouvé dans l’en-tête.',
  'cleanup.prepend else': 'cleanup(8) place la ligne Received: de cette étape en tête des en-têtes.',
  'headers cleanup.chunk else': 'cleanup(8) lit l’en-tête, ligne par ligne.',
  'headers cleanup.close else': 'Le message s’arrête dans son en-tête : il n’a pas de corps.',
  ' headersNeedChecking': 'Chaque en-tête est cherché dans les tables de header_checks(5).',
  ' headersNeedRewriting':
    'L’en-tête porte des adresses d’un client local : trivial-rewrite(8) va les compléter.',
  ' headersAreComplete':
    'L’en-tête est entier : les lignes manquantes s’ajoutent, Bcc: disparaît, tout est écrit.',
  'rewrite.rewritten else':
    'Les adresses ont leur forme standard ; cleanup(8) écrit l’en-tête dans le fichier.',
  'rewriting cleanup.chunk else':
    'Du texte arrive pendant la réécriture de l’en-tête : il patiente un instant.',
  'rewriting cleanup.close else': 'Le texte est complet ; cleanup(8) attend encore trivial-rewrite(8).',
  'body cleanup.chunk else': 'cleanup(8) écrit le texte dans le fichier au fur et à mesure.',
  'body cleanup.close else': 'Le texte est complet.',
  ' closeWasAsked': 'Le texte est complet.',
  ' isDiscarded':
    'Le message est jeté : access(5) ou header_checks(5) a dit DISCARD. Le client croit que tout va bien.',
  ' isHeld':
    'access(5) ou header_checks(5) a dit HOLD : le fichier va dans la file hold, qmgr(8) ne le voit pas.',
  'holding file.renamed else':
    'Il est dans la file hold : le fichier et son répertoire vont maintenant sur le disque.',
  'holding file.failed else':
    'Il n’a pu être mis en attente ({code}) : le fichier est supprimé, le client devra réessayer plus tard.',
  ' isRefused': 'Le message ne peut être gardé : son fichier est ôté et le client saura pourquoi.',
  'closing  else':
    'Le fichier reçoit sa taille définitive et le bit de mode « complet », puis part sur le disque.',
  'file.synced else':
    'Le fichier et son répertoire sont sur le disque : on peut dire 250, et qmgr(8) est réveillé.',
  'rewriting master.childDied else':
    'trivial-rewrite(8) est mort sur l’en-tête : le fichier est ôté, le client devra réessayer plus tard.',
  'syncing file.failed else': 'Le disque a failli ({code}) : le fichier est ôté, le client devra réessayer.',
  'headers file.failed else': 'Le disque a failli ({code}) : le client devra réessayer plus tard.',
  'rewriting file.failed else': 'Le disque a failli ({code}) : le client devra réessayer plus tard.',
  'body file.failed else': 'Le disque a failli ({code}) : le client devra réessayer plus tard.',
  ' miltersAreWanted':
    'Des milters doivent voir le message : cleanup(8) relit son fichier avant de promettre quoi que ce soit.',
  'filtering file.loaded else':
    'Le fichier est lu : son texte va aux milters. Un courrier de cette machine leur est d’abord conté en session SMTP.',
  'filtering milter.answer else':
    'Les milters ont entendu un pas de la session qu’on leur joue : on passe au suivant, ou au message.',
  'filtering milter.done else':
    'Les milters ont vu le message : ce qu’ils veulent changer est écrit avant que le fichier soit rendu durable.',
  'filtering master.childDied else':
    'Qui parlait aux milters est mort : le fichier est retiré, le client est prié de revenir plus tard.',
  'filtering file.failed else':
    'Le fichier n’a pas pu être relu ({code}) : il est retiré, le client est prié de revenir plus tard.',
  ' miltersAreDone': 'Les milters n’ont plus rien à dire.',
  'filtered  else':
    'Le message est gardé : le bit de mode qui dit « complet » est mis, et le fichier va au disque.',
};
