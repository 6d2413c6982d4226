/** Random letters under random masquerading, copies and checks, through our cleanup(8) and the real. */
import fc from 'fast-check';
import { type Made, ourCleanup, type Question, type RealCleanup } from './real-cleanup.ts';

const address = fc
  .tuple(
    fc.constantFrom('ann', 'bob+x', 'root', 'a b', 'Joe'),
    fc.constantFrom('gouv.bj', 'h.a.example', 'A.example', 'x.H.a.example', 'b.example', 'y.b.example'),
  )
  .map(([user, domain]) => `${user}@${domain}`);

/** The form of an address in headers. */
function quoted(one: string): string {
  return one.replace(/^a b@/, '"a b"@');
}

const target = fc.constantFrom(
  'ann',
  'copy@c.example',
  'root@h.a.example',
  'all@y.b.example',
  'bob@b.example',
);

const masquerading = fc
  .tuple(
    fc.subarray(['a.example', 'h.A.example', '!y.b.example', 'b.example', '!!x.h.a.example', '!']),
    fc.subarray(['root', '"a b"', 'JOE']),
    fc.subarray(['envelope_sender', 'envelope_recipient', 'header_sender', 'header_recipient']),
    fc.boolean(),
  )
  .map(
    ([domains, exceptions, classes, reversed]) =>
      `masquerade_domains = ${(reversed ? domains.reverse() : domains).join(' ')}
masquerade_exceptions = ${exceptions.join(' ')}
masquerade_classes = ${classes.join(', ')}
`,
  );

function table(name: string, entries: readonly (readonly [string, string])[]): string {
  if (entries.length === 0) return '';
  return `${name} = inline:{ ${entries.map(([key, value]) => `{ ${key} = ${value} }`).join(', ')} }\n`;
}

const mapKey = fc.constantFrom(
  ...[
    'ann@gouv.bj',
    'ann',
    '@a.example',
    'bob@b.example',
    'bob+x@b.example',
    '"a b"@h.a.example',
    '@b.example',
  ],
);

function maps(name: string): fc.Arbitrary<string> {
  return fc.array(fc.tuple(mapKey, target), { maxLength: 3 }).map((entries) => table(name, entries));
}

const action = fc.constantFrom(
  ...[
    'WARN',
    'warn see here',
    'INFO x',
    'HOLD',
    'HOLD till noon',
    'PASS',
    'DUNNO',
    'OK x',
    'IGNORE',
    'STRIP',
  ],
  ...[
    'STRIP gone',
    'PREPEND X-P: p',
    'PREPEND p q',
    'PREPEND',
    'REPLACE To: joe, ann@h.a.example',
    'REPLACE q',
  ],
  ...['REPLACE x-b:1', 'REPLACE', 'FILTER smtp:[127.0.0.1]', 'FILTER foo', 'FILTER', 'BCC copy@c.example'],
  ...['BCC ann', 'BCC root@h.a.example', 'BOGUS', 'BOGUS x'],
);
/** These end the matter, so there are fewer of them. */
const end = fc.constantFrom(
  ...[
    'REJECT',
    'REJECT no',
    'REJECT 4.2.1 later',
    'REJECT 5.2.1 never',
    'REJECT 2.0.0 x',
    'DISCARD',
    'DISCARD x',
  ],
  ...['REDIRECT post@c.example', 'REDIRECT foo'],
);
const anyAction = fc.oneof({ weight: 6, arbitrary: action }, { weight: 1, arbitrary: end });

const KEYS = ['x-a:1', 'x-b:1', 'x-c:1', 'x-d:1', 'mime-version:1', 'received:x'];
const LINES = ['one', 'two', 'three', ''];

/** Tables of a parameter: some of the keys with an answer each, or one answer for all. */
export function checks(name: string, keys: readonly string[]): fc.Arbitrary<string> {
  const some = fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 3 });
  const chosen = some.chain((list) => fc.tuple(...list.map((key) => fc.tuple(fc.constant(key), anyAction))));
  return fc.oneof(
    { weight: 8, arbitrary: chosen.map((entries) => table(name, entries)) },
    { weight: 1, arbitrary: anyAction.map((one) => `${name} = static:{${one}}\n`) },
  );
}

const mainCf = fc
  .tuple(
    fc.oneof(fc.constant(''), masquerading),
    fc.oneof(
      fc.constant(''),
      target.map((one) => `always_bcc = ${one}\n`),
    ),
    maps('sender_bcc_maps'),
    maps('recipient_bcc_maps'),
    maps('canonical_maps'),
    maps('virtual_alias_maps'),
    checks('header_checks', KEYS),
    fc.oneof(fc.constant(''), checks('mime_header_checks', KEYS)),
    checks('body_checks', LINES.slice(0, 3)),
    fc.oneof(
      fc.constant(''),
      fc.nat(30).map((limit) => `body_checks_size_limit = ${limit}\n`),
    ),
  )
  .map((parts) => parts.join(''));

const headerLine = fc.oneof(
  fc.constantFrom(...KEYS, 'subject: s\n t'),
  fc
    .tuple(
      fc.constantFrom('From', 'To', 'Cc', 'Resent-To', 'Reply-To'),
      fc.array(address, { maxLength: 3, minLength: 1 }),
    )
    .map(([name, list]) => `${name}: ${list.map(quoted).join(', ')}`),
);

const letter = fc
  .record({
    sender: fc.oneof({ weight: 5, arbitrary: address }, { weight: 1, arbitrary: fc.constant('') }),
    recipients: fc.array(address, { minLength: 1, maxLength: 3 }),
    headers: fc.array(headerLine, { maxLength: 6 }),
    body: fc.array(fc.constantFrom(...LINES), { maxLength: 8 }),
  })
  .map(({ sender, recipients, headers, body }) => {
    const fixed = 'Received: by x; now\nMessage-Id: <1@c>\nDate: now\nFrom: ann@gouv.bj\n';
    const lines = [...headers, '', ...body].map((one) => `${one}\n`);
    return { sender, recipients, text: fixed + lines.join('') };
  });

const question: fc.Arbitrary<Question> = fc.tuple(mainCf, letter);

/** What can be compared: times and ids that a cleanup makes up itself are not. */
function comparable({ where, status, reason, records, logs }: Made): readonly string[] {
  return [`${where} ${status} ${reason}`, ...records, ...logs.map((line) => `log ${line}`)].map((line) =>
    line.replace(/^(NDate: |NResent-Date: ).*/, '$1').replace(/<\d{14}\.[0-9A-F]+@mail\.gouv\.bj>/, '<id>'),
  );
}

/** Letters of a seed of which both make something different, as text. */
export async function cleanupDifferences(
  cleanup: RealCleanup,
  seed: number,
  count: number,
  of: fc.Arbitrary<Question> = question,
): Promise<readonly string[]> {
  const questions = fc.sample(of, { seed, numRuns: count });
  const theirs = (await cleanup.askAll(questions)).map(comparable);
  return questions.flatMap(([lines, given], index) => {
    const mine = comparable(ourCleanup(lines, given));
    const real = theirs[index] ?? [];
    if (mine.join('\n') === real.join('\n')) return [];
    return [
      `seed ${seed}, letter ${index}: ${JSON.stringify(given)}\n${lines}` +
        `ours:\n  ${mine.join('\n  ')}\ntheirs:\n  ${real.join('\n  ')}\n`,
    ];
  });
}
