/** flush(8): lists of deferred mail, and what becomes of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tryOut } from './tryout.ts';

const HOUR = 3_600_000;
const WAKEUP = { type: 'flush.wakeup' } as const;
const send = (site: string) => ({ type: 'flush.send', site }) as const;
const add = (site: string, queueId: string) => ({ type: 'flush.add', site, queueId }) as const;
const FORCED = { type: 'qmgr.wakeup', requests: 'IF' };
const GENTLE = { type: 'qmgr.wakeup', requests: 'I' };

test('flush(8): a queue id a line, in a file of its own for each site', () => {
  const world = tryOut();
  world.tell(add('Relay.Example', 'A0001B1'));
  world.tell(add('x-y.example', 'A0002B1'));
  world.tell(add('relay.example', 'A0003B1'));
  world.tell(add('[192.0.2.1]', 'A0004B1'));
  world.settle();
  expect([...world.disk].map(([path, { text }]) => [path, text])).toEqual([
    ['flush/relay_example', 'A0001B1\nA0003B1\n'],
    ['flush/x_y_example', 'A0002B1\n'],
    ['flush/_192_0_2_1_', 'A0004B1\n'],
  ]);
  expect(world.state()).toBe('idle');
});

test('RFC 1985 §5: what is on the list goes to incoming once, the list is emptied, qmgr hears of it', () => {
  const world = tryOut();
  world.put('deferred/A/A0001B1', '', 9e15);
  world.put('deferred/A/A0002B1', '', 9e15);
  world.put('deferred/A/A0009B1', '', 9e15);
  world.put('flush/relay_example', 'A0001B1\nA0002B1\nA0001B1\nA0007B1\n');
  world.tell(send('relay.example'));
  world.settle();
  expect([...world.disk.keys()].filter((path) => !path.startsWith('flush/')).sort()).toEqual([
    ...['deferred/A/A0009B1', 'incoming/A0001B1', 'incoming/A0002B1'],
  ]);
  expect(world.disk.get('incoming/A0001B1')?.modifiedAt).toBeLessThan(9e15);
  expect(world.disk.get('flush/relay_example')?.text).toBe('');
  expect(world.notes).toEqual([FORCED]);
  expect(world.logs).toEqual([]);
  world.tell(send('relay.example'));
  world.tell(send('never.example'));
  world.settle();
  expect(world.notes).toEqual([FORCED]);
});

test('flush(8) DIAGNOSTICS: lines that are no queue ids are said, as Debian’s Postfix says them', () => {
  const world = tryOut();
  world.put('flush/relay_example', 'garbage!!\n\n');
  world.tell(send('relay.example'));
  world.settle();
  expect(world.logs).toEqual([
    'bad queue id "garbage!!..." in fast flush logfile relay_example',
    'bad queue id "..." in fast flush logfile relay_example',
  ]);
  expect(world.disk.get('flush/relay_example')?.text).toBe('');
});

test('flush(8): hundreds of messages are moved in turns, and all are', () => {
  const world = tryOut();
  const ids = Array.from({ length: 350 }, (_, index) => `A${1000 + index}B1`);
  for (const id of ids) world.put(`deferred/A/${id}`);
  world.put('flush/relay_example', ids.map((id) => `${id}\n`).join(''));
  world.tell(send('relay.example'));
  world.settle();
  expect(ids.filter((id) => !world.disk.has(`incoming/${id}`))).toEqual([]);
  expect(world.notes).toEqual([FORCED]);
});

test('postconf(5) fast_flush_refresh_time, fast_flush_purge_time: old lists are sent, empty ones go', () => {
  const world = tryOut('fast_flush_refresh_time = 2h\nfast_flush_purge_time = 5h');
  world.put('deferred/A/A0001B1');
  world.put('flush/full', 'A0001B1\n');
  world.put('flush/empty');
  world.pass(2 * HOUR);
  world.tell(WAKEUP);
  world.settle();
  expect(world.notes).toEqual([]);
  world.pass(1);
  world.tell(WAKEUP);
  world.settle();
  expect(world.notes).toEqual([GENTLE]);
  expect(world.disk.has('incoming/A0001B1')).toBe(true);
  world.pass(3 * HOUR);
  world.tell(WAKEUP);
  world.settle();
  expect([...world.disk.keys()].sort()).toEqual(['flush/full', 'incoming/A0001B1']);
});

test('postconf(5) fast_flush_refresh_time: more mail does not put the refresh off', () => {
  const world = tryOut('fast_flush_refresh_time = 2h');
  for (let hour = 0; hour < 3; hour += 1) {
    world.tell(add('relay.example', `A000${hour}B1`));
    world.settle();
    world.tell(WAKEUP);
    world.settle();
    world.pass(HOUR + 1);
  }
  world.tell(WAKEUP);
  world.settle();
  expect(world.notes).toEqual([GENTLE]);
});

test('flush(8) DIAGNOSTICS: what the disk refuses is said, and the next request is served', () => {
  const world = tryOut();
  world.put('flush/relay_example', 'A0001B1\n');
  for (const operation of ['file.open', 'file.read']) {
    world.failing.set(`${operation} flush/relay_example`, 'EIO');
    world.tell(operation === 'file.open' ? add('relay.example', 'A0002B1') : send('relay.example'));
    world.settle();
    world.failing.delete(`${operation} flush/relay_example`);
    expect(world.logs.at(-1)).toBe(`${operation} flush/relay_example: EIO`);
    expect(world.state()).toBe('idle');
  }
  world.failing.set('file.open flush/relay_example', 'EROFS');
  world.tell(send('relay.example'));
  world.settle();
  expect(world.notes).toEqual([FORCED]);
  world.failing.set('dir.list flush', 'EACCES');
  world.tell(WAKEUP);
  world.settle();
  expect(world.state()).toBe('idle');
});

test('postconf(5) fast_flush_purge_time: a list that gets something in that moment stays', () => {
  const world = tryOut('fast_flush_purge_time = 5h');
  world.put('flush/relay_example');
  world.pass(6 * HOUR);
  world.tell(WAKEUP);
  world.tell(add('relay.example', 'A0001B1'));
  world.settle();
  expect(world.disk.get('flush/relay_example')?.text).toBe('A0001B1\n');
});

const SITES = ['a.example', 'b.example', 'c-d.example'];
const command = fc.oneof(
  fc.record({ type: fc.constant('add'), site: fc.constantFrom(...SITES), id: fc.nat(8) }),
  fc.record({ type: fc.constant('send'), site: fc.constantFrom(...SITES), id: fc.constant(0) }),
  fc.record({
    type: fc.constantFrom('gone', 'wakeup', 'answer', 'pass'),
    site: fc.constant(''),
    id: fc.nat(8),
  }),
);

test('flush(8): whatever happens, no message is lost and none that was asked for stays behind', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const world = tryOut('fast_flush_refresh_time = 1h\nfast_flush_purge_time = 1h');
      const alive = new Set<string>();
      const wanted = new Set<string>();
      const listed = new Map<string, Set<string>>();
      for (const { type, site, id } of commands) {
        const queueId = `A000${id}B1`;
        if (type === 'add') {
          if (!alive.has(queueId)) world.put(`deferred/A/${queueId}`);
          alive.add(queueId);
          listed.set(site, (listed.get(site) ?? new Set()).add(queueId));
          world.tell(add(site, queueId));
        } else if (type === 'send') {
          for (const one of listed.get(site) ?? []) wanted.add(one);
          world.tell(send(site));
        } else if (type === 'gone') {
          world.disk.delete(`deferred/A/${queueId}`);
          if (!world.disk.has(`incoming/${queueId}`)) alive.delete(queueId);
        } else if (type === 'wakeup') world.tell(WAKEUP);
        else if (type === 'answer') world.answer();
        else world.pass(HOUR / 2);
      }
      world.settle();
      expect(world.state()).toBe('idle');
      for (const id of alive) {
        const places = [`incoming/${id}`, `deferred/A/${id}`].filter((path) => world.disk.has(path));
        expect(places).toHaveLength(1);
        if (wanted.has(id)) expect(places).toEqual([`incoming/${id}`]);
        const lists = [...world.disk].filter(
          ([path, { text }]) => path.startsWith('flush/') && text.includes(id),
        );
        if (places[0]?.startsWith('deferred')) expect(lists).not.toEqual([]);
      }
    }),
    { seed: 42, numRuns: 300 },
  );
});
