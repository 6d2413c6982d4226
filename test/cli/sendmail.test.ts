/** sendmail(1), ours and Debian's: what they refuse, and the maildrop files they leave. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postcat } from '../../server/cli/postcat.ts';
import { sendmail } from '../../server/cli/sendmail.ts';
import { ours, type Ran, real } from '../support/commands.ts';
import { oracle, oraclePath, testWithOracle } from '../support/oracles.ts';
import { type RealPostfix, startRealPostfix } from '../support/real-postfix.ts';

const TEXT = 'Subject: x\nTo: q@gouv.bj, "a b"@c.example\nCc: r@gouv.bj\n\nhi\n.\nmore\n';
let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-sendmail-'));
  for (const name of ['maildrop', 'incoming', 'public']) fs.mkdirSync(join(folder, name));
  const main = `queue_directory = ${folder}\nmyhostname = mail.gouv.bj\nmaillog_file = ${folder}/log\nalias_maps =\n`;
  fs.writeFileSync(join(folder, 'main.cf'), main);
  fs.writeFileSync(join(folder, 'master.cf'), '127.0.0.1:0 inet n - n - - smtpd\n');
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The one message in a maildrop, without its time; it is taken away. */
async function shown(maildrop: string): Promise<string> {
  const [name = ''] = fs.readdirSync(maildrop);
  const path = join(maildrop, name);
  const { out } = await ours('postcat', postcat, ['-c', folder, path]);
  fs.rmSync(path);
  return out.replaceAll(path, 'FILE').replace(/^message_arrival_time: .*$/m, '');
}

describe.runIf(process.getuid?.() === 0 && oracle('postfix') !== undefined)('with Debian’s sendmail', () => {
  let postfix: RealPostfix;
  const theirs = (args: readonly string[], text = TEXT): Promise<Ran> =>
    real(join(dirname(oraclePath('postfix')), 'sendmail'), ['-C', postfix.config, ...args], text);
  const mine = (args: readonly string[], text = TEXT): Promise<Ran> =>
    ours('sendmail', sendmail, ['-C', folder, ...args], text);

  beforeAll(async () => {
    postfix = await startRealPostfix({ pickup: false });
  }, 60_000);

  afterAll(() => postfix.stop());

  testWithOracle('postfix')('sendmail(1): what is refused is refused in Postfix’s words', async () => {
    const lines = [
      ...[
        [],
        ['-bx'],
        ['-B', '9BIT', 'x'],
        ['-B', '8bitmime', 'x'],
        ['-n', 'x'],
        ['-q', 'x'],
        ['-q15m'],
        ['-qx'],
        ['-bs', 'x'],
      ],
      ...[['-Xfoo', 'x'], ['-bm'], ['-Z'], ['-bi', 'x'], ['-bp', '-t'], ['-bp', 'x'], ['-bh']],
      ...[
        ['-bd', 'x'],
        ['-bl', 'x'],
        ['-q', '-bd', 'x'],
        ['-bd', '-q', 'x'],
        ['-qR'],
        ['-qI'],
        ['-qRx', 'y'],
      ],
      ...[
        ['-qIx', 'y'],
        ['-qRx', '-bp'],
        ['-qIx', '-bs'],
        ['-bi', '-t'],
        ['-oA'],
        ['-XVab', 'x'],
        ['-XV+', 'x'],
      ],
      ...[
        ['-XV+a', 'x'],
        ['-f', '', '-XV', 'x'],
        ['-Vab', 'x'],
        ['-q15m', 'x'],
        ['-bH', 'x'],
        ['-f'],
        ['-N'],
      ],
      ...[
        ['-N', 'x', '-bp', 'y'],
        ['-R', 'x', '-bp', 'y'],
        ['-V', 'a\tb', '-bp', 'y'],
        ['-I', 'x'],
        ['-bmx', '-bp', 'x'],
      ],
      ...[
        ['-V', 'x'.repeat(101), '-bp', 'y'],
        ['-bs', '-t'],
        ['-bh', 'x', 'y'],
        ['-q', '-q', 'x'],
        ['-bi', '-bp', 'x'],
      ],
    ];
    await Promise.all(
      lines.map(async (args) => {
        const [a, b] = await Promise.all([mine(args), theirs(args)]);
        // Debian's program complains twice about an unknown letter.
        const once = { ...b, err: b.err.replace(/^(.*\n)\1/, '$1') };
        expect(a, args.join(' ')).toEqual(once);
      }),
    );
  });

  testWithOracle('postfix')(
    'sendmail(1), postdrop(1): the maildrop file is Debian’s, record by record',
    async () => {
      const lines = [
        ...[
          ['x@gouv.bj'],
          ['-t'],
          ['-ti', 'x@gouv.bj'],
          ['-oi', 'a,b <c@d.example>', 'e'],
          ['-G', 'x@gouv.bj'],
        ],
        ...[
          ['-f', '', 'x@gouv.bj'],
          ['-r', 'Ann <ann@a.example>', '-F', 'A. B', 'x'],
          ['-XV', 'x'],
          ['-XV+=', 'x'],
        ],
        ...[
          ['-N', 'success,delay', '-V', 'id=1', '-R', 'hdrs', 'x'],
          ['-N', 'never', '-B', '8BITMIME', 'x'],
        ],
        ...[
          ['-N', 'never,delay', 'x'],
          ['-R', 'some', 'x'],
          ['-f', 'a b c <', 'x'],
          ['-o7', '-om', '-O', 'a=b', 'x'],
        ],
        ...[
          ['-f', 'a@b.example, c@d.example', 'x'],
          ['-f', '"a b"@c.example', ''],
          ['-f', 'a', ',', '()', 'x y'],
        ],
        ...[
          [
            '-A',
            'c',
            '-c',
            '-e',
            'm',
            '-h',
            '3',
            '-m',
            '-p',
            'x',
            '-U',
            '-x',
            '-L',
            'tag',
            '-oem',
            '-o8',
            'x',
          ],
        ],
        ...[
          ['-V', '+=', 'x'],
          ['-V+=', 'x'],
          ['-Gi', '-B', '7BIT', '-R', 'full', '-V', '', 'x'],
        ],
        ...[
          ['-F', '', 'x'],
          ['-N', 'SUCCESS,bad', 'x'],
          ['-t', '-N', 'delay'],
        ],
        ...[
          ['-R', 'full', '-R', 'x', 'x'],
          ['-bp', '-bm', 'x'],
          ['-f', 'a', '-r', 'b', 'x'],
          ['--', '-t'],
        ],
        ...[
          ['-f', '-q', 'x'],
          ['x', '-q'],
          ['-fann', '-ti'],
          ['-oi7', 'x'],
          ['-bs', '-bm', 'x'],
        ],
      ];
      for (const args of lines) {
        const [a, b] = await Promise.all([mine(args), theirs(args)]);
        expect(a, args.join(' ')).toEqual(b);
        const [left, right] = [
          await shown(join(folder, 'maildrop')),
          await shown(join(postfix.spool, 'maildrop')),
        ];
        expect(left, args.join(' ')).toBe(right);
      }
    },
  );

  testWithOracle('postfix')(
    'sendmail(1): line ends, dots, mailbox lines and long lines leave the text that Debian’s leaves',
    async () => {
      const texts = [
        ...['', '.', '.\n', '\n', 'x', 'a\n.', 'a\n..\n', 'a\r\n.\r\nb\r\n', 'a\n.\r\nb\n', 'a\r\r\nb\r'],
        ...['From a b\nFrom c d\n>From e\n>>>From f\nSubject: x\n\nFrom g\n', 'From x', 'From \n', 'Fromx\n'],
        ...[
          ' From x\n',
          `${'x'.repeat(2048)}.\n.\ny\n`,
          `${'x'.repeat(5000)}\n`,
          'a\0b\n\xe9\n',
          '\r\n.\r\n',
        ],
        ...[
          'To: a@b.example\n\n.\nx\n',
          'To: a\n b\nBcc: c (d)\n\nx',
          'Resent-To: a\nTo: b\n\nx\n',
          'To: a\r\n\r\nx\r\n',
        ],
        ...[
          'To: a',
          'To:\nCc: ;\n\nx\n',
          'Reply-To: a\n\nx\n',
          ` ${'x'.repeat(3000)}\nTo: a\n\n`,
          'To: undisclosed:;\n',
        ],
      ];
      for (const text of texts)
        for (const args of [['x'], ['-i', 'x'], ['-t']]) {
          const title = JSON.stringify([args, text.slice(0, 60)]);
          const [a, b] = await Promise.all([mine(args, text), theirs(args, text)]);
          // Debian's postdrop complains when sendmail goes away in the middle of a record.
          const err = b.code === 0 ? b.err : b.err.replaceAll(/^postdrop: .*\n/gm, '');
          expect(a, title).toEqual({ ...b, err });
          if (b.code !== 0) continue;
          const left = await shown(join(folder, 'maildrop'));
          expect(left, title).toBe(await shown(join(postfix.spool, 'maildrop')));
        }
    },
    120_000,
  );
});

test('sendmail(1): authorized_submit_users and message_size_limit are kept', async () => {
  const main = join(folder, 'main.cf');
  const old = fs.readFileSync(main, 'utf8');
  fs.writeFileSync(main, `${old}authorized_submit_users = !root, nobody\n`);
  const refused = await ours('sendmail', sendmail, ['-C', folder, 'x'], TEXT);
  expect(refused.err).toMatch(/^sendmail: fatal: User \S+\(\d+\) is not allowed to submit mail\n$/);
  fs.writeFileSync(main, `${old}message_size_limit = 10\nmailbox_size_limit = 10\n`);
  const big = await ours('sendmail', sendmail, ['-C', folder, 'x'], TEXT);
  expect([big.code, big.err]).toEqual([75, expect.stringMatching(/: message file too big\n$/)]);
  fs.writeFileSync(main, old);
});
