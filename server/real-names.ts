/**
 * Which files there are in incoming/ and active/ on the real disk: to ask the disk for each young file
 * costs more than all else that is done for it. What other programs put there has names of its own, made
 * of other inodes.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { listFiles } from './paths.ts';

export interface RealNames {
  has(path: string): boolean;
  /** A file was put there. */
  add(path: string): void;
  /** Something was done to that path: looks whether there is a file now. */
  look(path: string): void;
  /** Looks at all. Throws errno errors. */
  lookAtAll(): void;
}

const QUEUES = ['incoming', 'active'];
/** hash_queue_depth is never more. */
const DEEPEST = 8;

/** Whether a young file may have that path. */
export function isYoungPlace(path: string): boolean {
  return path.startsWith('incoming/') || path.startsWith('active/');
}

/** Knows no names before `lookAtAll`. */
export function createRealNames(queueDirectory: string): RealNames {
  const names = new Set<string>();
  return {
    has: (path) => names.has(path),
    add: (path) => void names.add(path),
    look: (path) => {
      if (!isYoungPlace(path)) return;
      if (fs.existsSync(join(queueDirectory, path))) names.add(path);
      else names.delete(path);
    },
    lookAtAll: () => {
      names.clear();
      for (const queue of QUEUES) {
        const directory = join(queueDirectory, queue);
        if (!fs.existsSync(directory)) continue;
        for (const { name } of listFiles(directory, DEEPEST)) names.add(`${queue}/${name}`);
      }
    },
  };
}
