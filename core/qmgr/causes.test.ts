/** What qmgr says about mail that waits. */
import { expect, test } from 'vitest';
import type { DeliverRequest } from '../kernel/notes.ts';
import { expiryCause, retryCause } from './causes.ts';
import { delivered, putOff, type Tryout, tryOut } from './tryout.ts';
import { settingsOf } from './tryout-files.ts';

const bob = { recipients: ['bob@b.example'] };

function explained({ effects }: Tryout) {
  return effects.flatMap((one) => (one.type === 'explain' ? [one] : []));
}

test('nothing is explained about mail that goes straight to its agent', () => {
  const world = tryOut({ agent: delivered });
  world.arrive('A1', bob);
  expect(world.requests).toHaveLength(1);
  expect(explained(world)).toEqual([]);
  expect(world.requests[0]?.recipients[0]?.because).toBeUndefined();
});

test('postconf(5) default_destination_concurrency_limit: who waits for a window is told its figures', () => {
  const mainCf = 'smtp_destination_concurrency_limit = 1\n';
  const world = tryOut({ mainCf, agent: () => undefined });
  world.arrive('A1', bob);
  world.arrive('A2', bob);
  const because = [{ parameter: 'smtp_destination_concurrency_limit', figures: { window: 1, busy: 1 } }];
  expect(explained(world)).toEqual([
    { type: 'explain', queueId: 'A2', what: 'smtp:b.example waits', because },
  ]);
});

test('postconf(5) initial_destination_concurrency: a window that has not grown yet is another reason', () => {
  const world = tryOut({ mainCf: 'initial_destination_concurrency = 1\n', agent: () => undefined });
  world.arrive('A1', bob);
  world.arrive('A2', bob);
  expect(explained(world)[0]?.because[0]?.parameter).toBe('initial_destination_concurrency');
});

test('postconf(5) default_process_limit: so is an agent that is busy elsewhere', () => {
  const world = tryOut({ mainCf: 'default_process_limit = 1\n', agent: () => undefined });
  world.arrive('A1', bob);
  world.arrive('A2', { recipients: ['cat@c.example'] });
  expect(explained(world)[0]?.because).toEqual([
    { parameter: 'default_process_limit', figures: { processes: 1, running: 1 } },
  ]);
});

test('postconf(5) default_destination_rate_delay: a pause says how long', () => {
  const world = tryOut({ mainCf: 'smtp_destination_rate_delay = 5s\n', agent: delivered });
  world.arrive('A1', bob);
  const [pause] = explained(world);
  expect(pause).toMatchObject({ what: 'smtp:b.example paused', until: world.now() + 5000 });
  expect(pause?.because).toEqual([{ parameter: 'smtp_destination_rate_delay', figures: { delayMs: 5000 } }]);
});

test('a dead destination names the limit, and the agent for what is put off hears of it', () => {
  const limit = 'smtp_destination_concurrency_failed_cohort_limit';
  const agent = (request: DeliverRequest) =>
    request.transport === 'smtp' ? putOff(request, true) : undefined;
  const world = tryOut({ mainCf: 'initial_destination_concurrency = 1\n', agent });
  world.arrive('A1', bob);
  const [dead] = explained(world);
  expect(dead).toMatchObject({ what: 'smtp:b.example suspended', until: world.now() + 300_000 });
  const parameters = dead?.because.map(({ parameter }) => parameter?.replace('default_', 'smtp_'));
  expect(parameters).toEqual([limit, 'minimal_backoff_time']);
  world.arrive('A2', bob);
  const retry = world.requests.find(({ transport }) => transport === 'retry');
  expect(retry?.recipients[0]?.because).toEqual(dead?.because);
});

test('postconf(5) defer_transports, and the row of a table that has sent mail to error(8)', () => {
  const row = { parameter: 'transport_maps', table: 'hash:t', key: 'b.example' };
  const world = tryOut({
    mainCf: 'defer_transports = smtp\n',
    agent: () => undefined,
    resolve: (address) =>
      address.startsWith('bob') ? {} : { transport: 'error', nexthop: 'no', because: row },
  });
  world.arrive('A1', { recipients: ['bob@b.example', 'cat@b.example'] });
  const causes = world.requests.map(({ transport, recipients }) => [transport, recipients[0]?.because]);
  expect(causes).toContainEqual(['retry', { parameter: 'defer_transports', key: 'smtp' }]);
  expect(causes).toContainEqual(['error', row]);
});

test.each([
  [10, 'minimal_backoff_time', undefined],
  [500, 'maximal_backoff_time', 'age'],
  [9000, 'maximal_backoff_time', undefined],
])('postconf(5) minimal_backoff_time: after %d s the limit that counts is %s', (age, parameter, rule) => {
  const cause = retryCause(age * 1000, 300_000, 4_000_000);
  expect([cause.parameter, cause.rule, cause.figures?.ageMs]).toEqual([parameter, rule, age * 1000]);
});

test('postconf(5) bounce_queue_lifetime counts for notices, maximal_queue_lifetime for mail', () => {
  const settings = settingsOf('3.x', 'bounce_queue_lifetime = 1h\n');
  const of = (sender: string) => expiryCause(settings, { sender, createdAt: 0 }, 3_600_000);
  expect(of('')).toEqual({
    ...{ parameter: 'bounce_queue_lifetime', figures: { ageMs: 3_600_000, limitMs: 3_600_000 } },
  });
  expect(of('ann@a.example').parameter).toBe('maximal_queue_lifetime');
});
