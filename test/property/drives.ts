/** drives - takes every chart of the core through work and trouble, for a recorder that listens. */
import fc from 'fast-check';
import { anvilDaemon } from '../../core/anvil/daemon.ts';
import { tryOut as tryFlush } from '../../core/flush/tryout.ts';
import type { WorldEvent } from '../../core/kernel/events.ts';
import { valueIn } from '../../core/kernel/persistent.ts';
import type { PolicyServer } from '../../core/kernel/policy.ts';
import { type ChartState, startChart, stepChart } from '../../core/kernel/process.ts';
import { UTC } from '../../core/mail/date.ts';
import { done, fed } from '../../core/pickup/drive.ts';
import { policyDaemon } from '../../core/policy/daemon.ts';
import type { PolicyContext } from '../../core/policy/types.ts';
import { feedbackOf } from '../../core/qmgr/feedback.ts';
import { type MessageEvent, message } from '../../core/qmgr/message.ts';
import { type QueueEvent, queue } from '../../core/qmgr/queue.ts';
import { openSession, testSettings } from '../../core/smtpd/test-session.ts';
import { verifyDaemon } from '../../core/verify/daemon.ts';
import type { VerifyContext } from '../../core/verify/types.ts';
import { gouvBj, scenarioOf, scenarios } from '../../scenarios/index.ts';
import { createWorld, playOut, type Scenario, telnetSession } from '../../sim/index.ts';
import { sessionOptions, smtpLine } from './smtp-lines.ts';

/** Every scenario with so many seeds from `first` on: as it goes by itself, and disturbed. */
export function playScenarios(first: number, seeds: number): void {
  for (const scenario of [...scenarios, ...ROADS.map(busy)]) {
    for (let seed = first; seed < first + seeds; seed += 1) {
      playOut(createWorld(scenario, seed));
      for (const after of [40, 75, 110]) disturb(scenario, seed, after + seed - first);
    }
  }
}

/** One that refuses everything, one whose command fails, one that may not run. */
const TRANSPORTS = `void unix - - n - - error
sift unix - n n - - pipe flags=F user=alexandre argv=/bin/false \${recipient}
odd unix - n n - - pipe user=root argv=/bin/true
`;
const ROADS = ['void:5.1.2 no road there', 'sift:', 'odd:'];

/** Letters to people, aliases, strangers. @param road default_transport: by which nothing arrives */
function busy(road: string): Scenario {
  const to = ['alexandre@gouv.bj', 'root@gouv.bj', 'ada@benin.example', 'nobody@gouv.bj', 'info@gouv.bj'];
  const script = Array.from({ length: 20 }, (_, index) =>
    telnetSession({
      ...{ terminal: `t${index}`, thinkMs: 20, startMs: 1000 + index * 13 },
      lines: [
        ...[
          'ehlo mail',
          'mail from:<espera@gouv.bj>',
          `rcpt to:<${to[index % 5]}>`,
          'rcpt to:<abuse@gouv.bj>',
        ],
        ...['data', 'Subject: Bonjour', '', `Lettre ${index}`, '.', 'etrn gouv.bj', 'quit'],
      ],
    }),
  );
  const base = scenarioOf('differe') ?? gouvBj;
  const hosts = base.hosts.map((host) => ({
    ...host,
    mainCf: `${host.mainCf}\ndefault_transport = ${road}\nfast_flush_domains = gouv.bj\n`,
    masterCf: `${host.masterCf}\n${TRANSPORTS}flush unix n - n 1000? 0 flush\n`,
  }));
  return { ...base, id: 'busy', hosts, script, expectation: { runMs: 3_600_000 } };
}

/** A full disk and a power cut in the middle: rows that no good day takes. */
function disturb(scenario: Scenario, seed: number, after: number): void {
  const host = scenario.hosts[0]?.name ?? '';
  const world = createWorld(scenario, seed);
  world.run({ events: after });
  world.input({ type: 'disk.full', host, full: true });
  world.run({ events: 12 });
  world.input({ type: 'disk.full', host, full: false });
  world.run({ events: 20 });
  world.crash();
  world.step();
  world.boot();
  world.run({ idle: true });
}

/** So many SMTP sessions of random commands, under settings that differ. */
export function talkAtRandom(seed: number, sessions: number): void {
  const talks = fc.tuple(sessionOptions, fc.array(smtpLine, { minLength: 10, maxLength: 40 }));
  for (const [options, lines] of fc.sample(talks, { seed, numRuns: sessions })) {
    const session = openSession(options);
    for (const line of lines) {
      session.say(line);
      if (session.state() === 'receiving') session.send('Subject: x\r\n\r\na line\r\n.\r\n');
      session.wait(2000);
    }
    session.leave();
  }
}

const facts = fc.record({
  ...{ bounced: fc.boolean(), report: fc.boolean(), deferred: fc.boolean() },
  ...{ expired: fc.boolean(), late: fc.boolean() },
});
const messageEvent = fc
  .tuple(
    fc.constantFrom<MessageEvent['type']>(
      ...(['message.read', 'file.damaged', 'file.unreadable', 'recipients.resolved'] as const),
      ...(['recipients.done', 'sender.told', 'telling.failed'] as const),
    ),
    facts,
  )
  .map(([type, fields]) => ({ type, at: 0, ...fields }));
const queueEvent = fc
  .constantFrom<QueueEvent['type']>(
    ...(['entry.started', 'entry.done', 'entry.lost', 'site.failed', 'suspension.ended'] as const),
    'pause.ended',
  )
  .map((type) => ({ type, at: 0, dsn: '4.4.1', reason: 'refused' }));

/** flush(8) through a list that is filled, sent, refreshed and at last removed. */
function keepLists(): void {
  const world = tryFlush('fast_flush_refresh_time = 1h\nfast_flush_purge_time = 1h');
  for (const queueId of ['A0001B1', 'A0002B1']) {
    world.put(`deferred/A/${queueId}`);
    world.tell({ type: 'flush.add', site: 'a.example', queueId });
  }
  world.tell({ type: 'flush.send', site: 'a.example' });
  world.settle();
  for (let turn = 0; turn < 3; turn += 1) {
    world.pass(2 * 3_600_000);
    world.tell({ type: 'flush.wakeup' });
    world.settle();
    if (turn === 0) world.put('flush/b_example', 'garbage\n');
  }
}

const policyServer: PolicyServer = {
  ...{ endpoint: { type: 'unix', path: 'p' }, name: 'p', timeoutMs: 1, maxIdleMs: 1, maxTtlMs: 9 },
  ...{ requestLimit: 0, tryLimit: 2, retryDelayMs: 1 },
};
const connection = fc.constantFrom('line 1', 'line 2', 'line 3');
const policyEvent: fc.Arbitrary<WorldEvent> = fc.oneof(
  fc.constant({
    ...({ type: 'policy.ask', token: 't', server: policyServer, attributes: [], from: 'p' } as const),
    at: 0,
  }),
  connection.map((name) => ({ type: 'net.connected', connection: name, at: 0 }) as const),
  fc.tuple(connection, fc.constantFrom('action=OK\n\n', 'act', '\n')).map(([name, text]) => ({
    ...({ type: 'net.heard', connection: name, at: 0 } as const),
    bytes: new TextEncoder().encode(text),
  })),
  connection.map((name) => ({ type: 'net.lost', connection: name, reason: 'EOF', at: 0 }) as const),
  connection.map((name) => ({ type: 'timer.fired', timer: name, at: 0 }) as const),
);

/** The client of policy servers, with what servers do in any order; what cannot happen is skipped. */
export function askPolicyServers(seed: number, runs: number): void {
  const talks = fc.array(policyEvent, { minLength: 10, maxLength: 40 });
  const birth = { process: 'policy', pid: 1, service: 'policy', services: [], seed: 1 };
  for (const events of fc.sample(talks, { seed, numRuns: runs })) {
    let { state } = policyDaemon.start({ ...birth, settings: {} as never, zone: {} as never, at: 0 }, 0);
    for (const event of events) {
      if (event.type === 'net.connected' && !isCalled(state, event.connection)) continue;
      state = policyDaemon.step(state, event).state;
    }
  }
}

const client = fc.record({ service: fc.constant('smtp'), address: fc.constantFrom('a', 'b') });
const anvilEvent: fc.Arbitrary<WorldEvent> = fc.oneof(
  fc.tuple(client, fc.constantFrom('connection', 'message', 'recipient')).map(([who, what]) => ({
    ...({ type: 'anvil.count', token: what, what, ...who, from: 'p', at: 0 } as const),
  })),
  client.map((who) => ({ type: 'anvil.disconnect', ...who, from: 'p', at: 0 }) as const),
  fc
    .constantFrom('status', 'smtp:a', 'smtp:b')
    .map((timer) => ({ type: 'timer.fired', timer, at: 0 }) as const),
  fc.constant({ type: 'settings.changed', settings: testSettings(), at: 0 } as const),
);

const address = fc.constantFrom('ann@a.example', 'bob@a.example');
const verifyEvent: fc.Arbitrary<WorldEvent> = fc.oneof(
  address.map((one) => ({
    ...({ type: 'verify.query', token: 't', address: one, standard: one, from: 'p', at: 0 } as const),
  })),
  fc.tuple(address, fc.constantFrom('ok', 'deferred', 'bounced')).map(([one, status]) => ({
    ...({ type: 'verify.update', address: one, status, text: 'x', from: 'local', at: 0 } as const),
  })),
  fc.constant({ type: 'cleanup.opened', queueId: 'A0001B1', from: 'cleanup:1', at: 0 } as const),
  fc.constantFrom('', 'A0001B1').map((queueId) => ({
    ...({ type: 'cleanup.done', status: 'write', queueId, from: 'cleanup:1', at: 0 } as const),
  })),
  fc.constantFrom('cleanup.open', undefined).map((asked) => ({
    ...({ type: 'master.childDied', service: 'cleanup', process: 'c', reason: '', from: 'master' } as const),
    ...(asked === undefined ? {} : { request: { type: asked } as never }),
    at: 0,
  })),
  fc.constant({ type: 'timer.fired', timer: 'cleanup', at: 0 } as const),
  fc.constant({ type: 'settings.changed', settings: testSettings(), at: 0 } as const),
);

/** verify(8) with questions, answers and a cleanup(8) that fails; every third event is an hour later. */
export function verifyAddresses(seed: number, runs: number): void {
  const birth = { process: 'verify', pid: 1, service: 'verify', services: [], seed: 1, zone: UTC };
  const talks = fc.array(verifyEvent, { minLength: 10, maxLength: 40 });
  for (const events of fc.sample(talks, { seed, numRuns: runs })) {
    let at = Date.UTC(2026, 2, 2);
    let { state } = verifyDaemon.start({ ...birth, settings: testSettings(), at }, at);
    for (const [index, event] of events.entries()) {
      if (index % 3 === 0) at += 3_600_000;
      const waits = (state.context as VerifyContext).waiting.length > 0;
      if (event.type.startsWith('cleanup.') && !waits) continue;
      state = verifyDaemon.step(state, { ...event, at } as WorldEvent).state;
    }
  }
}

/** anvil(8) with clients that come and go. */
export function countClients(seed: number, runs: number): void {
  const birth = { process: 'anvil', pid: 1, service: 'anvil', services: [], seed: 1, zone: UTC };
  const visits = fc.array(anvilEvent, { minLength: 10, maxLength: 40 });
  for (const events of fc.sample(visits, { seed, numRuns: runs })) {
    let { state } = anvilDaemon.start({ ...birth, settings: testSettings(), at: 0 }, 0);
    for (const event of events) state = anvilDaemon.step(state, event).state;
  }
}

/** Whether this connection has been asked for, and has not come about. */
function isCalled(state: ChartState, name: string): boolean {
  const { lines } = state.context as PolicyContext;
  return valueIn(lines, name)?.job?.waitsFor === 'connection';
}

/** The small charts that qmgr holds, with events in any order; and flush(8), which no scenario has. */
export function stepSmallCharts(seed: number, runs: number): void {
  keepLists();
  const forMessage = fc.array(messageEvent, { minLength: 4, maxLength: 12 });
  for (const events of fc.sample(forMessage, { seed, numRuns: runs })) {
    let { state } = startChart(message, undefined);
    for (const event of events) state = stepChart(message, state, event).state;
  }
  const steady = feedbackOf('1');
  const forQueue = fc.tuple(
    fc.constantFrom('2.3', '3.x'),
    fc.array(queueEvent, { minLength: 4, maxLength: 20 }),
    fc.constantFrom(0, 1000),
  );
  for (const [profile, events, delayMs] of fc.sample(forQueue, { seed, numRuns: runs })) {
    const windows = delayMs > 0 ? { limit: 1, initial: 1 } : { limit: 20, initial: 5 };
    const rules = { ...windows, cohortLimit: 1, delayMs, positive: steady, negative: steady };
    let { state } = startChart(queue, { profile, ...rules });
    for (const event of events) state = stepChart(queue, state, event).state;
  }
}

/** Mail from maildrop that cleanup takes, or never will. */
export function playPickup(): void {
  for (const status of ['ok', 'rejected', 'toobig', 'hops', 'norcpt', 'write'])
    for (const ok of [true, false]) {
      const pickup = fed();
      pickup.say(done(status));
      if (pickup.stateName() === 'bouncing') pickup.say({ type: 'bounce.appended', token: '0', ok: true });
      if (pickup.stateName() === 'bouncing') pickup.say({ type: 'bounce.flushed', token: '', ok });
      if (pickup.stateName() === 'removing') pickup.say({ type: 'file.removed', path: 'maildrop/1A2B3C4' });
    }
}
