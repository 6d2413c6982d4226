/** The checks find what they are there to find. */
import { expect, test } from 'vitest';
import type { Effect, StepRecord } from '../../core/index.ts';
import { gouvBj } from '../../scenarios/index.ts';
import { type CheckState, lookAt, startCheck } from '../../sim/check.ts';
import { withDirectory, withFacts, withFile } from '../../sim/disk.ts';
import { begin } from '../../sim/run.ts';
import type { Universe } from '../../sim/universe.ts';

const HOST = 'mail.gouv.bj';
const MADE = { mode: 0o700, modifiedAt: 0, uid: 0, gid: 0 };

function universe(): Universe {
  return begin(gouvBj, 1, false, () => undefined);
}

/** What the checks say after these steps, as names of invariants. */
function invariants(world: Universe, ...records: readonly Partial<StepRecord>[]): readonly string[] {
  let state: CheckState = startCheck();
  for (const [index, record] of records.entries()) {
    const whole: StepRecord = {
      ...{ step: index + 1, at: 0, cause: 0, process: 'smtpd:1', service: 'smtpd', pid: 1 },
      ...{ event: undefined, before: 'ready', after: 'ready', rows: [], effects: [], ...record },
    };
    state = lookAt(state, world, index + 1, { type: 'step', host: HOST, cause: 0, record: whole });
  }
  return state.findings.map(({ invariant }) => invariant);
}

const write = (text: string): Effect => ({ type: 'net.write', bytes: new TextEncoder().encode(text) });
const command = (event: string) => ({ state: 'ready', event, index: 0 });

test('architecture §8: a panic is a finding', () => {
  expect(invariants(universe(), { panic: 'panic: no' })).toEqual(['no panic']);
  const fatal: Effect = { type: 'log', level: 'fatal', text: 'no' };
  expect(invariants(universe(), { effects: [fatal] })).toEqual(['no panic']);
});

test('architecture §7: an event that no row answers is a finding', () => {
  const event = { type: 'file.failed', operation: 'file.sync', code: 'EIO', at: 0 } as const;
  expect(invariants(universe(), { event })).toEqual(['every event has a row']);
  // Half a line waits in the session's buffer.
  const received = { type: 'net.received', bytes: new Uint8Array(1), at: 0 } as const;
  expect(invariants(universe(), { event: received })).toEqual([]);
  expect(invariants(universe(), { event: received, service: 'qmgr' })).toEqual(['every event has a row']);
});

test('RFC 5321 §4.2: a command without a reply, or with two, is a finding', () => {
  const hello = { effects: [write('220 hello\r\n')] };
  const ehlo = { rows: [command('EHLO')], effects: [write('250-a\r\n250 b\r\n')] };
  const next = { rows: [command('NOOP')], effects: [write('250 Ok\r\n')] };
  expect(invariants(universe(), hello, ehlo, next)).toEqual([]);
  expect(invariants(universe(), hello, { ...ehlo, effects: [] }, next)).toEqual(['one reply a command']);
  const twice = { ...ehlo, effects: [write('250 a\r\n250 b\r\n')] };
  expect(invariants(universe(), hello, twice, next)).toEqual(['one reply a command']);
});

test('RFC 5321 §6.1: a promise about a message that is nowhere is a finding', () => {
  const note = { type: 'cleanup.done', status: 'ok', queueId: 'A1B2C3' } as const;
  const effects: Effect[] = [{ type: 'send', to: 'smtpd:1', note }];
  expect(invariants(universe(), { effects })).toContain('accepted mail is somewhere');
  const said = [write('250 2.0.0 Ok: queued as A1B2C3\r\n')];
  expect(invariants(universe(), { effects: said })).toEqual(['accepted mail is durable']);
});

test('RFC 5321 §6.1: a promise about a file that is not on disk is a finding', () => {
  const world = universe();
  const host = world.hosts.get(HOST);
  if (host === undefined) throw new Error('no host');
  host.disk = withFile(host.disk, '/var/spool/postfix/incoming/A1B2C3', MADE).disk;
  const note = { type: 'cleanup.done', status: 'ok', queueId: 'A1B2C3' } as const;
  expect(invariants(world, { effects: [{ type: 'send', to: 'smtpd:1', note }] })).toContain(
    'accepted mail is durable',
  );
});

test('qmgr(8): a queue id in two queues is a finding', () => {
  const world = universe();
  const host = world.hosts.get(HOST);
  if (host === undefined) throw new Error('no host');
  for (const queue of ['incoming', 'active'])
    host.disk = withFile(host.disk, `/var/spool/postfix/${queue}/A1B2C3`, MADE).disk;
  expect(invariants(world, {})).toEqual(['a queue id is in one queue']);
});

test('maildir(5): a file in new/ that is not whole on disk is a finding', () => {
  const world = universe();
  const host = world.hosts.get(HOST);
  if (host === undefined) throw new Error('no host');
  const box = '/home/espera/Maildir/new';
  const made = withFile(withDirectory(host.disk, box), `${box}/1.M1`, MADE);
  const content = { sizeBytes: 1, before: undefined, last: Uint8Array.of(65) };
  host.disk = withFacts(made.disk, made.inode, { content });
  expect(invariants(world, {})).toEqual(['nothing half-written in new/']);
});

test('RFC 1047: a second copy without a crash is a finding', () => {
  const world = universe();
  const host = world.hosts.get(HOST);
  if (host === undefined) throw new Error('no host');
  const box = '/home/espera/Maildir/new';
  host.disk = withDirectory(host.disk, box);
  const text = 'Delivered-To: espera@gouv.bj\nReceived: by mail.gouv.bj (Postfix)\n\tid A1B2C3\n\nx\n';
  const content = { sizeBytes: text.length, before: undefined, last: new TextEncoder().encode(text) };
  for (const name of ['1', '2']) {
    const made = withFile(host.disk, `${box}/${name}`, MADE);
    const durable = { content, mode: 0o600, modifiedAt: 0 };
    const inode = { ...made.inode, durable, durablePath: `${box}/${name}`, laterPaths: [] };
    host.disk = withFacts(made.disk, inode, { content });
  }
  expect(invariants(world, {})).toEqual(['no second copy without a crash']);
});
