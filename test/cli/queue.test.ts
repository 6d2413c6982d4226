/** postqueue(1), mailq(1) and postcat(1), ours and Debian's, on the same queue directory. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailq } from '../../server/cli/mailq.ts';
import { postcat } from '../../server/cli/postcat.ts';
import { postqueue } from '../../server/cli/postqueue.ts';
import { ours, real } from '../support/commands.ts';
import { oracle, oraclePath, testWithOracle } from '../support/oracles.ts';
import { type RealPostfix, startRealPostfix, until } from '../support/real-postfix.ts';

const isRoot = process.getuid?.() === 0;

const LETTERS: readonly (readonly [args: readonly string[], text: string])[] = [
  [['-f', 'espera@gouv.bj', 'a@x.example', 'b@long.example', 'c@x.example'], 'Subject: a\n\nhello\n'],
  [['-t', '-f', '', '-N', 'failure,delay'], `To: q@long.example\nSubject: b\n\n${'x'.repeat(5000)}\n`],
  [['-f', '"a b"@c.example', '-F', 'É', '-B', '8BITMIME', 'y@x.example'], 'no header\n\nbody \xe9\n'],
];

/** Messages move while they are looked at: what is gone is in another queue. */
function queueFiles(spool: string): readonly string[] {
  return ['maildrop', 'hold', 'deferred'].flatMap((queue) =>
    fs
      .readdirSync(join(spool, queue), { recursive: true, encoding: 'utf8' })
      .filter((name) => fs.statSync(join(spool, queue, name), { throwIfNoEntry: false })?.isFile())
      .map((name) => `${queue}/${name}`),
  );
}

describe.runIf(isRoot && oracle('postfix') !== undefined)('with a private Debian Postfix', () => {
  let postfix: RealPostfix;
  const tool = (name: string): string => join(dirname(oraclePath('postfix')), name);

  beforeAll(async () => {
    postfix = await startRealPostfix({ pickup: true });
    const { config, spool } = postfix;
    for (const [args, text] of LETTERS) await real(tool('sendmail'), ['-C', config, ...args], text);
    await until(() =>
      queueFiles(spool).filter((path) => path.startsWith('deferred/')).length === 3 ? true : undefined,
    );
    const [held = ''] = queueFiles(spool);
    await real(tool('postsuper'), ['-c', config, '-h', held.split('/').at(-1) ?? '']);
  }, 60_000);

  afterAll(() => postfix.stop());

  testWithOracle('postfix')(
    'postqueue(1) -p -j, mailq(1): the report of the same queue is the same',
    async () => {
      const { config } = postfix;
      for (const option of ['-p', '-j'])
        expect(await ours('postqueue', postqueue, ['-c', config, option])).toEqual(
          await real(tool('postqueue'), ['-c', config, option]),
        );
      const report = await ours('mailq', mailq, ['-C', config]);
      expect(report.out).toBe((await real(tool('postqueue'), ['-c', config, '-p'])).out);
      expect(report.out).toMatch(/^[0-9A-F]+!/m);
      expect(report.out).toMatch(/^\(the far host said.*try later\)$/m);
    },
  );

  testWithOracle('postfix')('postcat(1): every queue file and every option, byte for byte', async () => {
    const { spool, config } = postfix;
    const options = ['', '-v', '-o', '-vo', '-e', '-h', '-b', '-hb', '-eb', '-d', '-r', '-vr', '-od'];
    for (const path of queueFiles(spool)) {
      const id = path.split('/').at(-1) ?? '';
      const both = await Promise.all(
        options.map(async (option) => {
          const args = ['-c', config, ...(option === '' ? [] : [option]), '-q', id];
          const [mine, theirs] = [await ours('postcat', postcat, args), await real(tool('postcat'), args)];
          return [mine, { ...theirs, err: '' }] as const;
        }),
      );
      for (const [mine, theirs] of both) expect(mine).toEqual(theirs);
    }
  });

  testWithOracle('postfix')('postcat(1): what is no queue file, or damaged, in Postfix’s words', async () => {
    const { folder, spool, config } = postfix;
    const whole = fs.readFileSync(join(spool, queueFiles(spool)[0] ?? ''));
    const paths = [150, 400, 0].map((size) => {
      const path = join(folder, `cut${size}`);
      fs.writeFileSync(path, whole.subarray(0, size));
      return path;
    });
    const lines = [
      ...[...paths, '/etc/passwd', '/nonexistent'].map((path) => [path]),
      ['-q', 'nosuch'],
      ['-q', 'a/b'],
    ];
    await Promise.all(
      [...lines, ['-Z']].map(async (words) => {
        const args = ['-c', config, ...words];
        expect(await ours('postcat', postcat, args)).toEqual(await real(tool('postcat'), args));
      }),
    );
  });

  testWithOracle('postfix')('postqueue(1): wrong command lines get Postfix’s complaint', async () => {
    const { config } = postfix;
    const lines = [[], ['-p', '-f'], ['-Z'], ['-j', '-p'], ['-s'], ['-s', 'bad..'], ['-s', 'x.example']];
    await Promise.all(
      [...lines, ['-i', 'a/b'], ['-p', 'x']].map(async (words) => {
        const args = ['-c', config, ...words];
        expect(await ours('postqueue', postqueue, args)).toEqual(await real(tool('postqueue'), args));
      }),
    );
  });
});

test('postqueue(1), mailq(1): an empty queue is one sentence; a flush without a server is refused', async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-queue-'));
  fs.writeFileSync(join(folder, 'main.cf'), `queue_directory = ${folder}\n`);
  fs.mkdirSync(join(folder, 'deferred'));
  const down = 'postqueue: warning: Mail system is down -- accessing queue directly\n';
  expect(await ours('mailq', mailq, ['-C', folder])).toEqual({
    ...{ code: 0, out: 'Mail queue is empty\n', err: down },
  });
  expect(await ours('postqueue', postqueue, ['-c', folder, '-j'])).toEqual({ code: 0, out: '', err: down });
  expect(await ours('postqueue', postqueue, ['-c', folder, '-f'])).toEqual({
    ...{ code: 69, out: '', err: 'postqueue: fatal: Cannot flush mail queue - mail system is down\n' },
  });
  fs.rmSync(folder, { recursive: true, force: true });
});
