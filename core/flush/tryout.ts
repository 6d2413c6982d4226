/** A disk and a clock for the tests of flush: what it asks for happens when the test says so. */
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { Note } from '../kernel/notes.ts';
import { stateName } from '../kernel/process.ts';
import { UTC } from '../mail/date.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { flushDaemon } from './daemon.ts';

interface FakeFile {
  readonly text: string;
  readonly modifiedAt: number;
}

export interface Tryout {
  readonly disk: Map<string, FakeFile>;
  readonly logs: string[];
  readonly notes: Note[];
  /** `file.read flush/x` → errno. */
  readonly failing: Map<string, string>;
  state(): string;
  put(path: string, text?: string, modifiedAt?: number): void;
  tell(note: Note): void;
  /** The oldest operation that waits is done. False when none waits. */
  answer(): boolean;
  /** All of them, and those that follow. */
  settle(): void;
  pass(ms: number): void;
}

const START = Date.UTC(2026, 10, 24, 6, 0, 0);

/** Starts flush in such a world. */
export function tryOut(mainCf = ''): Tryout {
  const settings = makeSettings({ mainCf: parseMainCf(`${mainCf}\n`, 'main.cf').entries });
  const disk = new Map<string, FakeFile>();
  const open = new Map<string, string>();
  const failing = new Map<string, string>();
  const logs: string[] = [];
  const notes: Note[] = [];
  const waiting: Effect[] = [];
  let at = START;
  const birth = {
    settings,
    process: 'flush',
    pid: 1,
    service: 'flush',
    services: [],
    zone: UTC,
    seed: 1,
    at,
  };
  let { state } = flushDaemon.start(birth, at);

  const write = (path: string, text: string): void => void disk.set(path, { text, modifiedAt: at });
  const give = (event: object): void => {
    const step = flushDaemon.step(state, { ...event, at } as WorldEvent);
    assert(step.rows.length > 0, `flush has no row for ${JSON.stringify(event)}`);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.type === 'log') logs.push(effect.text);
      else if (effect.type === 'send') notes.push(effect.note);
      else if (effect.type !== 'explain') waiting.push(effect);
    }
  };
  /** Does it; the event that answers, if one does. */
  const done = (effect: Effect): object | undefined => {
    const path = effect.type === 'file.rename' ? effect.from : 'path' in effect ? (effect.path ?? '') : '';
    const file = disk.get(path);
    const isNew = effect.type === 'file.open' && effect.mode !== undefined;
    const isPlaced = effect.type !== 'dir.list' && path !== '';
    const missing = isPlaced && file === undefined && !isNew ? 'ENOENT' : undefined;
    const code = failing.get(`${effect.type} ${path}`) ?? missing;
    const named = 'file' in effect ? { file: effect.file } : {};
    if (code !== undefined) return { type: 'file.failed', operation: effect.type, path, code, ...named };
    switch (effect.type) {
      case 'file.open':
        if (file === undefined) write(path, '');
        open.set(effect.file, path);
        return { type: 'file.opened', file: effect.file, path };
      case 'file.append': {
        const to = open.get(effect.file) ?? '';
        write(to, (disk.get(to)?.text ?? '') + bytesToLatin1(effect.bytes));
        return undefined;
      }
      case 'file.truncate':
        write(open.get(effect.file) ?? '', '');
        return undefined;
      case 'file.close':
        open.delete(effect.file);
        return undefined;
      case 'file.read':
        return { type: 'file.loaded', file: effect.file, path, bytes: latin1ToBytes(file?.text ?? '') };
      case 'file.touch':
        disk.set(path, { text: file?.text ?? '', modifiedAt: effect.modifiedAt });
        return undefined;
      case 'file.remove':
        disk.delete(path);
        return { type: 'file.removed', path };
      case 'file.rename':
        disk.delete(path);
        disk.set(effect.to, file ?? { text: '', modifiedAt: at });
        return { type: 'file.renamed', from: path, to: effect.to };
      default: {
        assert(effect.type === 'dir.list', `flush asks for ${effect.type}`);
        const entries = [...disk].flatMap(([name, { text, modifiedAt }]) =>
          name.startsWith('flush/')
            ? [{ name: name.slice(6), mode: 0o600, modifiedAt, sizeBytes: text.length }]
            : [],
        );
        return { type: 'dir.listed', path, entries };
      }
    }
  };
  const answer = (): boolean => {
    const effect = waiting.shift();
    if (effect === undefined) return false;
    const event = done(effect);
    if (event !== undefined) give(event);
    return true;
  };
  return {
    ...{ disk, logs, notes, failing, answer },
    state: () => stateName(state),
    put: (path, text = '', modifiedAt = at) => void disk.set(path, { text, modifiedAt }),
    tell: (note) => give({ ...note, from: 'other' }),
    settle: () => {
      while (answer());
    },
    pass: (ms) => {
      at += ms;
    },
  };
}
