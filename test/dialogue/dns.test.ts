/** Restrictions that ask the DNS, with one zone file: in simulated time, on our server, with Postfix. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DnsServer, startDnsServer } from '../support/dns-server.ts';
import { testWithOracle } from '../support/oracles.ts';
import { type Dialogue, parseDialogue } from './dialogue.ts';
import { FAILING, ZONE } from './dns-zone.ts';
import { expected } from './played.ts';
import { startPostfix } from './postfix.ts';
import { playOnServer } from './server.ts';
import { playOnSimulator } from './simulator.ts';

/** Where Postfix asks: resolv.conf(5) knows no other port. */
const FOR_POSTFIX = { address: '127.0.0.77', port: 53 };

const TEXTS: Readonly<Record<string, string>> = {
  reject_unknown_helo_hostname: `# settings: smtpd_helo_restrictions = reject_unknown_helo_hostname
S: 220 mail.example.org ESMTP Postfix
C: HELO a.example
S: 250 mail.example.org
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<ann@example.org>
S: 450 4.7.1 <a.example>: Helo command rejected: Host not found
C: QUIT
S: 221 2.0.0 Bye
S-close:
`,
};

const dialogues: readonly Dialogue[] = Object.entries(TEXTS).flatMap(([name, text]) =>
  parseDialogue(name, `# profile: 3.x\n${text}`),
);

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer(ZONE, FAILING);
});
afterAll(() => server.close());

test('RFC 1035 §3.7: what rules learn of names decides, in simulated time and on our server', async () => {
  const asking = dialogues.map((dialogue) => ({
    ...dialogue,
    settings: [...dialogue.settings, `resolver_address = 127.0.0.1:${server.port}`],
  }));
  const played = await playOnServer(asking);
  for (const [at, dialogue] of dialogues.entries()) {
    const simulated = playOnSimulator(dialogue, { zones: { '/etc/zone': ZONE }, failingNames: FAILING });
    expect(simulated.said, dialogue.name).toEqual(expected(dialogue));
    expect(played[at]?.said, dialogue.name).toEqual(expected(dialogue));
  }
});

testWithOracle('postfix')(
  'RFC 1035 §3.7: Postfix says the same when it asks the same name server',
  async () => {
    const theirs = await startDnsServer(ZONE, FAILING, FOR_POSTFIX);
    try {
      const instance = await startPostfix(dialogues, FOR_POSTFIX.address);
      try {
        const played = await instance.play(dialogues);
        for (const [at, dialogue] of dialogues.entries())
          expect(played[at]?.said, dialogue.name).toEqual(expected(dialogue));
      } finally {
        instance.stop();
      }
    } finally {
      await theirs.close();
    }
  },
  60_000,
);
