import { expect, test } from 'vitest';
import {
  AT,
  born,
  done,
  entry,
  fed,
  letter,
  listed,
  loaded,
  logs,
  notes,
  opened,
  rewritten,
  wakeup,
} from './drive.ts';

test('pickup(8): a second name of somebody’s file is removed unread, with Postfix’s warning', () => {
  const process = born();
  process.say(wakeup);
  process.say(listed(entry('1A2B3C4')));
  expect(process.say(loaded(letter, { links: 2 }))).toEqual([
    ...[{ type: 'log', level: 'warning', text: 'open input file maildrop/1A2B3C4: file has 2 hard links' }],
    { type: 'file.remove', path: 'maildrop/1A2B3C4' },
  ]);
});

test('pickup(8): a file that becomes another between two readings is not fed', () => {
  for (const more of [{ uid: 1002 }, { modifiedAt: AT + 1 }, { links: 2 }]) {
    const process = born();
    for (const event of [wakeup, listed(entry('1A2B3C4')), loaded(), rewritten, opened]) process.say(event);
    const effects = process.say(loaded(letter, more));
    expect(notes(effects)).toEqual([{ type: 'cleanup.abort' }]);
    expect(process.stateName()).toBe('idle');
  }
});

test.each([
  ['rejected', '5.7.1 no such', '5.7.1', 'no such'],
  ['toobig', undefined, '5.3.4', 'message file too big'],
  ['hops', undefined, '5.4.0', 'too many hops'],
])('cleanup(8): %s goes back to the sender, and the file only then', (status, reason, dsn, text) => {
  const process = fed();
  const effects = process.say({ ...done(status), ...(reason === undefined ? {} : { reason }) });
  expect(logs(effects)[0]).toContain(`to=<bob@gouv.bj>, orig_to=<bob>, relay=none`);
  expect(logs(effects)[0]).toContain(`dsn=${dsn}, status=bounced (${text})`);
  expect(notes(effects)).toMatchObject([{ type: 'bounce.append', log: 'bounce', result: { dsn, text } }]);
  const asked = process.say({ type: 'bounce.appended', token: '0', ok: true });
  expect(notes(asked)).toMatchObject([
    { type: 'bounce.flush', path: 'maildrop/1A2B3C4', sender: 'espera@gouv.bj', kind: 'failed' },
  ]);
  expect(process.say({ type: 'bounce.flushed', token: '5F40790ADB', ok: true })).toEqual([
    { type: 'file.remove', path: 'maildrop/1A2B3C4' },
  ]);
});

test('bounce(8): a notice that fails leaves the mail in maildrop; a message to nobody goes', () => {
  const process = fed();
  process.say(done('rejected'));
  const effects = process.say({ type: 'bounce.appended', token: '0', ok: false });
  expect(effects.map(({ type }) => type)).toEqual(['log']);
  expect(process.stateName()).toBe('idle');
  expect(fed().say(done('norcpt'))).toEqual([
    {
      ...{ type: 'log', level: 'warning' },
      text: 'maildrop/1A2B3C4: error writing 5F40790ADB: no recipients specified',
      because: { rule: 'no recipients' },
    },
    { type: 'file.remove', path: 'maildrop/1A2B3C4' },
  ]);
});
