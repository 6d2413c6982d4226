/**
 * processes - what a server and all its children have used of the machine, from /proc. proc(5)
 *
 * CPU counts a process and those of its children that it has already waited for, so Postfix's short-lived
 * daemons are found in the times of their master.
 */
import fs from 'node:fs';

/** Clock ticks a second in /proc/PID/stat; fixed by Linux for programs (sysconf _SC_CLK_TCK). */
const TICKS = 100;

interface Process {
  readonly parent: number;
  readonly cpuSeconds: number;
}

function readText(path: string): string {
  try {
    return fs.readFileSync(path, 'latin1');
  } catch {
    // A process may end between the listing and the reading.
    return '';
  }
}

function processOf(pid: string): Process | undefined {
  const text = readText(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 15) return undefined;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), cpuSeconds: ticks / TICKS };
}

/** A process and all that descend from it. */
function familyOf(root: number): ReadonlyMap<number, Process> {
  const all = new Map<number, Process>();
  for (const name of fs.readdirSync('/proc')) {
    const process = /^\d+$/.test(name) ? processOf(name) : undefined;
    if (process !== undefined) all.set(Number(name), process);
  }
  const family = new Map<number, Process>();
  const add = (pid: number): void => {
    const process = all.get(pid);
    if (process === undefined || family.has(pid)) return;
    family.set(pid, process);
    for (const [child, { parent }] of all) if (parent === pid) add(child);
  };
  add(root);
  return family;
}

/** CPU seconds of one process that has no children; 0 when it is gone. Costs next to nothing. */
export function ownCpuSecondsOf(pid: number): number {
  return processOf(`${pid}`)?.cpuSeconds ?? 0;
}

/** CPU seconds (user and system) of a process and its descendants, since they began. */
export function cpuSecondsOf(root: number): number {
  return [...familyOf(root).values()].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

export interface Memory {
  /** Sum of the resident sets: pages shared by several processes count for each of them. */
  readonly rssBytes: number;
  /** Sum of the proportional sets: shared pages count once. */
  readonly pssBytes: number;
  readonly processes: number;
}

/** Memory that a process and its descendants hold now. */
export function memoryOf(root: number): Memory {
  const texts = [...familyOf(root).keys()].map((pid) => readText(`/proc/${pid}/smaps_rollup`));
  const sum = (name: string): number =>
    texts.reduce(
      (all, text) => all + Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0),
      0,
    );
  return { rssBytes: sum('Rss') * 1024, pssBytes: sum('Pss') * 1024, processes: texts.length };
}

/** Seconds that all cores together were busy since the machine started. */
export function machineBusySeconds(): number {
  const [, ...fields] = (readText('/proc/stat').split('\n')[0] ?? '').split(/ +/);
  const ticks = fields.slice(0, 8).map(Number);
  return ticks.filter((_, index) => index !== 3 && index !== 4).reduce((sum, one) => sum + one, 0) / TICKS;
}
