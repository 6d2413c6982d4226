/** places - where on the stage a service, a file or a person stands. OVERVIEW · master(5) */

/** Several names of master.cf are one program. */
const PROGRAMS: Readonly<Record<string, string>> = {
  ...{ telnet: 'net-in', defer: 'bounce', trace: 'bounce', retry: 'error', discard: 'error' },
  ...{ relay: 'smtp', master: 'master', power: 'master', clock: 'master' },
};

/** The node of a service of master.cf; people stand where the Internet is. */
export function placeOfService(service: string): string {
  return PROGRAMS[service] ?? service;
}

/** The chart of a service, by the name it has in `charts` of the core. */
export function chartOf(service: string): string {
  return service === 'rewrite' ? 'trivial-rewrite' : placeOfService(service);
}

/** The service of a process: `smtpd:4` → `smtpd`. */
export function serviceOfProcess(process: string): string {
  return process.split(':')[0] ?? process;
}

const QUEUES = new Set(['maildrop', 'incoming', 'active', 'deferred', 'hold']);
const LOGS = new Set(['bounce', 'defer', 'trace']);

/** The queue of a path relative to queue_directory; undefined for every other file. */
export function queueOfPath(path: string): string | undefined {
  const [first = ''] = path.split('/');
  return QUEUES.has(first) || first === 'corrupt' ? first : undefined;
}

/** The node where a file lies; undefined when the stage does not show it. */
export function placeOfPath(path: string): string | undefined {
  const [first = ''] = path.split('/');
  if (QUEUES.has(first)) return first;
  if (LOGS.has(first)) return 'blog';
  if (path.endsWith('/.forward')) return 'forward';
  return path.startsWith('/') ? 'mailbox' : undefined;
}

/** The short name of a queue file: `deferred/8/8FE4793BED` → `8FE4793BED`. */
export function queueIdOfPath(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The lookup table a parameter names, where the stage has a node for it. */
export function placeOfParameter(parameter: string): string | undefined {
  if (parameter.startsWith('transport_maps')) return 'transport';
  if (parameter.startsWith('relocated_maps')) return 'relocated';
  if (parameter.startsWith('virtual_alias')) return 'virtmap';
  return parameter.includes('canonical') ? 'canonical' : undefined;
}
