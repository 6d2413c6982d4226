import { expect, test } from 'vitest';
import type { DeliverRequest } from '../kernel/notes.ts';
import { delivered, putOff, type Tryout, tryOut } from './tryout.ts';

const SECOND = 1000;

/** When each delivery by smtp began, in seconds. */
function world(mainCf: string, options: { profile?: '2.3'; fails?: boolean; toRetry?: string[] } = {}) {
  const starts: string[] = [];
  const agent = (request: DeliverRequest) => {
    if (request.transport === 'retry') {
      options.toRetry?.push(`${request.queueId} ${request.nexthop}`);
      return putOff(request);
    }
    starts.push(`${request.queueId}@${(made.now() - begun) / SECOND}`);
    return options.fails === true ? putOff(request, true) : delivered(request);
  };
  const { profile = '3.x' } = options;
  const made: Tryout = tryOut({ mainCf, profile, agent });
  const begun = made.now();
  return { made, starts };
}

const arrive = (made: Tryout, ...ids: readonly string[]) => {
  for (const id of ids) made.arrive(id, { recipients: ['u@b.example'] });
};

test('postconf(5) default_destination_rate_delay: one delivery at a time, and a pause behind each', () => {
  const { made, starts } = world('default_destination_rate_delay = 4s');
  arrive(made, 'A', 'B', 'C');
  made.arrive('D', { recipients: ['u@other.example'] });
  made.pass(9 * SECOND);
  expect(starts).toEqual(['A@0', 'D@0', 'B@4', 'C@8']);
  made.pass(4 * SECOND);
  expect(made.context().destinations.size).toBe(0);
});

test('postconf(5) transport_destination_rate_delay: a transport has its own; 2.3 has none', () => {
  for (const [mainCf, profile, expected] of [
    ['default_destination_rate_delay = 4s\nsmtp_destination_rate_delay = 0', undefined, 0],
    ['smtp_destination_rate_delay = 2s', undefined, 2],
    ['smtp_destination_rate_delay = 2s', '2.3', 0],
  ] as const) {
    const { made, starts } = world(mainCf, profile === undefined ? {} : { profile });
    arrive(made, 'A', 'B');
    made.pass(5 * SECOND);
    expect(starts).toEqual(['A@0', `B@${expected}`]);
  }
});

test('qmgr(8): a failing site with a rate delay loses what waits, and is tried again after the pause', () => {
  const toRetry: string[] = [];
  const { made, starts } = world('smtp_destination_rate_delay = 4s', { fails: true, toRetry });
  const busy = tryOut({ mainCf: 'smtp_destination_rate_delay = 4s' });
  arrive(busy, 'A', 'B');
  expect(busy.requests.map(({ queueId }) => queueId)).toEqual(['A']);
  const request = busy.requests[0] ?? expect.fail();
  const failed = {
    type: 'deliver.done',
    token: request.token,
    results: [],
    ...putOff(request, true),
  } as const;
  busy.tell(failed, 'smtp:1');
  expect(busy.requests[1]).toMatchObject({ queueId: 'B', transport: 'retry' });
  expect(busy.requests[1]?.nexthop).toBe('4.4.1 delivery temporarily suspended: connect: Connection refused');
  arrive(made, 'A');
  made.pass(1500);
  arrive(made, 'B');
  expect(made.queue('deferred')).toEqual(['A']);
  made.pass(4 * SECOND);
  expect(starts).toEqual(['A@0', 'B@4']);
  expect(toRetry).toEqual([]);
});
