import { expect, test } from 'vitest';
import { delivered, putOff, queueFile, START, tryOut } from './tryout.ts';
import { type FakeDisk, fakeFile } from './tryout-files.ts';

const bob = { recipients: ['bob@b.example'] };

function diskWith(files: Readonly<Record<string, number>>, mode = 0o100700): FakeDisk {
  const entries = Object.entries(files).map(
    ([path, at]) => [path, fakeFile(queueFile(bob), at, mode)] as const,
  );
  return new Map(entries);
}

test('qmgr(8): a file without the x bit is not complete: cleanup(8) is still writing it', () => {
  const disk = diskWith({ 'incoming/A1': START }, 0o100600);
  const world = tryOut({ agent: delivered }, disk);
  world.tell({ type: 'qmgr.wakeup', requests: 'W' }, 'master');
  expect(world.requests).toEqual([]);
  disk.set('incoming/A1', fakeFile(queueFile(bob)));
  world.tell({ type: 'qmgr.wakeup', requests: 'W' }, 'master');
  expect(world.requests).toHaveLength(1);
});

test('qmgr(8): a deferred message whose time is in the future waits; request A does not', () => {
  const world = tryOut(
    { agent: delivered },
    diskWith({ 'deferred/A/A1': START + 5000, 'deferred/A/A2': START }),
  );
  expect(world.requests.map(({ queueId }) => queueId)).toEqual(['A2']);
  world.tell({ type: 'qmgr.wakeup', requests: 'D' }, 'postqueue');
  expect(world.requests).toHaveLength(1);
  world.tell({ type: 'qmgr.wakeup', requests: 'DA' }, 'postqueue');
  expect(world.requests.map(({ queueId }) => queueId)).toEqual(['A2', 'A1']);
});

test('qmgr(8): A holds for one scan only', () => {
  const world = tryOut({ agent: (request) => putOff(request) });
  world.arrive('A1', bob);
  world.tell({ type: 'qmgr.wakeup', requests: 'DA' }, 'postqueue');
  expect(world.requests).toHaveLength(2);
  world.tell({ type: 'qmgr.wakeup', requests: 'D' }, 'postqueue');
  expect(world.requests).toHaveLength(2);
});

test('qmgr(8): one from incoming, one from deferred, by turns', () => {
  const files = {
    'incoming/I1': 0,
    'incoming/I2': 0,
    'incoming/I3': 0,
    'deferred/D/D1': 0,
    'deferred/D/D2': 0,
  };
  const disk = diskWith(files);
  const world = tryOut({ mainCf: 'qmgr_message_active_limit = 1' }, disk);
  const taken: string[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const request = world.requests[turn];
    taken.push(request?.queueId ?? '');
    world.tell({ type: 'deliver.done', token: request?.token ?? '', results: [] }, 'smtp:1');
  }
  expect(taken).toEqual(['I1', 'D1', 'I2', 'D2', 'I3']);
});

test('postconf(5) qmgr_message_active_limit: what comes when active is full waits for room', () => {
  const world = tryOut({ mainCf: 'qmgr_message_active_limit = 2' });
  for (const id of ['A1', 'A2', 'A3', 'A4']) world.arrive(id, bob);
  expect(world.queue('active')).toEqual(['A1', 'A2']);
  const [request] = world.requests;
  world.tell({ type: 'deliver.done', token: request?.token ?? '', results: [] }, 'smtp:1');
  expect(world.queue('active')).toEqual(['A2', 'A3']);
  expect(world.queue('incoming')).toEqual(['A4']);
});

test('postqueue(1) -i: one deferred message, before its time', () => {
  const disk = diskWith({ 'deferred/A/A1': START + 5000, 'deferred/A/A2': START + 5000 });
  const world = tryOut({ agent: delivered }, disk);
  world.tell({ type: 'qmgr.wakeup', requests: 'DA', queueId: 'A2' }, 'postqueue');
  expect(world.requests.map(({ queueId }) => queueId)).toEqual(['A2']);
  expect(world.queue('deferred')).toEqual(['A1']);
});

test('postqueue(1) -i: with I it may be in incoming; one that is nowhere is no trouble', () => {
  const disk = diskWith({});
  const world = tryOut({ agent: delivered }, disk);
  disk.set('incoming/A1', fakeFile(queueFile(bob)));
  world.tell({ type: 'qmgr.wakeup', requests: 'IDA', queueId: 'A1' }, 'postqueue');
  expect(world.requests.map(({ queueId }) => queueId)).toEqual(['A1']);
  world.tell({ type: 'qmgr.wakeup', requests: 'DA', queueId: 'A9' }, 'postqueue');
  expect(world.logs.filter((line) => line.startsWith('warning'))).toEqual([]);
  expect(world.context().messages.size).toBe(0);
});

test('postconf(5) queue_run_delay: the deferred queue is scanned that often', () => {
  const world = tryOut({ mainCf: 'queue_run_delay = 100' });
  const scans = () =>
    world.effects.filter((effect) => effect.type === 'dir.list' && effect.path === 'deferred');
  expect(scans()).toHaveLength(1);
  world.pass(1000_000);
  expect(scans()).toHaveLength(11);
});

test('qmgr(8): many thousands in a queue are taken in turns of a hundred, and all are taken', () => {
  const names = Array.from({ length: 350 }, (_, index) => [`incoming/${1000 + index}`, 0] as const);
  const world = tryOut({ agent: delivered }, diskWith(Object.fromEntries(names)));
  expect(world.queue('incoming')).toEqual([]);
  expect(world.requests).toHaveLength(350);
});

test('postconf(5) hash_queue_depth: paths have as many levels', () => {
  const disk = diskWith({ 'incoming/A/1/A1B2C3D4E5': START });
  const mainCf = 'hash_queue_names = incoming, active, deferred\nhash_queue_depth = 2';
  const world = tryOut({ mainCf, agent: (request) => putOff(request) }, disk);
  const [list] = world.effects.filter((effect) => effect.type === 'dir.list' && effect.path === 'incoming');
  expect(list).toMatchObject({ depth: 2 });
  expect(world.requests[0]?.path).toBe('active/A/1/A1B2C3D4E5');
  expect([...disk.keys()]).toEqual(['deferred/A/1/A1B2C3D4E5']);
});
