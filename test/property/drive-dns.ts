/** drive-dns - takes the resolver through whatever name servers may say, or leave unsaid. */
import fc from 'fast-check';
import { newResolver, recordIn, replyBytes, type Sent } from '../../core/dns/drive.ts';

type Resolver = ReturnType<typeof newResolver>;

const ANSWER = { answers: [recordIn('a.example A 192.0.2.1')] };
const ALIAS = { answers: [recordIn('a.example CNAME b.example')] };

/** What comes at the port or on the connection of a question: a reply, a piece of one, garbage. */
const REPLIES: readonly ((sent: Sent) => Uint8Array)[] = [
  (sent) => replyBytes(sent, ANSWER),
  (sent) => replyBytes(sent, ALIAS),
  (sent) => replyBytes(sent, { isTruncated: true }),
  (sent) => replyBytes(sent, { rcode: 2 }),
  (sent) => replyBytes(sent, { rcode: 3 }),
  (sent) => replyBytes(sent, { ...ANSWER, id: sent.message.id ^ 1 }),
  () => Uint8Array.of(1, 2, 3),
];

const step = fc.oneof(
  fc.tuple(fc.constant('ask'), fc.constantFrom('a.example', 'b.example', '-'), fc.constant(0)),
  fc.tuple(
    fc.constantFrom('reply', 'reply', 'connect', 'hear', 'fail', 'lose', 'fire', 'expire', 'settings'),
    fc.constant(''),
    fc.nat(REPLIES.length - 1),
  ),
);

function take(one: Resolver, what: string, name: string, which: number): void {
  const sent = one.sent.at(-1);
  const socket = [...one.open].at(-1) ?? 'gone';
  if (what === 'ask') one.ask(name);
  else if (what === 'expire') one.expire();
  else if (what === 'settings') one.happen({ type: 'settings.changed', settings: one.settings });
  else if (what === 'connect') one.happen({ type: 'net.connected', connection: socket });
  else if (what === 'lose') one.happen({ type: 'net.lost', connection: socket, reason: 'EOF' });
  else if (what === 'fail') one.happen({ type: 'udp.failed', socket, reason: 'ECONNREFUSED' });
  else if (what === 'fire') one.happen({ type: 'timer.fired', timer: `${which}` });
  else if (sent !== undefined) {
    const bytes = (REPLIES[which] as (sent: Sent) => Uint8Array)(sent);
    const stream = Uint8Array.from([bytes.length >> 8, bytes.length & 255, ...bytes]);
    if (what === 'reply') one.reply(bytes);
    else one.happen({ type: 'net.heard', connection: socket, bytes: stream });
  }
}

/** So many resolvers, with events in any order. */
export function askNameServers(seed: number, runs: number): void {
  const steps = fc.array(step, { minLength: 10, maxLength: 60 });
  for (const taken of fc.sample(steps, { seed, numRuns: runs })) {
    const one = newResolver('', ['192.0.2.1', '192.0.2.2'], seed);
    for (const [what, name, which] of taken) take(one, what, name, which);
  }
  const crowded = newResolver();
  for (let n = 0; n < 1001; n += 1) crowded.ask(`n${n}.example`);
}
