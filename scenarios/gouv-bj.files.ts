/**
 * gouv-bj.files - the texts of scenarios/gouv.bj/repaired for worlds that cannot read files; a test holds
 * both equal.
 */

export const mainCf = `\
# main.cf de mail.gouv.bj, réparé : les réglages du mémoire (../memoir/main.cf), ses erreurs corrigées \
une à une.
# main.cf of mail.gouv.bj, repaired: the memoir's settings (../memoir/main.cf), its mistakes mended one \
by one.
#
# « RÉPARÉ » marque chaque ligne changée ; la ligne du mémoire suit, en commentaire.
# "REPAIRED" marks every changed line; the memoir's line follows it as a comment.

# Le comportement de Postfix 2.3.6, la version du mémoire : ses réponses, ses mots-clés EHLO.
# The behaviour of Postfix 2.3.6, the memoir's version: its replies, its EHLO keywords.
postfix_version_profile = 2.3

myhostname = mail.gouv.bj
mydomain = gouv.bj
myorigin = $mydomain
inet_interfaces = all

# RÉPARÉ : une ligne qui continue la précédente commence par un blanc. Sans lui, Postfix lit un nouveau
# paramètre sans « = » et tous ses programmes s'arrêtent. Supprimer la ligne serait pire : le MX de gouv.bj
# est cette machine, et le courrier du domaine tournerait en rond (5.4.6).
# REPAIRED: a line that continues the one above begins with a blank. Without it Postfix reads a new parameter
# that lacks its "=" and every program stops. Deleting the line would be worse: the MX of gouv.bj is this
# machine, so the domain's own mail would loop back to it (5.4.6).
mydestination = $myhostname, localhost.$mydomain, localhost,
  $mydomain
#mydestination = $myhostname, localhost.$mydomain, localhost,
#$mydomain

# RÉPARÉ : 450 fait réessayer l'expéditeur pendant cinq jours ; 550 lui dit tout de suite que l'adresse \
est fausse.
# REPAIRED: 450 makes the sender retry for five days; 550 tells at once that the address is wrong.
unknown_local_recipient_reject_code = 550
#unknown_local_recipient_reject_code =450

# RÉPARÉ : en commentaire dans le mémoire, donc déduit des interfaces, et autrement selon la version de \
Postfix.
# REPAIRED: commented out in the memoir, hence guessed from the interfaces, differently in each Postfix \
version.
mynetworks = 127.0.0.0/8, 192.168.0.0/24

# RÉPARÉ : le fichier aliases d'à côté ; celui de la machine qui joue le labo reste hors jeu.
# REPAIRED: the aliases file beside this one; that of the machine which plays the lab stays out of it.
alias_maps = hash:$config_directory/aliases
alias_database = hash:$config_directory/aliases
#alias_maps = hash:/etc/aliases
#alias_database = hash:/etc/aliases

recipient_delimiter = +

# RÉPARÉ : le mémoire remplit les trois à la fois, et mailbox_command l'emporte : procmail range tout dans
# /var/spool/mail et les deux autres lignes sont mortes. On garde Maildir/, un dossier que les serveurs IMAP
# trouvent d'eux-mêmes ; .Maildir/, ils ne le trouvent pas.
# REPAIRED: the memoir sets all three, and mailbox_command wins: procmail puts everything into /var/spool/mail
# and the other two lines are dead. We keep Maildir/, a folder that IMAP servers find by themselves;
# .Maildir/ they do not find.
home_mailbox = Maildir/
#home_mailbox = .Maildir/
#mail_spool_directory = /var/spool/mail
#mailbox_command = /usr/bin/procmail

# RÉPARÉ : la seconde session du mémoire montre la version ; c'est donc sa ligne de remplacement qui servait.
# REPAIRED: the memoir's second session shows the version, so its alternative line was the one in use.
smtpd_banner = $myhostname ESMTP $mail_name ($mail_version)
#smtpd_banner = $myhostname ESMTP $mail_name

local_destination_concurrency_limit = 2
default_destination_concurrency_limit = 20
`;

export const masterCf = `\
# master.cf de mail.gouv.bj : les services de Postfix 2.3.6 dont le labo dispose, dans leur ordre d'origine.
# master.cf of mail.gouv.bj: those services of Postfix 2.3.6 that the lab has, in their original order.
#
# RÉPARÉ pour le labo : 127.0.0.1:1025 au lieu de « smtp » (le port 25 de toutes les interfaces), pour n'avoir
# besoin ni des droits de root ni d'une machine vide. Le mémoire ne montre pas son master.cf.
# REPAIRED for the lab: 127.0.0.1:1025 instead of "smtp" (port 25 of every interface), so that neither root's
# rights nor an empty machine is needed. The memoir does not show its master.cf.
#
# service       type  private unpriv  chroot  wakeup  maxproc command + args
#                     (yes)   (yes)   (yes)   (never) (100)
127.0.0.1:1025  inet  n       -       n       -       -       smtpd
pickup          fifo  n       -       n       60      1       pickup
cleanup         unix  n       -       n       -       0       cleanup
qmgr            fifo  n       -       n       300     1       qmgr
rewrite         unix  -       -       n       -       -       trivial-rewrite
bounce          unix  -       -       n       -       0       bounce
defer           unix  -       -       n       -       0       bounce
trace           unix  -       -       n       -       0       bounce
showq           unix  n       -       n       -       -       showq
error           unix  -       -       n       -       -       error
local           unix  -       n       n       -       -       local
`;

export const aliases = `\
# aliases de mail.gouv.bj, réparé : la liste du mémoire (../memoir/aliases), dont le début manque à l'écran.
# aliases of mail.gouv.bj, repaired: the memoir's list (../memoir/aliases), the top of which is off its \
screen.

# RÉPARÉ : le mémoire écrit « root: postmaster » alors que la liste de Fedora dit « postmaster: root » ; \
les deux
# se renvoient le courrier et personne ne lit celui de l'administrateur. Une vraie personne le reçoit \
désormais.
# REPAIRED: the memoir writes "root: postmaster" while Fedora's list says "postmaster: root"; each sends the
# mail back to the other and nobody reads the administrator's. Now a real person gets it.
postmaster: espera

# RÉPARÉ : hors de l'écran du mémoire ; les avis de non-remise viennent de la première, et la liste visible
# renvoie aux deux autres.
# REPAIRED: off the memoir's screen; non-delivery notices come from the first, and the visible list refers to
# the other two.
mailer-daemon: postmaster
news:     root
ftp:      root

# La liste visible, telle quelle. / The visible list as it stands.
ntp:      root
mysql:    root
desktop:  root
rpcuser:  root
rpc:      root
nfsnobody: root

ingres:   root
system:   root
toor:     root
manager:  root
dumper:   root
abuse:    root

newsadm:  news
newsadmin: news
usenet:   news
ftpadm:   ftp
ftpadmin: ftp
ftp-adm:  ftp
ftp-admin: ftp
www:      webmaster
webmaster: root
noc:      root
security: root
hostmaster: root
info:     postmaster
marketing: postmaster
sales:    postmaster
support:  postmaster

# trap decode to catch security attacks
decode:    root

# Person who should get root's mail
root:      postmaster
`;

export const passwd = `\
espera:x:500:500:Espera:/home/espera:/sbin/nologin
alexandre:x:501:501:Alexandre:/home/alexandre:/sbin/nologin
`;
