/** Mail for one site goes to incoming, whatever its time, and qmgr hears of it. flush(8) */
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import { isQueueId } from '../mail/queue-id.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { currentPath, pathIn } from './tasks.ts';
import type { Args, Decision, FlushContext } from './types.ts';

/** So many messages are moved in one turn. */
const MOST_EACH_TURN = 100;

/** Adds the ids to the file that is open. */
export function addIds({ context }: Args): Decision {
  const { current } = context;
  assert(current?.type === 'add', 'addIds belongs to a task to add');
  const bytes = latin1ToBytes(current.text);
  return {
    effects: [
      { type: 'file.append', file: 'add', bytes },
      { type: 'file.close', file: 'add' },
    ],
  };
}

function linesOf({ event }: Args): readonly string[] {
  assert(event.type === 'file.loaded', 'lines come from a file');
  const lines = bytesToLatin1(event.bytes).split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Nothing is kept for this site. */
export function fileIsEmpty(args: Args): boolean {
  return linesOf(args).length === 0;
}

/** The file names a message. */
export function hasIds(args: Args): boolean {
  return linesOf(args).some(isQueueId);
}

/** Each message once; lines that are no queue ids are said and passed over. */
export function takeIds(args: Args): Decision {
  const path = currentPath(args.context);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const lines = linesOf(args);
  const effects = lines
    .filter((line) => !isQueueId(line))
    .map((line): Effect => {
      const text = `bad queue id "${line.slice(0, 30)}..." in fast flush logfile ${name}`;
      return { type: 'log', level: 'warning', text };
    });
  const readAt = new Map(args.context.readAt).set(path, args.event.at);
  return { context: { left: [...new Set(lines.filter(isQueueId))], readAt }, effects };
}

const ASKED = { rule: 'somebody asked', parameter: 'fast_flush_domains' } as const;
const REFRESHED = { parameter: 'fast_flush_refresh_time' } as const;

/** Moves the next messages: due now, and in incoming. */
export function moveSome({ context, event }: Args): Decision {
  const { settings, left, current } = context;
  const some = left.slice(0, MOST_EACH_TURN);
  const isAsked = current?.type === 'send' && current.forced;
  const because = [isAsked ? ASKED : REFRESHED];
  const effects = some.flatMap((id): readonly Effect[] => {
    const from = pathIn(settings, 'deferred', id);
    return [
      { type: 'file.touch', path: from, modifiedAt: event.at },
      { type: 'file.rename', from, to: pathIn(settings, 'incoming', id) },
      { type: 'explain', queueId: id, what: 'incoming', because },
    ];
  });
  return { context: { left: left.slice(MOST_EACH_TURN), moving: some.length }, effects };
}

/** A move has answered, for better or worse: a message that is not there was delivered meanwhile. */
export function isMove({ event }: Args): boolean {
  return event.type === 'file.renamed' || (event.type === 'file.failed' && event.operation === 'file.rename');
}

/** It was not the last of this turn. */
export function othersAreMoving(args: Args): boolean {
  return isMove(args) && args.context.moving > 1;
}

/** It was, and there is another turn. */
export function moreAreLeft(args: Args): boolean {
  return isMove(args) && args.context.left.length > 0;
}

export function countMove({ context }: Args): Decision {
  return { context: { moving: context.moving - 1 } };
}

/** Opens the file to empty it: what is still deferred afterwards is noted again. */
export function openToEmpty({ context }: Args): Decision {
  return { effects: [{ type: 'file.open', file: 'empty', path: currentPath(context) }] };
}

function wakeUp({ current }: FlushContext): Effect {
  const requests = current?.type === 'send' && current.forced ? 'IF' : 'I';
  return { type: 'send', to: 'qmgr', note: { type: 'qmgr.wakeup', requests } };
}

/** Empties it. */
export function emptyFile(): Decision {
  return {
    effects: [
      { type: 'file.truncate', file: 'empty', sizeBytes: 0 },
      { type: 'file.close', file: 'empty' },
    ],
  };
}

/** qmgr is to look into incoming; where somebody asked, dead destinations come back to life. */
export function wakeQmgr({ context }: Args): Decision {
  return { effects: [wakeUp(context)] };
}
