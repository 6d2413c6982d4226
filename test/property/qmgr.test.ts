/** The queue manager against a simple model of what may become of mail, whatever happens. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServiceEntry } from '../../core/config/master-cf.ts';
import { delivered, queueFile, START, tryOut } from '../../core/qmgr/tryout.ts';
import { type FakeDisk, fakeFile } from '../../core/qmgr/tryout-files.ts';
import { search } from '../support/search.ts';
import { type Move, play, type Rules } from './qmgr-model.ts';

const rules: fc.Arbitrary<Rules> = fc.record({
  profile: fc.constantFrom('2.3' as const, '3.x' as const),
  processes: fc.constantFrom(1, 2, 5, 100),
  concurrency: fc.constantFrom(0, 1, 2, 20),
  perDelivery: fc.constantFrom(1, 2, 50),
  cost: fc.constantFrom(0, 2, 5),
  active: fc.constantFrom(2, 5, 20_000),
  inMemory: fc.constantFrom(1, 60, 20_000),
  delay: fc.constantFrom(0, 0, 7),
  lifetime: fc.constantFrom(2000, 432_000),
});

const sites = fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 3 });
const end = fc.constantFrom(
  ...(['delivered', 'delivered', 'deferred', 'bounced', 'site failure', 'site failure', 'death'] as const),
);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('arrive' as const), sites, each: fc.constantFrom(1, 1, 3) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('arrive' as const),
      sites: fc.constant(Array.from({ length: 13 }, (_, site) => site)),
      each: fc.constantFrom(2, 6),
    }),
  },
  { weight: 12, arbitrary: fc.record({ type: fc.constant('answer' as const), which: fc.nat(9), end }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('pass' as const), seconds: fc.constantFrom(1, 10, 300, 1300) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('set clock' as const),
      seconds: fc.constantFrom(-3600, -5, 5, 3600),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'flush' as const }) },
);

test('qmgr(8): every recipient ends once and no limit is passed, whatever happens', () => {
  fc.assert(
    fc.property(rules, fc.array(move, { maxLength: 60 }), (given, moves) => play(given, moves)),
    search(400),
  );
});

test('SCHEDULER_README: a small message gets through beside one with 10,000 recipients', () => {
  const slots = fc.record({
    cost: fc.integer({ min: 2, max: 10 }),
    loan: fc.nat(3),
    discount: fc.constantFrom(0, 50, 100),
    processes: fc.integer({ min: 1, max: 5 }),
    size: fc.integer({ min: 1, max: 3 }),
    lists: fc.integer({ min: 1, max: 3 }),
    isSameSite: fc.boolean(),
  });
  fc.assert(
    fc.property(slots, ({ cost, loan, discount, processes, size, lists, isSameSite }) => {
      const smtp = { name: 'smtp', type: 'unix', processLimit: processes } as ServiceEntry;
      const mainCf = [
        ...[`smtp_delivery_slot_cost = ${cost}`, `smtp_delivery_slot_loan = ${loan}`],
        ...[`smtp_delivery_slot_discount = ${discount}`, 'qmgr_message_recipient_limit = 50000'],
      ].join('\n');
      const world = tryOut({ masterCf: [smtp], mainCf });
      const users = Array.from({ length: 10_000 }, (_, user) => `u@s${user}.example`);
      for (let list = 0; list < lists; list += 1) world.arrive(`L${list}`, { recipients: users });
      const site = isSameSite ? 's7' : 'small';
      const recipients = Array.from({ length: size }, (_, user) => `v@${site}${user || ''}.example`);
      world.arrive('S', { recipients });
      const before = world.requests.length;
      let answered = 0;
      const isServed = () => world.requests.filter(({ queueId }) => queueId === 'S').length === size;
      while (!isServed() && answered < 500) {
        const token = world.requests[answered]?.token ?? '';
        world.tell({ type: 'deliver.done', token, results: [] }, 'smtp:1');
        answered += 1;
      }
      // What it needs must be earned, and then it needs as many processes.
      expect(world.requests.length - before).toBeLessThanOrEqual(size * cost + size);
    }),
    search(6),
  );
});

test('qmgr(8): incoming and deferred take turns, however long each is', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 7 }), (fresh, old, active) => {
      const disk: FakeDisk = new Map();
      const bytes = queueFile({ recipients: ['u@b.example'] });
      for (let at = 0; at < fresh; at += 1) disk.set(`incoming/F${at}`, fakeFile(bytes));
      for (let at = 0; at < old; at += 1) disk.set(`deferred/D/D${at}`, fakeFile(bytes, START - 1));
      const world = tryOut({ mainCf: `qmgr_message_active_limit = ${active}`, agent: delivered }, disk);
      const taken = world.effects.flatMap((one) =>
        one.type === 'file.rename' && one.to.startsWith('active/') ? [one.from[0]] : [],
      );
      expect(taken).toHaveLength(fresh + old);
      const both = 2 * Math.min(fresh, old);
      const count = (letter: string) => taken.slice(0, both).filter((one) => one === letter).length;
      expect(Math.abs(count('i') - count('d'))).toBeLessThanOrEqual(2 * active);
    }),
    search(60),
  );
});
