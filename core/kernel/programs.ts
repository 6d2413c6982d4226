/** programs - which programs of Postfix there are, and the services of a master.cf that they can run. */
import type { ServiceEntry } from '../config/master-cf.ts';
import type { Service } from './host.ts';
import type { Daemon } from './process.ts';

/** What master.cf calls a program by, and what it is. `single`: see Service. */
export type Programs = Readonly<Record<string, Pick<Service, 'daemon' | 'single'>>>;

/** A daemon as the process table knows it, whatever its input and its state are. */
export function program<Input, State>(daemon: Daemon<Input, State>, single: boolean): Programs[string] {
  return { daemon: daemon as unknown as Daemon<never, unknown>, single };
}

/** Programs that run although no master.cf names them. */
const UNLISTED = ['master', 'policy', 'dns', 'milter'];

/** The services of a master.cf that these programs can run. */
export function servicesFrom(programs: Programs, master: readonly ServiceEntry[]): readonly Service[] {
  const services = new Map<string, Service>();
  for (const name of UNLISTED) {
    const program = programs[name];
    if (program === undefined) throw new Error(`panic: no program ${name}`);
    services.set(name, { name, ...program });
  }
  for (const { name, type, command } of master) {
    const program = programs[command];
    if (program === undefined) continue;
    const serviceName = type === 'inet' ? command : name;
    services.set(serviceName, { name: serviceName, ...program });
  }
  return [...services.values()];
}

/** The program that each service runs: log lines have its name. postconf(5) syslog_name */
export function programNames(master: readonly ServiceEntry[]): ReadonlyMap<string, string> {
  return new Map(
    master.flatMap(({ name, type, command }) => (type === 'inet' ? [] : [[name, command] as const])),
  );
}
