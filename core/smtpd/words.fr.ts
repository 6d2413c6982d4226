/** Ce que fait smtpd, en une phrase. */
import type { Words } from '../kernel/words.ts';

const TOO_EARLY =
  'D’autres données attendent derrière « {line} », où le client doit attendre la réponse : smtpd(8) raccroche.';
const IN_CHUNKS = 'Le message a commencé par BDAT et doit continuer ainsi, jusqu’à BDAT LAST ou RSET.';
const DENIED = 'Le client a été refusé à son arrivée : seul QUIT l’aiderait.';

const COUNTED =
  'On demande à anvil(8) combien ce client, qui n’est pas une exception, a fait ces derniers temps.';
const GOES_ON = {
  connecting: 'Le client n’a pas trop de connexions : il est servi.',
  sender: 'Le client peut envoyer un message.',
  recipient: 'Le client peut nommer un destinataire.',
  unanswered: 'anvil(8) ne dit rien : smtpd(8) continue comme si le client respectait ses limites.',
};

export const words: Words = {
  'countedSender  addressIsBad': 'Personne ne peut lire une adresse dans cette ligne.',
  'countedSender  senderIsNull': 'L’expéditeur est <> : un avis auquel il ne faut jamais répondre.',
  'countedSender  else': 'Le client nomme l’expéditeur : trivial-rewrite(8) doit donner la forme standard.',
  'countedRecipient  addressIsBad': 'Personne ne peut lire une adresse dans cette ligne.',
  'countedRecipient  else':
    'Le client nomme un destinataire : trivial-rewrite(8) doit donner la forme standard.',
  ' clientIsCounted': COUNTED,
  'MAIL clientIsCounted': COUNTED,
  'RCPT clientIsCounted': COUNTED,
  'anvil.counted tooManyConnections':
    'Le client a ouvert plus de connexions que smtpd_client_connection_count_limit : {reply}',
  'anvil.counted tooManyNewConnections':
    'Le client s’est connecté plus souvent que smtpd_client_connection_rate_limit : {reply}',
  'anvil.counted tooMuchMail':
    'Le client a envoyé plus de messages que smtpd_client_message_rate_limit : {reply}',
  'anvil.counted tooManyRecipientsOfClient':
    'Le client a nommé plus de destinataires que smtpd_client_recipient_rate_limit : {reply}',
  'anvil.counted isConnecting': GOES_ON.connecting,
  'anvil.counted isSender': GOES_ON.sender,
  'anvil.counted else': GOES_ON.recipient,
  'counting master.childDied isConnecting': GOES_ON.unanswered,
  'counting master.childDied isSender': GOES_ON.unanswered,
  'counting master.childDied else': GOES_ON.unanswered,
  'counting timer.fired isConnecting': GOES_ON.unanswered,
  'counting timer.fired isSender': GOES_ON.unanswered,
  'counting timer.fired else': GOES_ON.unanswered,
  start: 'Un client se connecte : smtpd(8) démarre, un processus par client. Il répond : {reply}',
  'cleanup.done else': 'cleanup(8) a renoncé avant la fin du texte : le client l’apprendra après le point.',
  'master.childDied else':
    'Le processus qui tenait le message est mort : le client l’apprendra après le point.',
  'timer.fired else': 'C’est le client qui attend smtpd(8), non l’inverse : son propre délai ne compte pas.',
  ' relaysForAll':
    'Les restrictions relaieraient le courrier de tout le monde : smtpd(8) refuse de travailler.',
  ' clientIsJudgedNow': 'smtpd_delay_reject est coupé : le client est jugé avant d’être salué.',
  ' noticeIsDue':
    'Cette session a connu une erreur : le postmaster en reçoit la transcription (notify_classes).',
  'net.closed lossIsNoticed':
    'Le client est parti après une erreur : le postmaster reçoit la transcription de la session.',
  'noticing cleanup.opened else': 'cleanup(8) a un fichier pour la transcription : elle est écrite.',
  'cleanup.done noticeIsQueued': 'La transcription pour le postmaster est dans la file.',
  'noticing cleanup.done else': 'cleanup(8) n’a pas pu garder la transcription : seul le journal en parle.',
  'noticing master.childDied else':
    'cleanup(8) est mort en écrivant la transcription : seul le journal en parle.',
  'noticing timer.fired else': 'cleanup(8) ne dit rien : il n’y aura pas de transcription.',
  'arrivedAnew  else': 'smtpd(8) salue le client, qui est nouveau pour lui.',
  'arriving  else': 'smtpd(8) salue le client et donne son nom.',
  'HELO lacksArguments': 'HELO attend le nom du client : « {line} » n’en donne pas.',
  'HELO nameIsJudgedNow': 'smtpd_delay_reject est coupé : le nom est jugé avant d’être accepté.',
  'HELO else': 'Le client donne son nom. Une transaction ouverte est oubliée.',
  'EHLO lacksArguments': 'EHLO attend le nom du client : « {line} » n’en donne pas.',
  'EHLO nameIsJudgedNow': 'smtpd_delay_reject est coupé : le nom est jugé avant d’être accepté.',
  'EHLO else':
    'Le client donne son nom et demande ce que smtpd(8) sait faire ; la réponse : un mot-clé par ligne.',
  'RSET hasArguments': 'RSET ne prend pas d’argument.',
  'RSET else': 'Le client reprend tout depuis MAIL : la transaction est oubliée.',
  'NOOP else': 'Le client ne demande rien, et l’obtient. En trop grand nombre, cela compte comme erreur.',
  'VRFY vrfyIsDisabled': 'disable_vrfy_command : on ne dit à personne qui existe ici.',
  'VRFY lacksArguments': 'VRFY attend une adresse.',
  'VRFY addressIsBad': 'Personne ne peut lire une adresse dans « {line} ».',
  'VRFY else': 'Le client demande si une adresse existe : trivial-rewrite(8) dira ce qu’elle désigne.',
  'STARTTLS hasArguments': 'STARTTLS ne prend pas d’argument.',
  'STARTTLS else': 'TLS n’est pas configuré ici : la connexion reste comme elle est.',
  'AUTH helloIsRequired': 'smtpd_helo_required : le client doit d’abord donner son nom.',
  'AUTH else': 'SASL n’est pas configuré ici : personne ne peut s’identifier.',
  'QUIT else': 'Le client a fini ; smtpd(8) lui dit au revoir.',
  'UNKNOWN isEmpty': 'La ligne est vide : ce n’est pas une commande.',
  'UNKNOWN isNoopCommand':
    'smtpd_noop_commands : on répond à « {line} » comme si quelque chose avait été fait.',
  'UNKNOWN isForbidden':
    '« {line} » n’est pas du SMTP : un navigateur ou un en-tête s’est égaré. smtpd(8) raccroche.',
  'UNKNOWN else': 'smtpd(8) ne connaît pas la commande « {line} ».',
  'MAIL helloIsRequired': 'smtpd_helo_required : le client doit donner son nom avant d’envoyer du courrier.',
  'MAIL addressIsMissing':
    'MAIL est suivi de FROM: et de l’adresse de l’expéditeur ; « {line} » ne l’est pas.',
  'MAIL wordIsBroken': 'Le < ou le guillemet de l’adresse n’est jamais fermé.',
  'MAIL addressIsBad': 'Personne ne peut lire une seule adresse dans « {line} ».',
  'MAIL senderIsNull': 'L’expéditeur est <> : un avis auquel il ne faut jamais répondre.',
  'MAIL else': 'Le client nomme l’expéditeur : trivial-rewrite(8) en donnera la forme normale.',
  'envelope MAIL else': 'Une transaction est déjà ouverte ; elle doit finir avant que la suivante commence.',
  'RCPT addressIsMissing': 'RCPT est suivi de TO: et de l’adresse du destinataire ; « {line} » ne l’est pas.',
  'RCPT wordIsBroken': 'Le < ou le guillemet de l’adresse n’est jamais fermé.',
  'RCPT addressIsBad': 'Personne ne peut lire une seule adresse dans « {line} ».',
  'RCPT else': 'Un destinataire avant l’expéditeur : MAIL doit venir d’abord.',
  'envelope RCPT else': 'Le client nomme un destinataire : trivial-rewrite(8) en donnera la forme normale.',
  'DATA noRecipientAccepted': 'Aucun destinataire n’a été accepté : il n’y a personne à qui écrire.',
  'DATA hasArguments': 'DATA ne prend pas d’argument.',
  'DATA dataIsJudged': 'smtpd_data_restrictions est lue avant que le texte puisse venir.',
  'DATA else': 'Aucune transaction n’est ouverte : MAIL et RCPT doivent venir d’abord.',
  'envelope DATA else':
    'smtpd(8) écrit sa ligne Received: et demande le texte, jusqu’à une ligne d’un seul point.',
  'BDAT chunkingIsHidden':
    'smtpd_discard_ehlo_keywords : BDAT n’est pas offert ici. La suite pourrait passer pour des commandes, smtpd(8) raccroche.',
  'BDAT chunkSyntaxIsBad': 'Rien dans « {line} » ne dit la longueur du morceau : smtpd(8) raccroche.',
  'BDAT chunkIsOutOfPlace': 'Ce morceau ne peut être pris : il est lu puis jeté.',
  'BDAT chunkIsJudged': 'Premier morceau : smtpd_data_restrictions est lu avant de le prendre.',
  'BDAT else': 'Le client annonce la longueur du prochain morceau de texte.',
  'MAIL isInChunks': IN_CHUNKS,
  'RCPT isInChunks': IN_CHUNKS,
  'DATA isInChunks': IN_CHUNKS,
  ' chunkIsRefused': 'Les listes disent non ; le morceau est lu et jeté avant que le client ne l’apprenne.',
  ' chunkIsPermitted': 'Les listes permettent le message : son premier morceau est lu.',
  ' chunkIsUnread': 'Les octets du morceau sont lus, ni plus ni moins.',
  ' chunkWasRefused': 'Le morceau est jeté : {reply}',
  ' chunkHasBareNewline': 'Le morceau avait des lignes finies par LF sans CR : le message est refusé.',
  ' chunkHasFailed': 'Le morceau est lu, mais le message n’a pu être gardé : {reply}',
  ' chunkIsNotLast': 'Le morceau est pris : {reply}',
  ' messageIsJudged': 'Le texte est complet ; smtpd_end_of_data_restrictions est lu.',
  'chunk  else':
    'Dernier morceau : le texte est complet. cleanup(8) le rend entier et durable ; rien n’est encore promis.',
  'chunk.text else': 'Une partie du morceau arrive et va à cleanup(8).',
  'chunk.end else': 'Le morceau est complet.',
  'readingChunk timer.fired else':
    'Le texte s’est arrêté au milieu : smtpd(8) raccroche, le message est oublié.',
  'BDAT pipelinedTooEarly': TOO_EARLY,
  'denied BDAT else': DENIED,
  'ETRN helloIsRequired': 'smtpd_helo_required : le client doit d’abord donner son nom.',
  'ETRN etrnSyntaxIsBad': 'ETRN attend le nom d’un domaine.',
  'ETRN etrnNameIsBad': 'Ce qui suit ETRN n’est pas un nom de domaine.',
  'ETRN isStdin': 'sendmail -bs n’est pas fait pour réclamer le courrier d’autrui.',
  'ETRN else': 'Le client réclame le courrier d’un domaine : en a-t-il le droit ?',
  'envelope ETRN else': 'ETRN ne peut venir au milieu d’une transaction.',
  'XCLIENT lacksArguments': 'XCLIENT attend attribut=valeur.',
  'XCLIENT xclientIsForbidden': 'Ce client n’a pas le droit de parler au nom d’un autre.',
  'XCLIENT xclientIsWrong': 'Un attribut de XCLIENT est inconnu ou n’a pas de bonne valeur : {reply}',
  'XCLIENT else':
    'Un mandataire de confiance dit qui est vraiment le client : la session recommence avec celui-là.',
  'envelope XCLIENT else': 'XCLIENT ne peut venir au milieu d’une transaction.',
  'XFORWARD lacksArguments': 'XFORWARD attend attribut=valeur.',
  'XFORWARD xforwardIsForbidden': 'Ce client n’a pas le droit de nous parler d’un autre.',
  'XFORWARD xforwardIsWrong': 'Un attribut de XFORWARD est inconnu ou n’a pas de bonne valeur : {reply}',
  'XFORWARD else':
    'Un filtre de contenu dit de qui lui vient le prochain message : les journaux et le saut suivant l’apprendront.',
  'envelope XFORWARD else': 'XFORWARD ne peut venir au milieu d’une transaction.',
  'line.bare else':
    'La ligne finit par LF sans CR : d’autres serveurs la liraient autrement. smtpd(8) raccroche.',
  'line.long else': 'La ligne dépasse line_length_limit : seul son début compte, le reste est sauté.',
  'net.closed else': 'Le client est parti. Ce qui n’était pas promis est oublié.',
  'connected timer.fired else': 'Le client s’est tu pendant smtpd_timeout : smtpd(8) raccroche.',
  'ready timer.fired else': 'Le client s’est tu pendant smtpd_timeout : smtpd(8) raccroche.',
  'envelope timer.fired else':
    'Le client s’est tu pendant smtpd_timeout : smtpd(8) raccroche, le message est oublié.',
  'denied timer.fired else': 'Le client s’est tu pendant smtpd_timeout : smtpd(8) raccroche.',
  'receiving timer.fired else':
    'Le texte s’est arrêté au milieu : smtpd(8) raccroche, le message est oublié.',
  'rewriting timer.fired else': 'trivial-rewrite(8) ne répond pas : le client est prié de revenir plus tard.',
  'resolving timer.fired else': 'trivial-rewrite(8) ne répond pas : le client est prié de revenir plus tard.',
  'openingMessage timer.fired else': 'cleanup(8) ne répond pas : le client est prié de revenir plus tard.',
  'rewriting master.childDied else':
    'trivial-rewrite(8) est mort : le client est prié de réessayer cette adresse plus tard.',
  'resolving master.childDied else':
    'trivial-rewrite(8) est mort : le client est prié de réessayer cette adresse plus tard.',
  'openingMessage master.childDied else': 'cleanup(8) est mort : le client est prié de revenir plus tard.',
  'queueing master.childDied else':
    'cleanup(8) est mort sans avoir rien promis : le client doit garder le message.',
  'rewrite.rewritten else': 'La forme normale est {addresses}. Où irait le courrier pour elle ?',
  'rewrite.resolved addressIsUnroutable':
    'Aucun courrier ne peut aller à une telle adresse : elle est refusée.',
  'rewrite.resolved isSender': 'On peut écrire à l’expéditeur : {recipient}.',
  'rewrite.resolved isVrfy':
    'L’adresse est {recipient} ; les restrictions sont lues comme pour un destinataire.',
  'rewrite.resolved else': 'Le courrier pour {recipient} irait à {transport}:{nexthop}.',
  ' mailOptionIsBad': 'Un paramètre de MAIL est faux ou inconnu : {reply}',
  ' declaredTooBig':
    'Le client annonce plus que message_size_limit : mieux vaut refuser avant le texte qu’après.',
  ' senderIsJudgedNow': 'smtpd_delay_reject est coupé : l’expéditeur est jugé avant d’être accepté.',
  'sender  else': 'L’expéditeur est accepté ; les restrictions le jugeront avec le premier destinataire.',
  ' opensAtMail': 'On demande tout de suite un fichier de file à cleanup(8).',
  'senderAccepted  else': 'La transaction commence : {reply}',
  ' rcptOptionIsBad': 'Un paramètre de RCPT est faux ou inconnu : {reply}',
  ' tooManyRecipients':
    'Le message a déjà smtpd_recipient_limit destinataires ; le client peut le renvoyer aux autres.',
  'recipient  else': 'Les restrictions sont lues.',
  ' findingIsPause': 'Une restriction veut qu’un peu de temps passe.',
  ' findingIsQuestion': 'Une restriction doit interroger un autre service.',
  'policy.answer answersQuestion':
    'Le serveur de politique a tranché, ou n’a pu être interrogé. La lecture des listes continue.',
  'dns.answer answersQuestion': 'Le service de noms répond : {status}. La lecture des listes continue.',
  'master.childDied answersQuestion':
    'Celui qu’on interrogeait est mort : la lecture des listes continue sans réponse.',
  'timer.fired answersQuestion':
    'Personne n’a répondu à temps : la lecture des listes continue sans réponse.',
  ' clientIsRefused': 'Les restrictions refusent le client avant qu’il ait dit un mot : {reply}',
  ' messageIsRefused': 'Les restrictions refusent le message après son texte : {reply}',
  ' isRefused': 'Les restrictions disent non : {reply}',
  ' stageIsConnect': 'Les restrictions acceptent le client : il est salué.',
  ' stageIsHelo': 'Les restrictions acceptent le nom.',
  ' stageIsMail': 'Les restrictions acceptent l’expéditeur.',
  ' stageIsVrfy':
    'Les restrictions accepteraient le destinataire, mais personne ne promet l’arrivée : {reply}',
  ' stageIsEtrn': 'Les restrictions acceptent la demande.',
  ' stageIsData': 'Les restrictions acceptent le message : smtpd(8) demande le texte.',
  ' stageIsEndOfData': 'Les restrictions acceptent le message : cleanup(8) le rend entier et durable.',
  ' fileIsOpen': 'Les restrictions acceptent le destinataire : cleanup(8) le note.',
  'judging  else': 'Les restrictions acceptent le premier destinataire : on demande un fichier à cleanup(8).',
  'timer.fired isPauseTimer': 'La pause est finie ; la lecture des restrictions reprend.',
  ' etrnIsUnavailable':
    'Le domaine n’est pas dans fast_flush_domains : aucune liste de son courrier n’est tenue.',
  ' flushIsMissing': 'master.cf n’a pas de flush(8) : nul ne sait ce qui attend pour ce domaine.',
  ' etrnLookupFails': 'Personne ne peut dire si le domaine est dans fast_flush_domains.',
  'flushing  else': 'qmgr(8) est prié de réessayer le courrier de ce domaine.',
  'cleanup.opened openedForSender': 'Le message s’appelle {queueId} ; l’expéditeur est accepté.',
  'cleanup.opened else': 'Le message s’appelle {queueId} ; le premier destinataire est accepté.',
  'openingMessage cleanup.done else':
    'cleanup(8) n’a pu créer de fichier : le client est prié de revenir plus tard.',
  'data.chunk else': 'Du texte arrive et passe à cleanup(8).',
  'data.end bareNewlineSeen': 'Le texte avait des lignes finies par LF sans CR : il est refusé.',
  'data.end messageHasFailed': 'Le texte est complet, mais le message n’a pu être gardé : {reply}',
  'data.end messageIsJudged': 'Le texte est complet ; smtpd_end_of_data_restrictions est lue.',
  'data.end else':
    'Le point seul : le texte est complet. cleanup(8) le rend durable ; rien n’est encore promis.',
  'cleanup.done messageIsQueued':
    'Le message est sur le disque. Alors seulement smtpd(8) promet de le livrer : {reply}',
  'queueing cleanup.done else': 'Le message n’a pu être gardé : {reply}',
  ' mustSleep': 'Trop d’erreurs : la réponse attend smtpd_error_sleep_time.',
  ' mustHangUp': 'smtpd(8) ferme la connexion.',
  ' hasTooManyErrors': 'smtpd_hard_error_limit est atteint : smtpd(8) raccroche.',
  ' expectsText': 'À présent on lit le texte, non des commandes.',
  ' isDenied': 'Le client ne peut plus dire que QUIT.',
  ' inTransaction': 'RCPT ou DATA peut suivre.',
  ' hasSaidHello': 'MAIL peut suivre.',
  'answered  else': 'smtpd(8) attend une commande.',
  'timer.fired isSleepTimer': 'L’attente est finie : {reply}',
  'HELO pipelinedTooEarly': TOO_EARLY,
  'EHLO pipelinedTooEarly': TOO_EARLY,
  'MAIL pipelinedTooEarly': TOO_EARLY,
  'RCPT pipelinedTooEarly': TOO_EARLY,
  'DATA pipelinedTooEarly': TOO_EARLY,
  'RSET pipelinedTooEarly': TOO_EARLY,
  'NOOP pipelinedTooEarly': TOO_EARLY,
  'VRFY pipelinedTooEarly': TOO_EARLY,
  'ETRN pipelinedTooEarly': TOO_EARLY,
  'QUIT pipelinedTooEarly': TOO_EARLY,
  'STARTTLS pipelinedTooEarly': TOO_EARLY,
  'AUTH pipelinedTooEarly': TOO_EARLY,
  'XCLIENT pipelinedTooEarly': TOO_EARLY,
  'XFORWARD pipelinedTooEarly': TOO_EARLY,
  'denied HELO else': DENIED,
  'denied EHLO else': DENIED,
  'denied MAIL else': DENIED,
  'denied RCPT else': DENIED,
  'denied DATA else': DENIED,
  'denied RSET else': DENIED,
  'denied NOOP else': DENIED,
  'denied VRFY else': DENIED,
  'denied ETRN else': DENIED,
  'denied STARTTLS else': DENIED,
  'denied AUTH else': DENIED,
  'denied XCLIENT else': DENIED,
  'denied XFORWARD else': DENIED,
  'denied UNKNOWN else': DENIED,
};
