/** Limits on what one client does: in simulated time, on our server, with Postfix. anvil(8) */
import { expect, test } from 'vitest';
import { testWithOracle } from '../support/oracles.ts';
import { type Dialogue, parseDialogue } from './dialogue.ts';
import { expected } from './played.ts';
import { startPostfix } from './postfix.ts';
import { playOnServer } from './server.ts';
import { playOnSimulator } from './simulator.ts';

const HELLO = `S: 220 mail.example.org ESMTP Postfix
C: HELO there.example
S: 250 mail.example.org
`;
const BYE = `C: QUIT
S: 221 2.0.0 Bye
S-close:
`;

const TEXTS = {
  messages: `# settings: smtpd_client_message_rate_limit = 2
${HELLO}C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RSET
S: 250 2.0.0 Ok
C: MAIL FROM:a b
S: 555 5.5.4 Unsupported option: b
C: MAIL FROM
S: 501 5.5.4 Syntax: MAIL FROM:<address>
C: MAIL FROM:<a@b.example>
S: 450 4.7.1 Error: too much mail from 127.0.0.1
C: MAIL FROM:<a@@b>
S: 450 4.7.1 Error: too much mail from 127.0.0.1
C: MAIL FROM:<>
S: 450 4.7.1 Error: too much mail from 127.0.0.1
${BYE}`,
  recipients: `# settings: smtpd_client_recipient_rate_limit = 3
${HELLO}C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<nobody@there.example>
S: 454 4.7.1 <nobody@there.example>: Relay access denied
C: RCPT TO:<>
S: 501 5.1.3 Bad recipient address syntax
C: RCPT TO
S: 501 5.5.4 Syntax: RCPT TO:<address>
C: RCPT TO:<ann@example.org>
S: 250 2.1.5 Ok
C: RCPT TO:<bob@example.org>
S: 450 4.7.1 Error: too many recipients from 127.0.0.1
C: RCPT TO:<postmaster>
S: 450 4.7.1 Error: too many recipients from 127.0.0.1
C: RCPT TO:<>
S: 450 4.7.1 Error: too many recipients from 127.0.0.1
${BYE}`,
  'a client that is an exception': `# settings: smtpd_client_message_rate_limit = 1
# settings: smtpd_client_event_limit_exceptions = 127.0.0.0/8
${HELLO}C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RSET
S: 250 2.0.0 Ok
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
${BYE}`,
  'a client that may say who it is': `# settings: smtpd_client_message_rate_limit = 1
# settings: smtpd_authorized_xclient_hosts = 127.0.0.1
${HELLO}C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RSET
S: 250 2.0.0 Ok
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
${BYE}`,
};

const dialogues: readonly Dialogue[] = Object.entries(TEXTS).flatMap(([name, text]) =>
  parseDialogue(name, `# profile: 3.x\n${text}`),
);

test('anvil(8): limits on messages and recipients, in simulated time and on our server', async () => {
  const played = await playOnServer(dialogues);
  for (const [at, dialogue] of dialogues.entries()) {
    expect(playOnSimulator(dialogue).said, dialogue.name).toEqual(expected(dialogue));
    expect(played[at]?.said, dialogue.name).toEqual(expected(dialogue));
  }
});

testWithOracle('postfix')(
  'anvil(8): Postfix refuses the same in the same words',
  async () => {
    const instance = await startPostfix(dialogues);
    try {
      const played = await instance.play(dialogues);
      for (const [at, dialogue] of dialogues.entries())
        expect(played[at]?.said, dialogue.name).toEqual(expected(dialogue));
      const warned = [...instance.log().matchAll(/warning: (.* limit exceeded: \d+) from unknown\[/g)];
      expect(warned.map(([, text]) => text).sort()).toEqual([
        ...[3, 4, 5].map((times) => `Message delivery request rate limit exceeded: ${times}`),
        ...[4, 5, 6].map((times) => `Recipient address rate limit exceeded: ${times}`),
      ]);
    } finally {
      instance.stop();
    }
  },
  60_000,
);
