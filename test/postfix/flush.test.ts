/** Lists of deferred mail, and what asks for it: ours and Debian's Postfix. flush(8), postqueue(1) */
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tryOut } from '../../core/flush/tryout.ts';
import { postqueue } from '../../server/cli/postqueue.ts';
import { sendmail } from '../../server/cli/sendmail.ts';
import { ours, real } from '../support/commands.ts';
import { oracle, oraclePath } from '../support/oracles.ts';
import { type RealPostfix, startRealPostfix, until } from '../support/real-postfix.ts';

const isRoot = process.getuid?.() === 0;
const MAIN_CF = `
relay_domains = relay.example, x-y.example
fast_flush_domains = $relay_domains
relay_transport = retry:4.3.0 later
relay_recipient_maps =
`;
const LETTERS = [
  ['a@relay.example', 'b@relay.example'],
  ['c@x-y.example'],
  ['d@Sub.Relay.Example'],
  ['e@z.example'],
];
const COUNT = LETTERS.flat().length;

describe.runIf(isRoot && oracle('postfix') !== undefined)('with a private Debian Postfix', () => {
  let postfix: RealPostfix;
  const tool = (name: string): string => join(dirname(oraclePath('postfix')), name);
  const log = (): string => fs.readFileSync(join(postfix.folder, 'maillog'), 'latin1');
  const deferred = (): readonly RegExpMatchArray[] => [
    ...log().matchAll(/: ([0-9A-F]+): to=<[^>]*@([^>]*)>.*status=deferred/g),
  ];
  const lists = (): readonly (readonly [string, string])[] => {
    const folder = join(postfix.spool, 'flush');
    const sorted = (name: string) =>
      fs.readFileSync(join(folder, name), 'latin1').split('\n').sort().join('\n');
    return fs
      .readdirSync(folder)
      .sort()
      .map((name) => [name, sorted(name)]);
  };

  beforeAll(async () => {
    postfix = await startRealPostfix({ pickup: true, mainCf: MAIN_CF });
    const { config } = postfix;
    for (const to of LETTERS)
      await real(tool('sendmail'), ['-C', config, '-f', '', ...to], 'Subject: x\n\nx\n');
    await until(() => (deferred().length >= COUNT ? true : undefined));
  }, 60_000);

  afterAll(() => postfix.stop());

  test('flush(8): the same files with the same ids in them', () => {
    const world = tryOut();
    for (const [, queueId = '', site = ''] of deferred())
      if (!site.endsWith('z.example')) world.tell({ type: 'flush.add', site, queueId });
    world.settle();
    const mine = [...world.disk].map(([path, { text }]) => [
      path.slice(6),
      text.split('\n').sort().join('\n'),
    ]);
    expect(mine.sort()).toEqual(lists());
    expect(mine).toHaveLength(3);
  });

  test.each([
    ...[
      ['-s', 'z.example'],
      ['-s', '-bad'],
      ['-s', 'a b'],
      ['-s', '[192.0.2.300]'],
      ['-s', '1.2.3.4'],
    ],
    ...[
      ['-s', ''],
      ['-s', '@relay.example'],
      ['-i', '../../x'],
      ['-s', 'relay.example', '-f'],
    ],
  ])('postqueue(1): the same complaint about %s %s', async (...args) => {
    const theirs = await real(tool('postqueue'), ['-c', postfix.config, ...args]);
    expect(await ours('postqueue', postqueue, ['-c', postfix.config, ...args])).toEqual(theirs);
    expect(theirs.code).toBe(69);
  });

  test.each([['-qR'], ['-qI'], ['-qSx']])('sendmail(1): the same complaint about %s', async (...args) => {
    const theirs = await real(tool('sendmail'), ['-C', postfix.config, ...args]);
    expect(await ours('sendmail', sendmail, ['-C', postfix.config, ...args])).toEqual(theirs);
    expect(theirs.code).toBe(75);
  });
});
