/** postdrop(1), ours and Debian's: what it takes, says and leaves, on records good, bad and random. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postcat } from '../../server/cli/postcat.ts';
import { postdrop } from '../../server/cli/postdrop.ts';
import { ours, type Ran, real } from '../support/commands.ts';
import { oracle, oraclePath, testWithOracle } from '../support/oracles.ts';
import { type RealPostfix, startRealPostfix } from '../support/real-postfix.ts';

let folder = '';
const MAIN = 'compatibility_level = 3.6\nmyhostname = mail.gouv.bj\n';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'postscope-postdrop-'));
  for (const name of ['maildrop', 'public']) fs.mkdirSync(join(folder, name));
  fs.writeFileSync(join(folder, 'main.cf'), `queue_directory = ${folder}\n${MAIN}`);
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** One record as text, one character a byte. */
function record(type: string, data: string): string {
  let length = '';
  let left = data.length;
  for (; left > 127; left >>= 7) length += String.fromCharCode((left & 127) | 128);
  return `${type}${length}${String.fromCharCode(left)}${data}`;
}

/** `S:a R:b M: N:hi` as records. */
const records = (...list: readonly string[]): string =>
  list.map((each) => record(each.charAt(0), each.slice(2))).join('');

const GOOD = ['S:ann', 'R:bob@gouv.bj', 'M:', 'N:Subject: x', 'N:', 'N:hello', 'X:', 'E:'];

/** A title, and what is given to both. */
const CASES: readonly (readonly [title: string, input: string])[] = [
  ['good', records(...GOOD)],
  ['something behind the end', `${records(...GOOD)}junk`],
  ['nothing', ''],
  ['no end', records(...GOOD.slice(0, -1))],
  ['cut in the data', records(...GOOD.slice(0, 6)).slice(0, -2)],
  ['cut in the length', `${records('S:a')}N`],
  ['a length of too many bits', `S${'\xff'.repeat(6)}`],
  ['a length of exactly 31 bits', `S${'\xff'.repeat(4)}\x07x`],
  ['a line of 2048', records('S:a', 'R:b', 'M:', `L:${'x'.repeat(2048)}`, 'N:', 'X:', 'E:')],
  ['a line of 2049', records('S:a', 'R:b', 'M:', `N:${'x'.repeat(2049)}`, 'X:', 'E:')],
  ['a time', records('T:1 2', ...GOOD)],
  ['a size', records('C:1 2 3 4', ...GOOD)],
  ['a type of 8 bits', records('\xe9:x', ...GOOD)],
  ['a full name, VERP, envelope id, notify', records('F:Ann', 'V:+=', 'i:id', 'n:2', ...GOOD)],
  ['a sender behind the text', records('S:a', 'R:b', 'M:', 'X:', 'S:a', 'E:')],
  ['a pointer', records('S:a', 'R:b', 'p:000000000000000', 'M:', 'X:', 'E:')],
  ['a recipient behind the text', records('S:a', 'M:', 'X:', 'A:notify_flags=4', 'R:b', 'E:')],
  ['no recipient', records('S:a', 'M:', 'N:x', 'X:', 'E:')],
  ['no sender', records('R:a', 'M:', 'N:x', 'X:', 'E:')],
  ['two senders', records('S:a', 'S:b', 'R:c', 'M:', 'X:', 'E:')],
  ['a NUL in the sender', records('S:a\0b', 'R:c', 'M:', 'X:', 'E:')],
  ['a NUL in the sender, then damage', `${records('S:a\0b', 'R:c')}N\x05x`],
  ['a NUL in the sender, and no end', records('S:a\0b', 'R:c', 'N:y')],
  ...[
    ...['encoding=8bit', 'encoding=9bit', 'encoding=', 'envelope_id=x y', 'ret_flags=1', 'notify_flags=x'],
    ...['rewrite_context=remote', 'rewrite_context=x', 'trace_flags=4', 'create_time=1', 'sasl_username=ann'],
    ...['log_client_name=h', 'dsn_orig_rcpt=rfc822;x', 'xx', '=x', '', ' ret_flags = 1 ', 'a\0=b', 'a=b\0c'],
    ...['two words=x', `envelope_id=${'x'.repeat(300)}`, `no=${'x'.repeat(300)}`],
  ].map((text) => [`attribute ${text.slice(0, 30)}`, records(`A:${text}`, ...GOOD)] as const),
];

/** The one message in a maildrop, without its time, and its rights; it is taken away. */
async function taken(maildrop: string): Promise<string> {
  const names = fs.readdirSync(maildrop);
  const whole = names.filter((name) => (fs.statSync(join(maildrop, name)).mode & 0o100) !== 0);
  let shown = '';
  for (const name of whole) {
    const path = join(maildrop, name);
    const { out } = await ours('postcat', postcat, ['-c', folder, '-v', path]);
    shown += `${(fs.statSync(path).mode & 0o777).toString(8)} ${out.replaceAll(path, 'FILE')}`;
  }
  for (const name of names) fs.rmSync(join(maildrop, name));
  return shown.replaceAll(/message_arrival_time: .*$/gm, 'TIME').replaceAll(/^ *\d+ /gm, '');
}

/** Its answer without the name of the file, which Debian's also says when it takes nothing. */
const answer = ({ code, out, err }: Ran) => ({
  code,
  out: out.replace(/^protocol\0postdrop_protocol\0queue_id\0[^\0]*\0\0/, ''),
  err,
});

describe.runIf(process.getuid?.() === 0 && oracle('postfix') !== undefined)('with Debian’s postdrop', () => {
  let postfix: RealPostfix;

  beforeAll(async () => {
    postfix = await startRealPostfix({ pickup: false });
  }, 60_000);

  afterAll(() => postfix.stop());

  async function compare(title: string, input: string, args: readonly string[] = ['-r']): Promise<void> {
    const path = join(dirname(oraclePath('postfix')), 'postdrop');
    const theirs = answer(await real(path, ['-c', postfix.config, ...args], input));
    const mine = answer(await ours('postdrop', postdrop, ['-c', folder, ...args], input));
    expect(mine, title).toEqual(theirs);
    expect(fs.readdirSync(join(folder, 'maildrop')).length, title).toBe(
      theirs.out.includes('status\x000\0') ? 1 : 0,
    );
    expect(await taken(join(folder, 'maildrop')), title).toBe(await taken(join(postfix.spool, 'maildrop')));
  }

  testWithOracle('postfix')(
    'postdrop(1): each kind of record is taken, left out or refused as Debian’s does',
    async () => {
      for (const [title, input] of CASES) await compare(title, input);
      for (const args of [['-Z'], ['-x'], [], ['a', 'b']])
        await compare(args.join(' '), records(...GOOD), args);
    },
    60_000,
  );

  testWithOracle('postfix')(
    'postdrop(1): random records, cut anywhere, have Debian’s answer',
    async () => {
      let seed = 20_080_211;
      const random = (below: number): number => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return Math.floor((seed / 2_147_483_648) * below);
      };
      const some = [
        'F:x',
        'A:encoding=7bit',
        'A:a=b',
        'R:c',
        'i:1',
        'n:4',
        'L:y',
        'N:z',
        'T:1 1',
        'O:x',
        'E:',
        'X:',
      ];
      for (let turn = 0; turn < 25; turn += 1) {
        const list = [...GOOD];
        for (let more = random(4); more > 0; more -= 1)
          list.splice(random(list.length), random(2), some[random(some.length)] ?? '');
        const whole = records(...list);
        const input = random(3) > 0 ? whole : whole.slice(0, random(whole.length));
        await compare(JSON.stringify([turn, input]), input);
      }
    },
    120_000,
  );

  testWithOracle('postfix')('postdrop(1): message_size_limit counts the bytes of the file', async () => {
    const limit = 400;
    const config = join(postfix.config, 'main.cf');
    const [old, mine] = [fs.readFileSync(config, 'utf8'), fs.readFileSync(join(folder, 'main.cf'), 'utf8')];
    const more = `message_size_limit = ${limit}\nmailbox_size_limit = ${limit}\n`;
    fs.writeFileSync(config, old + more);
    fs.writeFileSync(join(folder, 'main.cf'), mine + more);
    // The time takes 18 to 20 bytes, by its microseconds: sizes near the limit are left out.
    for (const bytes of [limit - 60, limit + 1, 3000]) {
      const input = records('S:a', 'R:b', 'M:', `N:${'x'.repeat(bytes - 15)}`, 'X:', 'E:');
      await compare(
        `${bytes} bytes`,
        bytes > 2000
          ? records('S:a', 'R:b', 'M:', ...Array(30).fill(`N:${'x'.repeat(100)}`), 'X:', 'E:')
          : input,
      );
    }
    fs.writeFileSync(config, old);
    fs.writeFileSync(join(folder, 'main.cf'), mine);
  });
});

test('postdrop(1): who is not in authorized_submit_users is refused, and nothing is left', async () => {
  const main = join(folder, 'main.cf');
  const old = fs.readFileSync(main, 'utf8');
  fs.writeFileSync(main, `${old}authorized_submit_users = !root, nobody\n`);
  const { code, out, err } = await ours('postdrop', postdrop, ['-c', folder, '-r'], records(...GOOD));
  fs.writeFileSync(main, old);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^postdrop: fatal: User \S+\(\d+\) is not allowed to submit mail\n$/);
  expect(fs.readdirSync(join(folder, 'maildrop'))).toEqual([]);
});
