/** A pickup process for tests: born, given events, taken up to where cleanup(8) has everything. pickup(8) */

import { parseAccounts } from '../config/accounts.ts';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import { emptyTables } from '../config/tables/store.ts';
import { assert } from '../kernel/assert.ts';
import type { Effect } from '../kernel/effects.ts';
import type { DirEntry, WorldEvent } from '../kernel/events.ts';
import type { Note } from '../kernel/notes.ts';
import { latin1ToBytes } from '../wire/bytes.ts';
import { pickupDaemon } from './daemon.ts';
import { maildropFile } from './maildrop-file.ts';

export const AT = 1202720712345.678;
const main = `myhostname = mail.gouv.bj
myorigin = gouv.bj
mail_owner = postfix
message_size_limit = 5000
`;
export const accounts = parseAccounts('postfix:x:89:89::/:/bin/false\n');
const settings = makeSettings({
  mainCf: parseMainCf(main, 'main.cf', '3.x').entries,
  profile: '3.x',
  tables: { ...emptyTables, accounts },
});

type State = ReturnType<typeof pickupDaemon.start>['state'];

/** A pickup process; `say` gives it an event and returns what it does. */
export function born() {
  const birth = { process: 'pickup', pid: 7, service: 'pickup', services: ['cleanup', 'bounce'], seed: 1 };
  const zone = { offsetMinutes: 60, name: 'WAT' };
  let state: State = pickupDaemon.start({ settings, ...birth, zone, at: AT }, AT).state;
  const say = (event: Record<string, unknown>, at = AT): readonly Effect[] => {
    const step = pickupDaemon.step(state, { from: 'x', ...event, at } as unknown as WorldEvent);
    assert(step.rows.length > 0, `no row for ${String(event.type)}`);
    state = step.state;
    return step.effects;
  };
  return { say, stateName: () => pickupDaemon.stateOf(state) };
}

export const entry = (name: string, more: Partial<DirEntry> = {}): DirEntry => ({
  ...{ name, mode: 0o744, modifiedAt: AT, sizeBytes: 100 },
  ...more,
});
export const listed = (...entries: readonly DirEntry[]) => ({
  type: 'dir.listed',
  path: 'maildrop',
  entries,
});
export const wakeup = { type: 'pickup.wakeup' };
export const content = latin1ToBytes(' leading\n\nbody\n');
export const letter = maildropFile({
  ...{ at: AT - 50, sender: 'espera', fullName: 'E', recipients: ['bob'], notify: 2, content },
});
export const loaded = (bytes: Uint8Array = letter, more: object = {}) => ({
  ...{ type: 'file.loaded', file: 'maildrop', path: 'maildrop/1A2B3C4', bytes, mode: 0o744, uid: 1001 },
  modifiedAt: AT,
  ...more,
});
export const rewritten = {
  type: 'rewrite.rewritten',
  token: 'envelope',
  addresses: ['espera@gouv.bj', 'bob@gouv.bj'],
};
export const opened = { type: 'cleanup.opened', queueId: '5F40790ADB', from: 'cleanup:3' };
export const done = (status: string) => ({ type: 'cleanup.done', status, queueId: '5F40790ADB' });

export function notes(effects: readonly Effect[]): Note[] {
  return effects.flatMap((effect) => (effect.type === 'send' ? [effect.note] : []));
}
export function logs(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => (effect.type === 'log' ? [effect.text] : []));
}

/** Up to the moment when cleanup has everything. */
export function fed(bytes = letter, more: object = {}) {
  const process = born();
  process.say(wakeup);
  process.say(listed(entry('1A2B3C4')));
  process.say(loaded(bytes, more));
  process.say(rewritten);
  const log = logs(process.say(opened));
  return { ...process, log, given: notes(process.say(loaded(bytes, more))) };
}
