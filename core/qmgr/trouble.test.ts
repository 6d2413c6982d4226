import { expect, test } from 'vitest';
import type { Note } from '../kernel/notes.ts';
import { delivered, putOff, queueFile, returned, START, tryOut } from './tryout.ts';
import { fakeFile } from './tryout-files.ts';

const ID = 'A1';
const bob = { recipients: ['bob@b.example'] };
const MINUTE = 60_000;

function died(request: Note | undefined): Note {
  return {
    type: 'master.childDied',
    service: 'x',
    process: 'x:1',
    reason: 'oops',
    ...(request && { request }),
  };
}

test('qmgr(8) DIAGNOSTICS: a file that cannot be taken stays in incoming and is taken a minute later', () => {
  const world = tryOut({ agent: delivered });
  world.failing.set(`file.rename incoming/${ID}`, 'EIO');
  world.arrive(ID, bob);
  expect(world.logs).toEqual([`warning: file.rename incoming/${ID}: EIO`]);
  expect(world.queue('incoming')).toEqual([ID]);
  expect(world.context().messages.size).toBe(0);
  world.failing.clear();
  world.pass(MINUTE);
  expect(world.logs.at(-1)).toBe(`${ID}: removed`);
});

test('qmgr(8) DIAGNOSTICS: a file that cannot be read goes to deferred', () => {
  const world = tryOut({ agent: delivered });
  world.failing.set(`file.read active/${ID}`, 'EIO');
  world.arrive(ID, bob);
  expect(world.queue('deferred')).toEqual([ID]);
  expect(world.disk.get(`deferred/A/${ID}`)?.modifiedAt).toBe(START + 300_000);
  world.failing.clear();
  world.pass(300_000);
  expect(world.logs.at(-1)).toBe(`${ID}: removed`);
});

test.for([
  ['removed', 'file.remove', delivered],
  ['deferred', 'file.rename', putOff],
] as const)(
  'qmgr(8) DIAGNOSTICS: a file that cannot leave active (%s) is tried again each minute',
  ([where, what, agent]) => {
    const world = tryOut({ agent: (request) => agent(request) });
    world.failing.set(`${what} active/${ID}`, 'EIO');
    world.arrive(ID, bob);
    const warning = `warning: ${what} active/${ID}: EIO`;
    expect(world.logs.filter((line) => line === warning)).toHaveLength(1);
    world.pass(MINUTE);
    expect(world.logs.filter((line) => line === warning)).toHaveLength(2);
    expect(world.requests).toHaveLength(1);
    expect(world.queue('active')).toEqual([ID]);
    world.failing.clear();
    world.pass(MINUTE);
    expect(world.queue('active')).toEqual([]);
    expect(world.queue('deferred')).toEqual(where === 'deferred' ? [ID] : []);
    expect(world.context().stuck.size + world.context().messages.size).toBe(0);
  },
);

test('postsuper(1): a message that an operator took out of active is no trouble', () => {
  const world = tryOut();
  world.arrive(ID, bob);
  world.disk.delete(`active/${ID}`);
  const [request] = world.requests;
  world.tell({ type: 'deliver.done', token: request?.token ?? '', results: [] }, 'smtp:1');
  expect(world.logs.filter((line) => line.startsWith('warning'))).toEqual([]);
  expect(world.context().messages.size).toBe(0);
});

test('qmgr(8): a queue that cannot be listed is listed again a minute later', () => {
  const world = tryOut({ agent: delivered });
  world.disk.set(`incoming/${ID}`, fakeFile(queueFile(bob)));
  world.failing.set('dir.list incoming', 'EIO');
  world.tell({ type: 'qmgr.wakeup', requests: 'W' }, 'master');
  expect(world.requests).toEqual([]);
  world.failing.clear();
  world.pass(MINUTE);
  expect(world.requests).toHaveLength(1);
});

test('qmgr(8): what is left in active is found later when it could not be moved at the start', () => {
  const disk = new Map([[`active/${ID}`, fakeFile(queueFile(bob))]]);
  const world = tryOut({ agent: delivered }, disk);
  expect(world.requests).toHaveLength(1);
  const busy = tryOut();
  busy.arrive('B1', bob);
  busy.disk.set(`active/${ID}`, fakeFile(queueFile(bob)));
  busy.give({
    type: 'dir.listed',
    path: 'active',
    entries: ['A1', 'B1'].map((name) => ({ name, mode: 0o700 })),
  });
  expect(busy.requests.map(({ queueId }) => queueId)).toEqual(['B1', ID]);
});

test('master(8): an agent dies: recipients deferred, its transport left alone for a minute', () => {
  const world = tryOut({ agent: (request) => (request.transport === 'retry' ? putOff(request) : undefined) });
  world.arrive(ID, bob);
  world.tell(died({ ...world.requests[0] } as Note), 'host');
  const where = 'see a previous warning/fatal/panic logfile record for the problem description';
  expect(world.logs).toContain(`warning: transport smtp failure -- ${where}`);
  expect(world.logs.at(-1)).toContain('dsn=4.3.0, status=deferred (unknown mail transport error)');
  expect(world.queue('deferred')).toEqual([ID]);
  world.arrive('A2', bob);
  expect(world.requests.at(-1)?.nexthop).toBe('4.3.0 unknown mail transport error');
  world.pass(MINUTE);
  world.arrive('A3', bob);
  expect(world.requests.at(-1)?.nexthop).toBe('b.example');
});

test('master(8): retry(8) itself dies: qmgr does without it for a while', () => {
  const world = tryOut({ mainCf: 'defer_transports = smtp' });
  world.arrive(ID, bob);
  world.tell(died({ ...world.requests[0] } as Note), 'host');
  world.arrive('A2', bob);
  expect(world.requests).toHaveLength(1);
  expect(world.logs.at(-1)).toContain('A2: to=<bob@b.example>, relay=none');
  expect(world.queue('deferred')).toEqual([ID, 'A2']);
});

test('postconf(5) daemon_timeout: an agent that never answers is given up, a late answer is nothing', () => {
  const world = tryOut({ mainCf: 'daemon_timeout = 600' });
  world.arrive(ID, bob);
  const [request] = world.requests;
  world.pass(10 * MINUTE);
  expect(world.queue('deferred')).toEqual([ID]);
  world.tell({ type: 'deliver.done', token: request?.token ?? '', results: [] }, 'smtp:1');
  expect(world.queue('deferred')).toEqual([ID]);
});

test('trivial-rewrite(8): a lost question is asked again; one it dies of is a failure', () => {
  let silent = true;
  const world = tryOut({ resolve: () => (silent ? undefined : {}), agent: (request) => putOff(request) });
  world.arrive(ID, bob);
  world.arrive('A2', bob);
  const ask = { type: 'rewrite.resolve', token: 'A2:0', sender: '', address: 'bob@b.example' } as const;
  world.tell(died(ask), 'host');
  expect(world.requests).toMatchObject([{ queueId: 'A2', nexthop: '4.3.0 address resolver failure' }]);
  silent = false;
  world.pass(MINUTE);
  expect(world.requests.at(-1)).toMatchObject({ queueId: ID, nexthop: 'b.example' });
});

test('bounce(8): it dies over a notice: nothing is given up', () => {
  const world = tryOut({ agent: returned, flush: () => undefined });
  world.arrive(ID, bob);
  const [flush] = world.flushes;
  world.tell(died(flush), 'host');
  expect(world.queue('deferred')).toEqual([ID]);
});

test('bounce(8): it never answers: given up on after daemon_timeout', () => {
  const world = tryOut({ mainCf: 'daemon_timeout = 600', agent: returned, flush: () => undefined });
  world.arrive(ID, bob);
  world.arrive('A2', { recipients: ['-x@b.example'] });
  world.pass(9 * MINUTE);
  expect(world.queue('deferred')).toEqual([]);
  world.pass(2 * MINUTE);
  expect(world.queue('deferred').toSorted()).toEqual([ID, 'A2']);
});

test('bounce(8), 2.3: an entry that is never confirmed is put off in the end', () => {
  const world = tryOut({ profile: '2.3', mainCf: 'daemon_timeout = 600', append: () => undefined });
  world.arrive(ID, { recipients: ['-x@b.example'] });
  world.pass(9 * MINUTE);
  expect(world.queue('active')).toEqual([ID]);
  world.pass(2 * MINUTE);
  expect(world.queue('deferred')).toEqual([ID]);
});

test('master(5): without bounce in master.cf nobody is told and nothing is given up', () => {
  const world = tryOut({ services: ['smtp', 'rewrite'], agent: returned });
  world.arrive(ID, bob);
  expect(world.queue('deferred')).toEqual([ID]);
});

test('qmgr(8): new settings: process limits are read again', () => {
  const world = tryOut();
  world.arrive(ID, bob);
  const settings = { ...world.context().settings, master: [{ name: 'smtp', type: 'unix', processLimit: 7 }] };
  world.give({ type: 'settings.changed', settings });
  expect(world.context().transports.get('smtp')).toMatchObject({ limit: 7, busy: 1 });
});
