/** Address verification: in simulated time, on our server, with Postfix. verify(8) */
import { expect, test } from 'vitest';
import { testWithOracle } from '../support/oracles.ts';
import { until } from '../support/real-postfix.ts';
import { type Dialogue, parseDialogue } from './dialogue.ts';
import { expected } from './played.ts';
import { startPostfix } from './postfix.ts';
import { playOnServer } from './server.ts';
import { playOnSimulator } from './simulator.ts';

const HELLO = `S: 220 mail.example.org ESMTP Postfix
C: HELO there.example
S: 250 mail.example.org`;
const BYE = `C: QUIT
S: 221 2.0.0 Bye
S-close:
`;
const RECIPIENT = `# settings: address_verify_poll_delay = 1s
# settings: smtpd_recipient_restrictions = reject_unverified_recipient, reject_unauth_destination`;
const ADDRESS = 'Recipient address rejected';

const TEXTS = {
  'recipients, asked for twice': `${RECIPIENT}
${HELLO}
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<ann@example.org>
S: 250 2.1.5 Ok
C: RCPT TO:<zzz@example.org>
S: 450 4.1.1 <zzz@example.org>: ${ADDRESS}: unverified address: unknown user: "zzz"
C: RCPT TO:<zzz@example.org>
S: 450 4.1.1 <zzz@example.org>: ${ADDRESS}: unverified address: unknown user: "zzz"
C: RCPT TO:<x@relay.example>
S: 450 4.1.1 <x@relay.example>: ${ADDRESS}: unverified address: nothing is relayed from here
C: RCPT TO:<double-bounce@example.org>
S: 250 2.1.5 Ok
C: RCPT TO:<ann@example.org>
S: 250 2.1.5 Ok
${BYE}`,
  'an address that error(8) refuses': `${RECIPIENT}
# settings: unverified_recipient_reject_code = 550
${HELLO}
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<y@relay.example>
S: 550 5.1.1 <y@relay.example>: ${ADDRESS}: undeliverable address: nothing is relayed from here
${BYE}`,
  'a code and words of our own': `${RECIPIENT}
# settings: unverified_recipient_reject_code = 550
# settings: unverified_recipient_reject_reason = go away
${HELLO}
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<yyy@example.org>
S: 550 5.1.1 <yyy@example.org>: ${ADDRESS}: undeliverable address: go away
${BYE}`,
  'a code without words': `${RECIPIENT}
# settings: unverified_recipient_reject_code = 551
${HELLO}
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<xxx@example.org>
S: 551 5.1.1 <xxx@example.org>: ${ADDRESS}: undeliverable address: unknown user: "xxx"
${BYE}`,
  'a code that accepts': `${RECIPIENT}
# settings: unverified_recipient_reject_code = 250
${HELLO}
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<www@example.org>
S: 550 5.1.1 <www@example.org>: ${ADDRESS}: User unknown in local recipient table
${BYE}`,
  'senders, with one question': `# settings: address_verify_poll_count = 1
# settings: smtpd_sender_restrictions = reject_unverified_sender
${HELLO}
C: MAIL FROM:<vvv@example.org>
S: 250 2.1.0 Ok
C: RCPT TO:<bob@example.org>
S: 450 4.1.7 <vvv@example.org>: Sender address rejected: unverified address: Address verification in progress
C: RSET
S: 250 2.0.0 Ok
C: MAIL FROM:<>
S: 250 2.1.0 Ok
C: RCPT TO:<bob@example.org>
S: 250 2.1.5 Ok
${BYE}`,
};

const dialogues: readonly Dialogue[] = Object.entries(TEXTS).flatMap(([name, text]) =>
  parseDialogue(name, `# profile: 3.x\n${text}`),
);

/** What agents say of probes, without ids, process numbers and times; each line once, in order. */
function probesIn(log: string): readonly string[] {
  const lines = [...log.matchAll(/postfix\/(\w+)\[\d+\]: \w+: (to=.*status=(?:un)?deliverable .*)$/gm)];
  const said = lines.map(
    ([, agent, text = '']) => `${agent}: ${text.replace(/ delays?=[\d./]+,|\/tmp\/[\w-]+(?=\/mail\/)/g, '')}`,
  );
  return [...new Set(said)].sort();
}

/** The lines of probes in simulated time. */
function simulatedProbes(): readonly string[] {
  let log = '';
  for (const dialogue of dialogues)
    playOnSimulator(dialogue, {}, (world) => {
      log += `${world.log().join('\n')}\n`;
    });
  return probesIn(log);
}

test('ADDRESS_VERIFICATION_README: in simulated time', () => {
  for (const dialogue of dialogues)
    expect(playOnSimulator(dialogue).said, dialogue.name).toEqual(expected(dialogue));
});

test('ADDRESS_VERIFICATION_README: on our server, where error(8) is asked', async () => {
  const some = dialogues.filter(({ name }) => name === 'an address that error(8) refuses');
  expect((await playOnServer(some)).map(({ said }) => said)).toEqual(some.map(expected));
}, 60_000);

testWithOracle('postfix')(
  'ADDRESS_VERIFICATION_README: Postfix says the same',
  async () => {
    const instance = await startPostfix(dialogues);
    try {
      const played = await instance.play(dialogues, 1);
      for (const [at, dialogue] of dialogues.entries())
        expect(played[at]?.said, dialogue.name).toEqual(expected(dialogue));
      const log = await until(() => (instance.log().includes('to=<vvv@') ? instance.log() : undefined));
      const said = probesIn(log);
      expect(said.length).toBeGreaterThan(4);
      expect(simulatedProbes()).toEqual(said);
    } finally {
      instance.stop();
    }
  },
  90_000,
);
