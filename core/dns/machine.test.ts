/** The resolver: whom it asks, what it believes, when it gives up. */
import { expect, test } from 'vitest';
import { newResolver, recordIn, replyBytes, settingsFor } from './drive.ts';

type Resolver = ReturnType<typeof newResolver>;

function lastOf(one: Resolver) {
  const sent = one.sent.at(-1);
  if (sent === undefined) throw new Error('nobody was asked');
  return sent;
}

/** The name server answers with these records. */
function say(one: Resolver, ...lines: readonly string[]): void {
  one.reply(replyBytes(lastOf(one), { answers: lines.map((line) => recordIn(line)) }));
}

const statuses = (one: Resolver) => one.answers.map(({ status }) => status);

test('RFC 1034 §5.3.1: a question is sent, and its answer passed on', () => {
  const one = newResolver();
  one.ask('mail.example');
  expect(lastOf(one)).toMatchObject({ how: 'udp', address: '192.0.2.53', port: 53 });
  expect(lastOf(one).message.question).toEqual({ name: 'mail.example', rrtype: 'A' });
  say(one, 'MAIL.example A 192.0.2.1', 'other.example A 192.0.2.66');
  expect(one.answers).toMatchObject([
    { token: 'A mail.example', status: 'ok', records: [{ data: '192.0.2.1' }] },
  ]);
  expect([one.open.size, one.timers.size, one.context().flights.size]).toEqual([0, 0, 0]);
});

test('resolv.conf(5) timeout, attempts: 5 s for each server, twice over all', () => {
  const one = newResolver('', ['192.0.2.1', '192.0.2.2']);
  one.ask('mail.example');
  for (let turn = 0; turn < 4; turn += 1) one.expire();
  expect(one.sent.map(({ address }) => address)).toEqual([
    '192.0.2.1',
    '192.0.2.2',
    '192.0.2.1',
    '192.0.2.2',
  ]);
  expect(one.now()).toBe(20_000);
  expect(statuses(one)).toEqual(['servfail']);
  expect(one.open.size).toBe(0);
  expect(new Set(one.sent.map(({ message }) => message.id)).size).toBe(4);
});

test('RFC 1035 §4.1.1: a server that fails or refuses is passed over; nobody at its port too', () => {
  const one = newResolver('', ['192.0.2.1', '192.0.2.2']);
  one.ask('mail.example');
  one.reply(replyBytes(lastOf(one), { rcode: 2 }));
  one.reply(replyBytes(lastOf(one), { rcode: 5 }));
  one.happen({ type: 'udp.failed', socket: lastOf(one).socket, reason: 'ECONNREFUSED' });
  expect(statuses(one)).toEqual([]);
  say(one, 'mail.example A 192.0.2.1');
  expect(statuses(one)).toEqual(['ok']);
});

test('security 25: an answer to another question, number or port is thrown away', () => {
  const one = newResolver();
  one.ask('mail.example');
  const { message, socket } = lastOf(one);
  const poison = { answers: [recordIn('mail.example A 192.0.2.66')] };
  const forged = [
    replyBytes(lastOf(one), { ...poison, id: message.id ^ 1 }),
    replyBytes(lastOf(one), { ...poison, question: { name: 'other.example', rrtype: 'A' } }),
    replyBytes(lastOf(one), { ...poison, question: { name: 'mail.example', rrtype: 'MX' } }),
    replyBytes(lastOf(one), { ...poison, isReply: false }),
  ];
  for (const bytes of forged) one.reply(bytes);
  one.reply(replyBytes(lastOf(one), poison), 'another port');
  expect(one.answers).toEqual([]);
  one.reply(replyBytes(lastOf(one), { answers: [recordIn('mail.example A 192.0.2.1')] }), socket);
  expect(one.answers).toMatchObject([{ records: [{ data: '192.0.2.1' }] }]);
});

test('security 25: numbers of questions differ from seed to seed, and do not count up', () => {
  const idsOf = (seed: number) => {
    const one = newResolver('', ['192.0.2.53'], seed);
    for (let n = 0; n < 50; n += 1) one.ask(`n${n}.example`);
    return one.sent.map(({ message }) => message.id);
  };
  const [ids, others] = [idsOf(1), idsOf(2)];
  expect(idsOf(1)).toEqual(ids);
  expect(others).not.toEqual(ids);
  expect(ids.filter((id, at) => id === (ids[at - 1] ?? -9) + 1)).toEqual([]);
});

test('security 39: records of other names in an answer are not remembered', () => {
  const one = newResolver();
  one.ask('mail.example');
  say(one, 'mail.example A 192.0.2.1', 'bank.example A 192.0.2.66');
  one.ask('bank.example');
  expect(one.sent).toHaveLength(2);
});

test('RFC 7766 §5: what was cut is asked for over TCP, and read in pieces', () => {
  const one = newResolver();
  one.ask('mail.example');
  one.reply(replyBytes(lastOf(one), { isTruncated: true }));
  const [, call] = [...one.open];
  const connection = call ?? [...one.open][0] ?? '';
  one.happen({ type: 'net.connected', connection });
  expect(lastOf(one)).toMatchObject({ how: 'tcp', socket: connection, address: '192.0.2.53', port: 53 });
  const bytes = replyBytes(lastOf(one), { answers: [recordIn('mail.example A 192.0.2.1')] });
  const stream = Uint8Array.from([bytes.length >> 8, bytes.length & 255, ...bytes]);
  for (const byte of stream) {
    expect(one.answers).toEqual([]);
    one.happen({ type: 'net.heard', connection, bytes: Uint8Array.of(byte) });
  }
  expect(statuses(one)).toEqual(['ok']);
  expect(one.open.size).toBe(0);
});

test('RFC 7766 §5: a connection that ends early is a server that cannot say', () => {
  const one = newResolver();
  one.ask('mail.example');
  one.reply(replyBytes(lastOf(one), { isTruncated: true }));
  one.happen({ type: 'net.lost', connection: [...one.open][0], reason: 'EOF' });
  expect(lastOf(one).how).toBe('udp');
  one.expire();
  expect(statuses(one)).toEqual(['servfail']);
});

test('RFC 1034 §3.6.2: a chain of aliases is followed, in one reply or by asking on', () => {
  const one = newResolver();
  one.ask('a.example');
  say(one, 'a.example CNAME b.example', 'b.example CNAME c.example', 'c.example A 192.0.2.1');
  one.ask('d.example');
  say(one, 'd.example CNAME e.example');
  expect(lastOf(one).message.question?.name).toBe('e.example');
  say(one, 'e.example A 192.0.2.2');
  expect(one.answers).toMatchObject([
    { records: [{ data: '192.0.2.1' }] },
    { records: [{ data: '192.0.2.2' }] },
  ]);
});

test('security 39: aliases in circles end', () => {
  const one = newResolver();
  one.ask('a.example');
  say(one, 'a.example CNAME b.example', 'b.example CNAME a.example');
  expect(statuses(one)).toEqual(['nxdomain']);
  one.ask('x0.example');
  for (let n = 0; one.answers.length < 2 && n < 50; n += 1) say(one, `x${n}.example CNAME x${n + 1}.example`);
  expect(statuses(one)).toEqual(['nxdomain', 'nxdomain']);
});

test('RFC 1035 §7.3: an answer is kept as long as its records allow, and no longer', () => {
  const one = newResolver();
  one.ask('mail.example');
  say(one, 'mail.example A 192.0.2.1');
  one.pass(59_999);
  one.ask('MAIL.example');
  expect([one.sent.length, ...statuses(one)]).toEqual([1, 'ok', 'ok']);
  one.pass(1);
  one.ask('mail.example');
  expect(one.sent).toHaveLength(2);
});

test('RFC 2308 §5: that there is no such name is kept as its SOA record says', () => {
  const one = newResolver();
  one.ask('none.example');
  const soa = recordIn('example SOA ns.example h.example 1 2 3 4 30', 60);
  one.reply(replyBytes(lastOf(one), { rcode: 3, authority: [soa] }));
  one.pass(29_999);
  one.ask('none.example');
  expect([one.sent.length, ...statuses(one)]).toEqual([1, 'nxdomain', 'nxdomain']);
  one.pass(1);
  one.ask('none.example');
  expect(one.sent).toHaveLength(2);
});

test('RFC 5452 §5: who asks for the same waits for the one answer', () => {
  const one = newResolver();
  one.ask('mail.example', 'A', 'first');
  one.ask('mail.example', 'A', 'second');
  expect(one.sent).toHaveLength(1);
  say(one, 'mail.example A 192.0.2.1');
  expect(one.answers.map(({ token }) => token)).toEqual(['first', 'second']);
});

test('RFC 1123 §2.1: nobody is asked about what can be no name', () => {
  const one = newResolver();
  for (const name of ['', '-a.example', 'a..example', '192.0.2.1', `${'x'.repeat(64)}.example`])
    one.ask(name);
  expect(statuses(one)).toEqual(Array.from({ length: 5 }, () => 'nxdomain'));
  expect(one.sent).toEqual([]);
});

test('security 39: a thousand questions on their way are enough, and five thousand answers', () => {
  const one = newResolver();
  for (let n = 0; n < 1001; n += 1) one.ask(`n${n}.example`);
  expect(one.sent).toHaveLength(1000);
  expect(statuses(one)).toEqual(['servfail']);
  const full = newResolver();
  for (let n = 0; n < 5001; n += 1) {
    full.ask(`n${n}.example`);
    say(full, `n${n}.example A 192.0.2.1`);
  }
  full.ask('n0.example');
  expect(full.sent).toHaveLength(5002);
});

test('resolv.conf(5): resolver_address wins, and a new one is taken at once', () => {
  const one = newResolver('resolver_address = 192.0.2.9:5353');
  one.ask('mail.example');
  expect(lastOf(one)).toMatchObject({ address: '192.0.2.9', port: 5353 });
  say(one, 'mail.example A 192.0.2.1');
  one.happen({ type: 'settings.changed', settings: settingsFor('resolver_address = [2001:db8::1]:54') });
  one.ask('mail.example');
  expect(lastOf(one)).toMatchObject({ address: '2001:db8::1', port: 54 });
  const alone = newResolver('', []);
  alone.ask('mail.example');
  expect(lastOf(alone)).toMatchObject({ address: '127.0.0.1', port: 53 });
});
