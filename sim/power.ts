/** power - machines are built, switched on, and lose their power. master(8) starts with the machine. */
import { createMailHost, type MailHost, servicesOf, textOf } from '#core';
import { zoneRecords } from './datagrams.ts';
import { afterPowerCut, emptyDisk, withDirectory } from './disk.ts';
import { resetAll } from './network.ts';
import { perform } from './perform.ts';
import { scramble } from './random.ts';
import type { HostSpec } from './scenario.ts';
import { settingsOf } from './settings.ts';
import { nowMs, type SimHost, tell, type Universe } from './universe.ts';

/** The folders of queue_directory. Postfix: conf/postfix-files */
const QUEUE_FOLDERS = [
  ...['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'maildrop'],
  ...['pid', 'private', 'public', 'saved', 'trace'],
];

/** The process table of a host in one of its lives: always the same for the same life. */
export function mailOf(universe: Universe, host: SimHost, life: number): MailHost {
  const seed = scramble(universe.seed ^ scramble(host.index * 1000 + life));
  const { settings, services, zone } = host;
  return createMailHost({
    ...{ settings, services, zone, seed, firstPid: 1000 + (seed % 20_000) },
    perform: (process, effect) => perform(universe, host, process, effect),
    watch: (record) => {
      const { cause } = universe;
      tell(universe, { type: 'step', host: host.spec.name, cause, record });
    },
  });
}

/** Adds a machine to the universe; it is off. */
export function addHost(universe: Universe, spec: HostSpec): SimHost {
  const { settings } = settingsOf(spec);
  // A zone file that cannot be read is told before anything runs.
  zoneRecords(spec);
  const services = servicesOf(settings.master);
  const index = universe.hosts.size;
  const queueDirectory = textOf(settings, 'queue_directory');
  // A disk in use: inode numbers as large as those in real queue ids.
  let disk = emptyDisk(0x90000 + universe.dice.below(0x8000), universe.nowUs);
  for (const folder of QUEUE_FOLDERS) disk = withDirectory(disk, `${queueDirectory}/${folder}`);
  for (const { home } of settings.tables.accounts.byName.values()) disk = withDirectory(disk, home);
  const host: SimHost = {
    ...{ spec, index, settings, services, zone: universe.scenario.zone, queueDirectory, disk },
    ...{
      isUp: false,
      life: 0,
      handles: new Map(),
      timers: new Map(),
      connections: new Map(),
      calls: new Map(),
    },
    ...{ outgoing: new Map(), mail: undefined as unknown as MailHost },
  };
  host.mail = mailOf(universe, host, 0);
  universe.hosts.set(spec.name, host);
  universe.machines.push(host);
  return host;
}

function say(universe: Universe, host: SimHost, type: 'power.cut' | 'power.on'): void {
  const name = host.spec.name;
  const after = type === 'power.on' ? 'on' : 'off';
  const event = { t: nowMs(universe), host: name, process: name, service: 'power', pid: 0, after };
  tell(universe, { type: 'world', cause: 0, event: { ...event, event: { type }, rows: [], effects: [] } });
}

/** The machine starts; one that runs goes on running. */
export function switchOn(universe: Universe, host: SimHost): void {
  if (host.isUp) return;
  host.isUp = true;
  say(universe, host, 'power.on');
  universe.cause = universe.n;
  host.mail.open('master', {}, nowMs(universe), universe.n);
}

/** Everything that runs is gone, and of the disk what was not safe, as the dice say. */
export function cutPower(universe: Universe, host: SimHost): void {
  if (!host.isUp) return;
  host.isUp = false;
  say(universe, host, 'power.cut');
  resetAll(universe, host);
  host.life += 1;
  host.mail = mailOf(universe, host, host.life);
  host.disk = afterPowerCut(host.disk, universe.dice);
  host.handles = new Map();
  host.timers = new Map();
  host.calls = new Map();
  host.outgoing = new Map();
}
