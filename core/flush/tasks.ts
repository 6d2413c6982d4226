/** Which task is next: requests that come while flush is at work wait. flush(8) */
import { intOf, listOf, type Settings, timeMsOf } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { queuePath } from '../mail/queue-id.ts';
import type { Args, Decision, FlushContext, Task } from './types.ts';

/** The path of a message or of the file of a site in a queue. */
export function pathIn(settings: Settings, queueName: string, name: string): string {
  const hashQueueNames = listOf(settings, 'hash_queue_names');
  return queuePath(queueName, name, { hashQueueNames, hashQueueDepth: intOf(settings, 'hash_queue_depth') });
}

/** Letters and digits stay; whatever else a domain has becomes `_`, so two sites may share a file. */
function fileOf(settings: Settings, site: string): string {
  return pathIn(settings, 'flush', site.toLowerCase().replaceAll(/[^a-z0-9]/g, '_'));
}

/** A request: at its turn. What is to be added to one file is gathered. */
export function remember({ context, event }: Args): Decision {
  const { settings, todo } = context;
  if (event.type === 'flush.send') {
    const asked = fileOf(settings, event.site);
    const last = todo.findLast((task) => task.type !== 'list' && task.path === asked);
    if (last?.type === 'send' && last.forced) return {};
    return { context: { todo: [...todo, { type: 'send', path: asked, forced: true }] } };
  }
  if (event.type === 'flush.wakeup') {
    const listed = todo.some(({ type }) => type === 'list');
    return listed ? {} : { context: { todo: [...todo, { type: 'list' }] } };
  }
  assert(event.type === 'flush.add', 'only requests are remembered');
  const path = fileOf(settings, event.site);
  const at = todo.findIndex((task) => task.type === 'add' && task.path === path);
  const known = todo[at];
  const before = known?.type === 'add' ? known.text : '';
  const task: Task = { type: 'add', path, text: `${before}${event.queueId}\n` };
  return { context: { todo: at < 0 ? [...todo, task] : todo.with(at, task) } };
}

const next =
  (type: Task['type']) =>
  ({ context }: Args): boolean =>
    context.todo[0]?.type === type;

export const nextIsAdd = next('add');
export const nextIsSend = next('send');
export const nextIsRemove = next('remove');
export const nextIsList = next('list');

function taken({ todo }: FlushContext): Pick<FlushContext, 'todo' | 'current'> {
  return { todo: todo.slice(1), current: todo[0] };
}

/** Path of the file that is at work. */
export function currentPath({ current }: FlushContext): string {
  assert(current !== undefined && current.type !== 'list', 'this task has a file');
  return current.path;
}

/** Opens the file of the next task for more ids; it is made when it is not there. */
export function openToAdd({ context }: Args): Decision {
  const next = taken(context);
  const path = currentPath({ ...context, ...next });
  return { context: next, effects: [{ type: 'file.open', file: 'add', path, mode: 0o600 }] };
}

/** Reads the file of a site. */
export function readFile({ context }: Args): Decision {
  const next = taken(context);
  const path = currentPath({ ...context, ...next });
  return { context: next, effects: [{ type: 'file.read', file: 'read', path }] };
}

/** Removes the file of a site for which nothing came in a long time. */
export function removeFile({ context }: Args): Decision {
  const next = taken(context);
  return { context: next, effects: [{ type: 'file.remove', path: currentPath({ ...context, ...next }) }] };
}

/** Looks at the files of all sites. */
export function listFiles({ context }: Args): Decision {
  const { settings } = context;
  const isHashed = listOf(settings, 'hash_queue_names').includes('flush');
  const depth = isHashed ? intOf(settings, 'hash_queue_depth') : 0;
  return { context: taken(context), effects: [{ type: 'dir.list', path: 'flush', depth }] };
}

/**
 * Files with ids that were not read for a long time are sent; empty ones that are old are removed.
 * postconf(5) fast_flush_refresh_time, fast_flush_purge_time
 *
 * Differs: when a file was read is remembered here, not in its access time; after a start it is the time
 * of its last change.
 */
export function takeListing({ context, event }: Args): Decision {
  assert(event.type === 'dir.listed', 'takeListing belongs to dir.listed');
  const refreshMs = timeMsOf(context.settings, 'fast_flush_refresh_time');
  const purgeMs = timeMsOf(context.settings, 'fast_flush_purge_time');
  const readAt = new Map<string, number>();
  const todo = [...context.todo];
  for (const { name, sizeBytes, modifiedAt } of event.entries) {
    const path = `flush/${name}`;
    const read = context.readAt.get(path) ?? modifiedAt;
    if (sizeBytes > 0) readAt.set(path, read);
    if (sizeBytes > 0 && read + refreshMs < event.at) todo.push({ type: 'send', path, forced: false });
    const isWanted = todo.some((task) => task.type === 'add' && task.path === path);
    if (sizeBytes === 0 && modifiedAt + purgeMs < event.at && !isWanted) todo.push({ type: 'remove', path });
  }
  return { context: { todo, readAt } };
}

/** New settings. */
export function takeSettings({ event }: Args): Decision {
  assert(event.type === 'settings.changed', 'takeSettings belongs to settings.changed');
  return { context: { settings: event.settings } };
}

/** What the disk refused, in the log. A file that is not there is no trouble. */
export function warnOfFailure({ event }: Args): Decision {
  assert(event.type === 'file.failed', 'warnOfFailure belongs to file.failed');
  const { operation, path, file, code } = event;
  if (code === 'ENOENT') return {};
  const log: Effect = { type: 'log', level: 'warning', text: `${operation} ${path ?? file ?? ''}: ${code}` };
  return { effects: [log] };
}
