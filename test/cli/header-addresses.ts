/** Random headers with addresses, as our cleanup(8) and the real one write them. */
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { chunk, close, drive, open, recipient, settingsWith, textOf } from '../../core/cleanup/drive.ts';
import type { RewriteRewrite } from '../../core/kernel/notes.ts';
import { rewriteAddress, rewriteExternal } from '../../core/rewrite/rewrite.ts';
import { real } from '../support/commands.ts';
import { oraclePath } from '../support/oracles.ts';
import { type RealPostfix, startRealPostfix, until } from '../support/real-postfix.ts';

const NAMES = [
  'From',
  'To',
  'Cc',
  'Reply-To',
  'Sender',
  'Resent-From',
  'Resent-To',
  'Resent-Cc',
  'Errors-To',
];

const word = fc.constantFrom(
  ...[
    'ann',
    'bob',
    'a.b',
    'a..b',
    '.a',
    'a.',
    '"a b"',
    '"a@b"',
    '"a\\"b"',
    '"a\\\\b"',
    '"a!b"',
    '"a%b"',
    '""',
  ],
  ...[
    'a\\@b',
    'a\\ b',
    '"x" "y"',
    'x y',
    '(c)',
    'a(c)b',
    'ann+ext',
    '"ann+e x"',
    'caf\u00e9',
    '"a,b"',
    'a|b',
  ],
);
const domain = fc.constantFrom(
  ...[
    'c',
    'c.example',
    'gouv.bj',
    '[192.0.2.1]',
    '"q"',
    'c.example.',
    'c..',
    '.',
    '',
    'd e',
    '[a\\]b]',
    'site',
  ],
);

/** One address, near or far from what RFC 5322 allows. */
const address = fc.oneof(
  word,
  fc.tuple(word, domain).map(([user, host]) => `${user}@${host}`),
  fc.tuple(word, domain).map(([user, host]) => `${user}%${host}`),
  fc.tuple(domain, word).map(([host, user]) => `${host}!${user}`),
  fc.tuple(domain, word, domain).map(([host, user, other]) => `${host}!${user}@${other}`),
  fc.tuple(domain, word, domain).map(([host, user, other]) => `@${host}:${user}@${other}`),
  fc.tuple(domain, word).map(([host, user]) => `@${host},@b.example:${user}`),
  fc.string({ unit: fc.constantFrom(...'ab.@!%"\\ []:<>(),;'), maxLength: 12 }),
);

const mailbox = fc.oneof(
  address,
  address.map((one) => `<${one}>`),
  fc.tuple(word, address).map(([phrase, one]) => `${phrase} <${one}>`),
  fc.tuple(address, word).map(([one, comment]) => `${one} (${comment.replace(/[()\\]/g, '')})`),
  fc.array(address, { maxLength: 3 }).map((members) => `g: ${members.join(', ')};`),
);

const header = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.array(mailbox, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(', ', ',', ' ', ',\n\t'),
  )
  .map(([name, boxes, between]) => `${name}: ${boxes.join(between)}`.replace(/\n[ \t]*(?=\n|$)/g, ''));

/** So many headers to one letter. */
const PER_LETTER = 150;

/** Tables and settings that both have. */
const CONFIGURATION = `myorigin = gouv.bj
mydomain = gouv.bj
append_dot_mydomain = yes
recipient_delimiter = +
`;

/** A table of addresses that need quotes, before and after. */
export const CANONICAL = `canonical_maps = inline:{
  { ann@gouv.bj = a b@new.example }, { bob@c.example = "x@y"@new.example },
  { "a b"@gouv.bj = plain@new.example },
  { "a@b"@c.example = bob@c.example }, { a.b = .q }, { @c.gouv.bj = @other.example }, { ann = x!y } }
`;

/** What stands between the markers of a letter's header, in order. */
function between(text: string): readonly string[] {
  return text.split(/^X-Mark: .*\n/m).slice(1, -1);
}

function letterOf(headers: readonly string[]): string {
  const fixed = 'Message-Id: <1@gouv.bj>\nDate: Mon, 11 Feb 2008 10:05:12 +0100\nFrom: ann@gouv.bj\n';
  return `${fixed}${headers.map((one, index) => `X-Mark: ${index}\n${one}\n`).join('')}X-Mark: end\n\nb\n`;
}

function oursOf(letter: string, mainCf: string): readonly string[] {
  const settings = settingsWith(CONFIGURATION + mainCf);
  const rewrite = (one: string, { form, context }: RewriteRewrite): string =>
    form === 'external' ? rewriteExternal(settings, context, one) : rewriteAddress(settings, context, one);
  return between(
    textOf(drive(settings, [open(), recipient('b@x.example'), chunk(letter), close], { rewrite })),
  );
}

/** A real Postfix for theirs(). */
export function startCleanup(mainCf: string): Promise<RealPostfix> {
  return startRealPostfix({ pickup: true, mainCf: CONFIGURATION + mainCf });
}

/** Submits a letter and reads its headers in the queue; then it is deleted. */
async function theirsOf({ config, spool }: RealPostfix, letter: string): Promise<readonly string[]> {
  const tool = (name: string): string => join(dirname(oraclePath('postfix')), name);
  const args = ['-C', config, '-i', '-f', 'ann@gouv.bj', 'b@x.example'];
  const sent = await real(tool('sendmail'), args, letter);
  if (sent.code !== 0) throw new Error(sent.err);
  const id = await until(() =>
    fs
      .readdirSync(join(spool, 'deferred'), { recursive: true, encoding: 'utf8' })
      .find((path) => fs.statSync(join(spool, 'deferred', path)).isFile()),
  );
  const name = id.split('/').at(-1) ?? '';
  const { out } = await real(tool('postcat'), ['-c', config, '-qh', name]);
  await real(tool('postsuper'), ['-c', config, '-d', name]);
  return between(out);
}

/** Headers of a seed that both write differently, as text. */
export async function headerDifferences(
  postfix: RealPostfix,
  mainCf: string,
  seed: number,
): Promise<readonly string[]> {
  const headers = fc.sample(header, { seed, numRuns: PER_LETTER });
  const letter = letterOf(headers);
  const [mine, theirs] = [oursOf(letter, mainCf), await theirsOf(postfix, letter)];
  if (theirs.length !== headers.length) throw new Error(`seed ${seed}: ${theirs.length} headers came back`);
  return headers.flatMap((given, index) =>
    mine[index] === theirs[index]
      ? []
      : [`seed ${seed}: ${JSON.stringify(given)}\n  ours     ${mine[index]}  theirs   ${theirs[index]}`],
  );
}
