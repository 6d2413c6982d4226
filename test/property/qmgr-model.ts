/**
 * qmgr-model - what may become of mail, much simpler than the queue manager: every recipient is open until
 * it is delivered, or returned; nobody is in two hands at once.
 */
import type { ServiceEntry } from '../../core/config/master-cf.ts';
import type { DeliverRequest } from '../../core/kernel/notes.ts';
import { delivered, putOff, returned, START, type Tryout, tryOut } from '../../core/qmgr/tryout.ts';
import { faultsOf } from './qmgr-check.ts';

const SECOND = 1000;
const MINIMAL = 300;
const MAXIMAL = 4000;

export interface Rules {
  readonly profile: '2.3' | '3.x';
  readonly processes: number;
  readonly concurrency: number;
  readonly perDelivery: number;
  readonly cost: number;
  readonly active: number;
  readonly inMemory: number;
  readonly delay: number;
  readonly lifetime: number;
}

export type End = 'delivered' | 'deferred' | 'bounced' | 'site failure' | 'death';

export type Move =
  | { readonly type: 'arrive'; readonly sites: readonly number[]; readonly each: number }
  | { readonly type: 'answer'; readonly which: number; readonly end: End }
  | { readonly type: 'pass'; readonly seconds: number }
  | { readonly type: 'set clock'; readonly seconds: number }
  | { readonly type: 'flush' };

type Fate = 'open' | 'delivered' | 'returned';

function worldOf(rules: Rules): Tryout {
  const smtp = { name: 'smtp', type: 'unix', processLimit: rules.processes } as ServiceEntry;
  const mainCf = [
    `smtp_destination_concurrency_limit = ${rules.concurrency}`,
    `smtp_destination_recipient_limit = ${rules.perDelivery}`,
    `smtp_delivery_slot_cost = ${rules.cost}`,
    `smtp_destination_rate_delay = ${rules.delay}s`,
    `qmgr_message_active_limit = ${rules.active}`,
    `qmgr_message_recipient_limit = ${rules.inMemory}`,
    `minimal_backoff_time = ${MINIMAL}s`,
    `maximal_backoff_time = ${MAXIMAL}s`,
    `queue_run_delay = ${MINIMAL}s`,
    `maximal_queue_lifetime = ${rules.lifetime}s`,
  ].join('\n');
  const agent = (request: DeliverRequest) => {
    if (request.transport === 'error') return returned(request);
    return request.transport === 'retry' ? putOff(request) : undefined;
  };
  return tryOut({ profile: rules.profile, mainCf, masterCf: [smtp], agent });
}

/** Plays moves, with the model beside the queue manager; throws where they part. */
export function play(rules: Rules, moves: readonly Move[]): void {
  const world = worldOf(rules);
  const fates = new Map<string, Map<string, Fate>>();
  const inHand = new Map<string, DeliverRequest>();
  const endedAt = new Map<string, number>();
  let clockSet = 0;
  let mayBeEarly = false;
  /** So long ago may be what is looked at. */
  let sinceLook = 0;
  let seen = { requests: 0, flushes: 0, effects: 0 };

  const fail = (text: string): never => {
    throw new Error(`${text} at ${(world.now() - START) / SECOND} s`);
  };
  const steady = () => world.now() - clockSet;
  const settle = (id: string, address: string, fate: Fate) => {
    const known = fates.get(id);
    if (known?.get(address) !== 'open') fail(`${id} ${address}: ${fate}, and was ${known?.get(address)}`);
    known?.set(address, fate);
  };
  const destinationOf = ({ nexthop, recipients: [first] }: DeliverRequest) =>
    rules.perDelivery === 1 ? `${first?.address}` : nexthop;

  function taken(request: DeliverRequest): void {
    const { transport, queueId, recipients } = request;
    for (const { address } of recipients) {
      const fate = fates.get(queueId)?.get(address);
      if (fate !== 'open') fail(`${queueId} ${address} is sent out and was ${fate}`);
      for (const other of inHand.values())
        if (other.queueId === queueId && other.recipients.some((one) => one.address === address))
          fail(`${queueId} ${address} is in two hands`);
    }
    if (transport !== 'smtp') return;
    if (recipients.length > rules.perDelivery) fail(`${recipients.length} recipients in one delivery`);
    const paused = rules.profile === '3.x' ? rules.delay * SECOND : 0;
    const since = steady() - (endedAt.get(destinationOf(request)) ?? -Infinity);
    if (since < paused) fail(`${destinationOf(request)} had a pause of ${since} ms`);
    inHand.set(request.token, request);
  }

  /** What the queue manager did since the last look, in its order. */
  function look(): void {
    for (const effect of world.effects.slice(seen.effects)) {
      if (effect.type === 'send' && effect.note.type === 'deliver.request') taken(effect.note);
      if (effect.type === 'send' && effect.note.type === 'bounce.append')
        if (effect.note.log === 'bounce' && effect.note.result.status === 'bounced')
          settle(effect.note.queueId, effect.note.result.recipient.address, 'returned');
      if (effect.type === 'send' && effect.note.type === 'bounce.flush') {
        const { log, kind, queueId } = effect.note;
        if (log === 'defer' && kind === 'failed')
          for (const [address, fate] of fates.get(queueId) ?? [])
            if (fate === 'open') settle(queueId, address, 'returned');
      }
      if (effect.type === 'file.touch') {
        const waitMs = effect.modifiedAt - world.now();
        if (waitMs < MINIMAL * SECOND - sinceLook || waitMs > MAXIMAL * SECOND)
          fail(`put off for ${waitMs} ms`);
      }
      if (effect.type === 'file.rename' && effect.from.startsWith('deferred/') && !mayBeEarly) {
        const due = world.disk.get(effect.to)?.modifiedAt ?? 0;
        if (due > world.now() && world.disk.has(effect.to)) fail(`${effect.from} comes before its time`);
      }
      if (effect.type === 'file.remove' && effect.path.startsWith('active/')) {
        const id = effect.path.slice('active/'.length);
        for (const [address, fate] of fates.get(id) ?? [])
          if (fate === 'open') fail(`${id} is removed, and ${address} was never served`);
      }
    }
    seen = { ...seen, effects: world.effects.length };
  }

  function check(): void {
    look();
    const [fault] = faultsOf(world.context(), world.now());
    if (fault !== undefined) fail(fault);
    const requests = [...inHand.values()];
    if (requests.length > rules.processes) fail(`${requests.length} processes`);
    const counts = new Map<string, number>();
    const most = rules.delay > 0 && rules.profile === '3.x' ? 1 : rules.concurrency;
    for (const request of requests) {
      const key = destinationOf(request);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (most > 0 && (counts.get(key) ?? 0) > most) fail(`${key} has more than ${most} deliveries`);
    }
    if (world.queue('active').length > rules.active) fail('the active queue is too full');
    const all = ['incoming', 'active', 'deferred'].flatMap((name) => world.queue(name));
    for (const [id, recipients] of fates) {
      const places = all.filter((one) => one === id).length;
      const isOpen = [...recipients.values()].includes('open');
      if (places !== 1 && (isOpen || places > 1)) fail(`${id} is in ${places} queues`);
    }
  }

  function answer(request: DeliverRequest, end: End): void {
    inHand.delete(request.token);
    endedAt.set(destinationOf(request), steady());
    if (end === 'death') {
      const death = { type: 'master.childDied', service: 'smtp', pid: 1, request };
      world.tell(death as never, 'master');
      return;
    }
    for (const { address } of request.recipients)
      if (end === 'delivered' || end === 'bounced')
        settle(request.queueId, address, end === 'bounced' ? 'returned' : 'delivered');
    const how = { delivered, bounced: returned, deferred: putOff }[end as 'delivered'] ?? putOff;
    const done = end === 'site failure' ? putOff(request, true) : how(request);
    world.tell({ type: 'deliver.done', token: request.token, results: [], ...done }, 'smtp:1');
  }

  function move(one: Move): void {
    if (one.type === 'arrive') {
      const id = `${(fates.size + 10).toString(16).toUpperCase()}F`;
      const recipients = one.sites.flatMap((site) =>
        Array.from({ length: one.each }, (_, user) => `u${user}@s${site}.example`),
      );
      const unique = [...new Set(recipients)];
      fates.set(id, new Map(unique.map((address) => [address, 'open'])));
      world.arrive(id, { recipients: unique });
    } else if (one.type === 'answer') {
      const request = [...inHand.values()][one.which % Math.max(1, inHand.size)];
      if (request !== undefined) answer(request, one.end);
    } else if (one.type === 'pass') {
      for (let left = one.seconds; left > 0; left -= 100) {
        sinceLook = Math.min(left, 100) * SECOND;
        world.pass(sinceLook);
        check();
      }
      sinceLook = 0;
    } else if (one.type === 'set clock') {
      world.setClock(one.seconds * SECOND);
      clockSet += one.seconds * SECOND;
    } else {
      mayBeEarly = true;
      world.tell({ type: 'qmgr.wakeup', requests: 'FDA' }, 'postqueue');
    }
    check();
    mayBeEarly = mayBeEarly && world.context().deferred.size > 0;
  }

  for (const one of moves) move(one);
  // The world is kind from now on: everything ends.
  for (let round = 0; round < 400 && world.disk.size > 0; round += 1) {
    for (let most = 0; inHand.size > 0 && most < 5000; most += 1)
      move({ type: 'answer', which: 0, end: 'delivered' });
    const isPaused = rules.delay > 0 && world.queue('active').length > 0;
    move({ type: 'pass', seconds: isPaused ? rules.delay : MINIMAL });
  }
  for (const [id, recipients] of fates)
    for (const [address, fate] of recipients) if (fate === 'open') fail(`${id} ${address} never ends`);
  const { messages, destinations, running, transports } = world.context();
  const left = [...transports.values()].reduce((sum, { jobs }) => sum + jobs.size, 0);
  if (messages.size + running.size + left > 0) fail('something is left of mail that is gone');
  if (destinations.size > 0) world.pass(MAXIMAL * SECOND);
  if (world.context().destinations.size > 0) fail('a destination is never forgotten');
}
