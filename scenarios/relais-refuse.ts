/** relais-refuse - a stranger wants mail to another domain carried, and is refused. SMTPD_ACCESS_README */
import { type Scenario, telnetSession } from '#sim';
import { mailGouvBj, WAT } from './gouv-bj.ts';

/** Somebody on the Internet: an address of RFC 5737 §3. */
const stranger = {
  ...{ name: 'inconnu', address: '203.0.113.9', hostName: 'internet', clientName: 'unknown' },
};

const SCREEN = `\
220 mail.gouv.bj ESMTP Postfix (2.3.6)
helo spam.example
250 mail.gouv.bj
mail from:<offre@spam.example>
250 2.1.0 Ok
rcpt to:<victime@ailleurs.example>
554 5.7.1 <victime@ailleurs.example>: Relay access denied
rcpt to:<espera@gouv.bj>
250 2.1.5 Ok
quit
221 2.0.0 Bye
`;

export const relaisRefuse: Scenario = {
  id: 'relais-refuse',
  title: { fr: 'Relais refusé', en: 'Relay refused' },
  intro: {
    fr: 'Un inconnu d’Internet écrit vers un domaine étranger, puis vers gouv.bj. Le premier est refusé.',
    en: 'A stranger on the Internet writes to a foreign domain, then to gouv.bj. The first is refused.',
  },
  start: '2008-02-11T10:05:00+01:00',
  zone: WAT,
  hosts: [mailGouvBj],
  people: [stranger],
  script: [
    telnetSession({
      ...{ terminal: 't1', startMs: 5000, thinkMs: 1500 },
      lines: [
        'helo spam.example',
        'mail from:<offre@spam.example>',
        'rcpt to:<victime@ailleurs.example>',
        'rcpt to:<espera@gouv.bj>',
        'quit',
      ],
    }),
  ],
  expectation: {
    mailboxes: { alexandre: 0, espera: 0 },
    transcripts: { t1: SCREEN },
    queues: { incoming: 0, active: 0, deferred: 0 },
    log: [
      { pattern: 'NOQUEUE: reject: RCPT from unknown\\[203\\.0\\.113\\.9\\]: 554 5\\.7\\.1', atLeast: 1 },
    ],
  },
};
