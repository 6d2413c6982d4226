import { expect, test } from 'vitest';
import { delivered, putOff, returned, tryOut } from './tryout.ts';

const ID = 'A1';
const PLACE = 'relay=none, delay=0, delays=0/0/0/0';

test('qmgr(8), 3.x: a transport that does not exist: one warning a minute, and retry(8)', () => {
  const world = tryOut({ resolve: () => ({ transport: 'nosuch' }), agent: (request) => putOff(request) });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  world.arrive('A2', { recipients: ['bob@b.example'] });
  const warning = 'warning: connect to transport private/nosuch: No such file or directory';
  expect(world.logs.filter((line) => line === warning)).toHaveLength(1);
  expect(world.requests.map(({ transport, nexthop }) => `${transport} ${nexthop}`)).toEqual([
    'retry 4.3.0 mail transport unavailable',
    'retry 4.3.0 mail transport unavailable',
  ]);
  world.pass(60_000);
  world.arrive('A3', { recipients: ['bob@b.example'] });
  expect(world.logs.filter((line) => line === warning)).toHaveLength(2);
});

test('qmgr(8), 2.3: a transport that does not exist: logged, noted and put off by qmgr', () => {
  const world = tryOut({ profile: '2.3', resolve: () => ({ transport: 'nosuch' }) });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  expect(world.logs).toContain(
    `${ID}: to=<bob@b.example>, ${PLACE}, dsn=4.3.0, status=deferred (mail transport unavailable)`,
  );
  expect(world.queue('deferred')).toEqual([ID]);
});

test('qmgr(8): without retry(8) in master.cf qmgr does it alone', () => {
  const services = ['smtp', 'bounce', 'defer', 'rewrite'];
  const world = tryOut({ services, resolve: () => ({ transport: 'nosuch' }) });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  expect(world.logs.at(-1)).toContain('status=deferred (mail transport unavailable)');
});

test('postconf(5) defer_transports: deferred transport', () => {
  const world = tryOut({ mainCf: 'defer_transports = smtp', agent: (request) => putOff(request) });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  expect(world.requests[0]).toMatchObject({ transport: 'retry', nexthop: '4.3.2 deferred transport' });
});

test('trivial-rewrite(8): a table that cannot be read: address resolver failure', () => {
  const world = tryOut({ resolve: () => ({ failed: 'lookup' }), agent: (request) => putOff(request) });
  world.arrive(ID, { recipients: ['bob@b.example'] });
  expect(world.requests[0]).toMatchObject({ transport: 'retry', nexthop: '4.3.0 address resolver failure' });
});

test.for([
  ['said by trivial-rewrite', 'bob@b.example', { failed: 'syntax' }],
  ['an option', '-bob@b.example', {}],
  ['no user', '@b.example', {}],
] as const)('qmgr(8): bad address syntax: %s', ([, address, found]) => {
  const world = tryOut({ resolve: () => found, agent: returned });
  world.arrive(ID, { recipients: [address] });
  expect(world.requests).toMatchObject([{ transport: 'error', nexthop: '5.1.3 bad address syntax' }]);
  expect(world.flushes).toMatchObject([{ log: 'bounce', kind: 'failed' }]);
});

test('qmgr(8), 2.3: a bad address is bounced by qmgr; if that cannot be noted it is only put off', () => {
  for (const noted of [true, false]) {
    const world = tryOut({ profile: '2.3', append: () => noted });
    world.arrive(ID, { recipients: ['-bob@b.example'] });
    expect(world.logs[1]).toBe(
      `${ID}: to=<-bob@b.example>, ${PLACE}, dsn=5.1.3, status=bounced (bad address syntax)`,
    );
    expect(world.flushes).toHaveLength(noted ? 1 : 0);
    expect(world.queue('deferred')).toEqual(noted ? [] : [ID]);
  }
});

test('postconf(5) allow_min_user: such addresses may be wanted', () => {
  const world = tryOut({ mainCf: 'allow_min_user = yes', agent: delivered });
  world.arrive(ID, { recipients: ['-bob@b.example'] });
  expect(world.requests).toMatchObject([{ transport: 'smtp' }]);
});

test('postconf(5) double_bounce_sender: mail to it ends here', () => {
  const local = { transport: 'local', nexthop: 'a.example', addressClass: 'local' } as const;
  const world = tryOut({ resolve: () => local });
  world.arrive(ID, { recipients: ['double-bounce@a.example'] });
  expect(world.requests).toEqual([]);
  expect(world.logs.slice(1)).toEqual([
    `${ID}: to=<double-bounce@a.example>, ${PLACE}, dsn=2.0.0, status=sent ` +
      '(undeliverable postmaster notification discarded)',
    `${ID}: removed`,
  ]);
});

test('postconf(5) double_bounce_sender: only where it is this machine’s own', () => {
  const world = tryOut();
  world.arrive(ID, { recipients: ['double-bounce@b.example'] });
  expect(world.requests).toMatchObject([{ transport: 'smtp', nexthop: 'b.example' }]);
});

test('trivial-rewrite(8): fifty questions at a time; an answer that comes twice counts once', () => {
  const world = tryOut();
  const recipients = Array.from({ length: 60 }, (_, index) => `u${index}@b.example`);
  const silent = tryOut({ resolve: () => undefined });
  silent.arrive(ID, { recipients });
  const asked = silent.effects.flatMap((effect) =>
    effect.type === 'send' && effect.note.type === 'rewrite.resolve' ? [effect.note.token] : [],
  );
  expect(asked).toHaveLength(50);
  const answer = {
    type: 'rewrite.resolved',
    transport: 'smtp',
    nexthop: 'b.example',
    addressClass: 'default',
  } as const;
  for (const token of [...asked, ...asked.slice(0, 15)])
    silent.tell({ ...answer, token, recipient: 'x@b.example', routed: false }, 'rewrite');
  expect(silent.requests.map((request) => request.recipients.length)).toEqual([50]);
  expect(silent.context().messages.size).toBe(1);
  world.arrive(ID, { recipients });
  expect(world.requests.map((request) => request.recipients.length)).toEqual([50, 10]);
});

test('postconf(5) content_filter: everything goes there, and nobody is asked', () => {
  const world = tryOut({ resolve: () => undefined });
  world.arrive(ID, { recipients: ['bob@b.example'], contentFilter: 'smtp:[127.0.0.1]:10025' });
  world.arrive('A2', { recipients: ['bob@b.example'], contentFilter: 'smtp' });
  expect(world.requests.map(({ nexthop }) => nexthop)).toEqual(['[127.0.0.1]:10025', 'b.example']);
});

test('header_checks(5) FILTER: the filter that cleanup wrote behind the text is obeyed too', () => {
  const world = tryOut({ resolve: () => undefined });
  const orders = [['L', 'smtp:[127.0.0.2]'] as const];
  world.arrive(ID, { recipients: ['bob@b.example'], contentFilter: 'smtp:[127.0.0.1]', orders });
  expect(world.requests.map(({ nexthop }) => nexthop)).toEqual(['[127.0.0.2]']);
});

test('header_checks(5) REDIRECT: one address gets the message for all, and no filter sees it', () => {
  const world = tryOut();
  const orders = [['L', 'smtp:[127.0.0.2]'] as const, ['>', 'post@c.example'] as const];
  const done = { address: 'al@b.example', done: true };
  world.arrive(ID, { recipients: [done, 'bob@b.example', 'cy@d.example'], orders });
  const [request] = world.requests;
  expect([world.requests.length, request?.nexthop]).toEqual([1, 'c.example']);
  expect(request?.recipients.map(({ address, original }) => [address, original])).toEqual([
    ['post@c.example', 'bob@b.example'],
  ]);
});

test('access(5) REDIRECT: one copy, to somebody else, and the file goes when it is delivered', () => {
  const world = tryOut({ agent: delivered });
  world.arrive(ID, { recipients: ['eve@e.example', 'bob@b.example'], orders: [['>', 'carl@c.example']] });
  expect(world.requests[0]?.recipients[0]?.original).toBe('bob@b.example');
  expect(world.requests.map(({ recipients }) => recipients.map(({ address }) => address))).toEqual([
    ['carl@c.example'],
  ]);
  expect(world.logs.at(-1)).toBe(`${ID}: removed`);
});
