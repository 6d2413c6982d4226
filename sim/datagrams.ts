/**
 * datagrams - questions to name servers, in simulated time. Whoever is asked knows the zones of all machines
 * of the scenario, whether they are switched on or not. Differs: a datagram has no limit, so nobody is asked
 * over TCP.
 */
import type { DatagramEffect, DnsRecord } from '#core';
import { answerQuestion, type NameServer, nameServer } from './name-server.ts';
import type { HostSpec, Scenario } from './scenario.ts';
import { later, nowMs, type SimHost, type Universe } from './universe.ts';
import { parseZone } from './zone-file.ts';

/** There and back. */
const ROUND_TRIP_US = 2_000;

const servers = new WeakMap<Scenario, NameServer>();

/**
 * What stands in the zone files of a machine.
 *
 * @throws Error that says of each line that cannot be read what is wrong with it, and what to do
 */
export function zoneRecords({ zones = {} }: HostSpec): readonly DnsRecord[] {
  const read = Object.entries(zones).map(([file, text]) => parseZone(text, file));
  const problems = read.flatMap((zone) => zone.problems);
  if (problems.length === 0) return read.flatMap(({ records }) => records);
  const lines = problems.map(({ file, line, text, remedy }) => `${file}:${line}: ${text.en}. ${remedy.en}`);
  throw new Error(lines.join('\n'));
}

/** The zones of a scenario, read once. */
function serverOf(scenario: Scenario): NameServer {
  const known = servers.get(scenario);
  if (known !== undefined) return known;
  const server = nameServer(scenario.hosts.flatMap(zoneRecords), scenario.failingNames);
  servers.set(scenario, server);
  return server;
}

/** Asks, and has the answer on its way; a port that was closed meanwhile hears nothing that matters. */
export function performDatagram(
  universe: Universe,
  host: SimHost,
  process: string,
  effect: DatagramEffect,
): void {
  if (effect.type === 'udp.close') return;
  const bytes = answerQuestion(serverOf(universe.scenario), effect.bytes);
  if (bytes === undefined) return;
  const at = nowMs(universe) + ROUND_TRIP_US / 1000;
  const event = { type: 'udp.received', socket: effect.socket, bytes, at } as const;
  const to = { host: host.spec.name, life: host.life, to: process };
  later(universe, ROUND_TRIP_US, { type: 'deliver', ...to, event, cause: universe.n });
}
