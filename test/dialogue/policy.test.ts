/** check_policy_service with a scripted policy server: in simulated time, on our server, with Postfix. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PeerSpec } from '../../sim/index.ts';
import { testWithOracle } from '../support/oracles.ts';
import { type ScriptedPeer, startPeer } from '../support/scripted-peer.ts';
import { type Dialogue, parseDialogue } from './dialogue.ts';
import { expected } from './played.ts';
import { startPostfix } from './postfix.ts';
import { playOnServer } from './server.ts';
import { playOnSimulator } from './simulator.ts';

const RULES: PeerSpec['rules'] = [
  { contains: ['recipient=ann+reject@'], answer: 'action=REJECT not today\n\n' },
  { contains: ['recipient=ann+later@'], answer: 'action=450 4.7.3 come back\n\n' },
  { contains: ['recipient=ann+grey@'], answer: 'action=DEFER_IF_PERMIT greylisted\n\n' },
  { contains: ['recipient=ann+head@'], answer: 'action=PREPEND X-Policy: seen\n\n' },
  { contains: ['recipient=ann+list@'], answer: 'action=permit_mynetworks, reject\n\n' },
  { contains: ['recipient=ann+odd@'], answer: 'action=nonsense\n\n' },
  { contains: ['recipient=ann+void@'], answer: 'action=\n\n' },
  { contains: ['recipient=ann+twice@'], answer: 'x=y\naction=REJECT one\naction=REJECT two\n\n' },
  { contains: ['recipient=ann+none@'], answer: 'x=y\n\n' },
  { contains: ['recipient=ann+drop@'], hangUp: true },
  { contains: ['policy_context=strict', 'recipient='], answer: 'action=REJECT strict\n\n' },
  { answer: 'action=DUNNO\n\n' },
];
const SCRIPT = { until: '\n\n', rules: RULES } as const;

const NOBODY = '{ inet:127.0.0.1:1, try_limit=1, { default_action = 450 4.7.1 no policy } }';
const LIST = 'smtpd_recipient_restrictions = check_policy_service';
const RCPT = 'reject_unauth_destination';

/** The dialogues, where the policy server listens at this port; nobody listens at port 1. */
function dialoguesAt(port: number): readonly Dialogue[] {
  const server = `inet:127.0.0.1:${port}`;
  const texts = {
    'actions of access(5)': `# settings: ${LIST} ${server}, ${RCPT}
S: 220 mail.example.org ESMTP Postfix
C: HELO there.example
S: 250 mail.example.org
C: MAIL FROM:<a@b.example> SIZE=70
S: 250 2.1.0 Ok
C: RCPT TO:<ann+reject@example.org>
S: 554 5.7.1 <ann+reject@example.org>: Recipient address rejected: not today
C: RCPT TO:<ann+later@example.org>
S: 450 4.7.3 <ann+later@example.org>: Recipient address rejected: come back
C: RCPT TO:<ann+grey@example.org>
S: 450 4.7.1 <ann+grey@example.org>: Recipient address rejected: greylisted
C: RCPT TO:<ann+list@example.org>
S: 554 5.7.1 <ann+list@example.org>: Recipient address rejected: Access denied
C: RCPT TO:<ann+odd@example.org>
S: 451 4.3.5 Server configuration error
C: RCPT TO:<ann+twice@example.org>
S: 554 5.7.1 <ann+twice@example.org>: Recipient address rejected: one
C: RCPT TO:<ann+void@example.org>
S: 250 2.1.5 Ok
C: RCPT TO:<ann+head@example.org>
S: 250 2.1.5 Ok
C: DATA
S: 354 End data with <CR><LF>.<CR><LF>
C: From: a@b.example
C: Date: Mon, 2 Mar 2026 09:00:00 +0000
C: Message-ID: <1@b.example>
C:
C: Hello
C: .
S: 250 2.0.0 Ok: queued as {ID}
C: QUIT
S: 221 2.0.0 Bye
S-close:
`,
    'a server that fails': `# settings: smtpd_policy_service_retry_delay = 1s
# settings: smtpd_recipient_restrictions = check_policy_service ${server}, ${RCPT}
S: 220 mail.example.org ESMTP Postfix
C: HELO there.example
S: 250 mail.example.org
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<ann+none@example.org>
S: 451 4.3.5 <ann+none@example.org>: Recipient address rejected: Server configuration problem
C: RCPT TO:<ann+drop@example.org>
S: 451 4.3.5 <ann+drop@example.org>: Recipient address rejected: Server configuration problem
C: RCPT TO:<ann@example.org>
S: 250 2.1.5 Ok
C: QUIT
S: 221 2.0.0 Bye
S-close:
`,
    'nobody there, with options': `# settings: smtpd_client_restrictions = check_policy_service ${NOBODY}
S: 220 mail.example.org ESMTP Postfix
C: HELO there.example
S: 250 mail.example.org
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<ann@example.org>
S: 450 4.7.1 <unknown[127.0.0.1]>: Client host rejected: no policy
C: QUIT
S: 221 2.0.0 Bye
S-close:
`,
    'every stage, at once': `# settings: smtpd_delay_reject = no
# settings: smtpd_client_restrictions = check_policy_service ${server}
# settings: smtpd_helo_restrictions = check_policy_service ${server}
# settings: smtpd_sender_restrictions = check_policy_service ${server}
# settings: smtpd_data_restrictions = check_policy_service ${server}
# settings: smtpd_end_of_data_restrictions = check_policy_service { ${server}, policy_context=strict }
S: 220 mail.example.org ESMTP Postfix
C: HELO there.example
S: 250 mail.example.org
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 Ok
C: RCPT TO:<ann@example.org>
S: 250 2.1.5 Ok
C: DATA
S: 354 End data with <CR><LF>.<CR><LF>
C: Hello
C: .
S: 554 5.7.1 <END-OF-MESSAGE>: End-of-data rejected: strict
C: QUIT
S: 221 2.0.0 Bye
S-close:
`,
  };
  return Object.entries(texts).flatMap(([name, text]) => parseDialogue(name, `# profile: 3.x\n${text}`));
}

/** Requests without what is another each time. */
function comparable(requests: readonly string[]): readonly string[] {
  return requests
    .map((request) =>
      request
        .replace(/^(client_port|server_port)=\d+$/gm, '$1={PORT}')
        .replace(/^queue_id=.+$/gm, 'queue_id={ID}')
        .replace(/^instance=[0-9a-f]+\.[0-9a-f]+\.[0-9a-f]+\.0$/gm, 'instance={INSTANCE}'),
    )
    .sort();
}

let peer: ScriptedPeer;
let dialogues: readonly Dialogue[];
beforeAll(async () => {
  peer = await startPeer(SCRIPT);
  dialogues = dialoguesAt(peer.port);
});
afterAll(() => peer.close());

/** What one of us says, and what the policy server has heard meanwhile. */
async function ours(): Promise<readonly string[]> {
  peer.requests.length = 0;
  const played = await playOnServer(dialogues);
  const simulated = dialogues.map((dialogue) =>
    playOnSimulator(dialogue, { peers: [{ ...SCRIPT, endpoint: `inet:127.0.0.1:${peer.port}` }] }),
  );
  for (const [at, dialogue] of dialogues.entries()) {
    expect(simulated[at]?.said, dialogue.name).toEqual(expected(dialogue));
    expect(played[at]?.said, dialogue.name).toEqual(expected(dialogue));
    expect(played[at]?.letters, dialogue.name).toEqual(simulated[at]?.letters);
  }
  return comparable(peer.requests);
}

test('SMTPD_POLICY_README: what a policy server says is done, in simulated time and on our server', async () => {
  const requests = await ours();
  expect(requests.filter((request) => request.includes('protocol_state=CONNECT'))).toHaveLength(1);
});

testWithOracle('postfix')(
  'SMTPD_POLICY_README: Postfix tells its policy server the same, and does the same',
  async () => {
    const told = await ours();
    peer.requests.length = 0;
    const instance = await startPostfix(dialogues);
    try {
      const played = await instance.play(dialogues);
      for (const [at, dialogue] of dialogues.entries())
        expect(played[at]?.said, dialogue.name).toEqual(expected(dialogue));
      expect(comparable(peer.requests)).toEqual(told);
    } finally {
      instance.stop();
    }
  },
  60_000,
);
