/** gouv-bj - the memoir's server, repaired, and its second SMTP session: espera writes to alexandre. */
import { type HostSpec, type Scenario, telnetSession } from '#sim';
import { aliases, mainCf, masterCf, passwd } from './gouv-bj.files.ts';

/** A time zone the machines of gouv.bj are in. */
export const WAT = { offsetMinutes: 60, name: 'WAT' } as const;

/**
 * mail.gouv.bj. In the simulator its smtpd listens on port 25, as in the memoir: nobody else needs that
 * port.
 */
export const mailGouvBj: HostSpec = {
  name: 'mail.gouv.bj',
  address: '192.168.0.250',
  mainCf,
  masterCf: masterCf.replace('127.0.0.1:1025  inet', 'smtp            inet'),
  tables: { '/etc/postfix/aliases': aliases },
  passwd,
};

/** The administrator's PC, from which the memoir tests the server. */
export const admin = {
  ...{ name: 'admin', address: '192.168.0.10', hostName: 'poste-admin', clientName: 'unknown' },
};

/** What the memoir types after `telnet mail.gouv.bj 25`. */
export const memoirLines = [
  'ehlo mail',
  'mail from: espera@gouv.bj',
  'rcpt to: alexandre@gouv.bj',
  'data',
  'subject: Bonjour',
  'Felicitacion mon frere on vient de reussir notre config',
  '.',
  'quit',
] as const;

/** The memoir's screen; QUEUEID stands for the queue id. Its `250-URFY` is a misprint for VRFY. */
const SCREEN = `\
220 mail.gouv.bj ESMTP Postfix (2.3.6)
ehlo mail
250-mail.gouv.bj
250-PIPELINING
250-SIZE 10240000
250-VRFY
250-ETRN
250-ENHANCEDSTATUSCODES
250-8BITMIME
250 DSN
mail from: espera@gouv.bj
250 2.1.0 Ok
rcpt to: alexandre@gouv.bj
250 2.1.5 Ok
data
354 End data with <CR><LF>.<CR><LF>
subject: Bonjour
Felicitacion mon frere on vient de reussir notre config
.
250 2.0.0 Ok: queued as QUEUEID
quit
221 2.0.0 Bye
`;

export const gouvBj: Scenario = {
  id: 'gouv-bj',
  title: { fr: 'Le serveur de gouv.bj', en: 'The server of gouv.bj' },
  intro: {
    fr: 'Février 2008, à Cotonou : le serveur est prêt. On le teste au telnet, d’espera à alexandre.',
    en: 'February 2008, in Cotonou: the server is ready. It is tested by telnet, from espera to alexandre.',
  },
  start: '2008-02-11T10:05:00+01:00',
  zone: WAT,
  hosts: [mailGouvBj],
  people: [admin],
  script: [telnetSession({ terminal: 't1', startMs: 5000, thinkMs: 1500, lines: memoirLines })],
  expectation: {
    mailboxes: { alexandre: 1, espera: 0 },
    transcripts: { t1: SCREEN },
    queues: { incoming: 0, active: 0, deferred: 0 },
    log: [
      { pattern: 'postfix/smtpd\\[\\d+\\]: [0-9A-F]+: client=', atLeast: 1 },
      { pattern: 'postfix/local\\[\\d+\\]: .*status=sent \\(delivered to maildir\\)', atLeast: 1 },
      { pattern: 'postfix/qmgr\\[\\d+\\]: [0-9A-F]+: removed', atLeast: 1 },
    ],
  },
};
