/** mailboxes - the Maildirs that a server on this machine fills, and the wait until it has filled them. */
import fs from 'node:fs';
import { basename, join } from 'node:path';
import { JOURNAL, readJournal } from '../../server/journal-segments.ts';
import { BOXES } from './configuration.ts';

export interface Letter {
  readonly box: string;
  readonly text: string;
}

/** Makes empty mailboxes that everybody may write to: files named by an alias belong to nobody. */
export function makeBoxes(mail: string): void {
  for (const box of BOXES)
    for (const name of ['new', 'cur', 'tmp']) {
      fs.mkdirSync(join(mail, box, name), { recursive: true });
      for (const path of [join(mail, box), join(mail, box, name)]) fs.chmodSync(path, 0o777);
    }
}

/** Every letter in the mailboxes. */
export function readBoxes(mail: string): readonly Letter[] {
  return BOXES.flatMap((box) =>
    fs
      .readdirSync(join(mail, box, 'new'))
      .map((name) => ({ box, text: fs.readFileSync(join(mail, box, 'new', name), 'latin1') })),
  );
}

/** Messages that wait in these queues, or are tried right now, are not through. */
const BUSY = ['incoming', 'active'];

/** Waits until none of these messages is under way: delivered, bounced or deferred. */
export async function settled(queueDirectory: string, ids: readonly string[], patienceMs = 60_000) {
  const until = Date.now() + patienceMs;
  const wanted = new Set(ids);
  for (;;) {
    // The journal first: what becomes a file meanwhile is then found as one.
    const young = [...readJournal(join(queueDirectory, JOURNAL)).keys()].map((path) => basename(path));
    const busy = [...young, ...BUSY.flatMap((queue) => fs.readdirSync(join(queueDirectory, queue)))];
    if (!busy.some((name) => wanted.has(name))) return;
    if (Date.now() > until) throw new Error(`messages are still under way: ${busy.join(' ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
