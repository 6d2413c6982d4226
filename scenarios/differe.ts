/**
 * differe - mail to another domain, for which this version has no transport yet: it waits, and is tried
 * again.
 */
import { type Scenario, telnetSession } from '#sim';
import { admin, mailGouvBj, WAT } from './gouv-bj.ts';

export const differe: Scenario = {
  id: 'differe',
  title: { fr: 'Un message différé', en: 'A deferred message' },
  intro: {
    fr: 'Le transport vers l’extérieur manque : le message attend dans deferred, et l’attente grandit.',
    en: 'The transport to the outside is missing: the message waits in deferred, and the wait grows.',
  },
  start: '2008-02-11T10:05:00+01:00',
  zone: WAT,
  hosts: [mailGouvBj],
  people: [admin],
  script: [
    telnetSession({
      ...{ terminal: 't1', startMs: 5000, thinkMs: 1500 },
      lines: [
        'ehlo poste-admin',
        'mail from:<espera@gouv.bj>',
        'rcpt to:<ada@benin.example>',
        'data',
        'Subject: Bonjour',
        '',
        'A demain.',
        '.',
        'quit',
      ],
    }),
  ],
  expectation: {
    mailboxes: { alexandre: 0, espera: 0 },
    queues: { incoming: 0, active: 0, deferred: 1 },
    log: [{ pattern: 'to=<ada@benin\\.example>, .*status=deferred', atLeast: 4 }],
    runMs: 4 * 3_600_000,
  },
};
