/** Random MIME letters under random limits, strictness and checks, for cleanup(8). */
import fc from 'fast-check';
import { checks } from './cleanup-cases.ts';
import type { Question } from './real-cleanup.ts';

const BOUNDARIES = [
  'b',
  'b2',
  '"b c"',
  'bb\\"x',
  '"q\\"r"',
  '""',
  'b=c',
  "b'c",
  '"b',
  '(c)b',
  'b(c',
  '=',
  '"x\n y"',
];

const parameter = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...BOUNDARIES).map((text) => `; boundary=${text}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[
        '; charset=x',
        ';\n boundary = b',
        '; BOUNDARY=b',
        '; boundary',
        '; boundary=',
        ';',
        ';;',
        '; x=";boundary=b"',
      ],
      ...['; boundary(x)=b', '; boundary="b"; boundary=b2', '; boundary*=b', ' boundary=b'],
    ),
  },
);

const contentType = fc
  .tuple(
    fc.constantFrom('Content-Type:', 'content-type: ', 'CONTENT-TYPE : ', 'Content-Type:\t'),
    fc.constantFrom(
      ...[
        'multipart/mixed',
        'multipart/mixed',
        'multipart/digest',
        'multipart',
        'multi part/mixed',
        'Multipart/X',
      ],
      ...['message/rfc822', 'MESSAGE/rfc822', 'message/partial', 'message/external-body', 'message/global'],
      ...[
        'message',
        'text/plain',
        'text/html',
        'image/png',
        '(a (b) \\) c) multipart/mixed',
        'multipart(x)/(y)digest',
      ],
      ...['', '"multipart"/mixed', 'multipart /mixed', 'message/"rfc822"'],
    ),
    fc.array(parameter, { maxLength: 2 }),
  )
  .map((parts) => parts.flat().join(''));

const encoding = fc
  .tuple(
    fc.constantFrom(
      'Content-Transfer-Encoding: ',
      'content-transfer-encoding:',
      'Content-Transfer-Encoding : ',
    ),
    fc.constantFrom(
      ...[
        '7bit',
        '8bit',
        '8BIT',
        'binary',
        'base64',
        'quoted-printable',
        'x-uu',
        '',
        '(c)8bit',
        '"8bit"',
        '8bit x',
      ],
      ...['base64;x', '8bit ', '.8bit'],
    ),
  )
  .map((parts) => parts.join(''));

const KEYS = ['x-a:1', 'x-b:1', 'mime-version:1', 'content-id:x', 'content-description:x', 'received:x'];
const LINES = ['one', 'two', '--b', ' folded'];

const header = fc.oneof(
  { weight: 3, arbitrary: contentType },
  { weight: 1, arbitrary: encoding },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...KEYS,
      'x-a : 1',
      'subject: s\n t',
      'x-long: 4567890123456789012\n 4567890123456789\n x',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('Subject: \xe9', 'content-description:\xe9', 'x-8: \n \xe9') },
);
const boundary = fc.constantFrom(
  ...[
    '--b',
    '--b',
    '--b--',
    '--b2',
    '--b2--',
    '--b c',
    '--',
    '---',
    '--q"r',
    '--b ',
    '--bb',
    '-- b',
    '--b=c',
    '--x y',
  ],
);
const line = fc.oneof(
  { weight: 3, arbitrary: boundary },
  { weight: 3, arbitrary: header },
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...LINES, 'two\xe9', 'a\0b', '\0', 'x: \0y', 'x-b:1\0z', '\t', 'From x'),
  },
);
/** As they should be more often than chance makes them. */
const part = fc
  .tuple(boundary, fc.array(header, { maxLength: 3 }), fc.array(line, { maxLength: 3 }))
  .map(([start, headers, body]) => [start, ...headers, '', ...body]);

function maybe(values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: values });
}

function number(name: string, max: number): fc.Arbitrary<string> {
  return maybe(fc.integer({ min: 1, max }).map((value) => `${name} = ${value}\n`));
}

const BOOLEANS = [
  'strict_7bit_headers',
  'strict_8bitmime',
  'strict_8bitmime_body',
  'strict_mime_encoding_domain',
  'disable_mime_input_processing',
];

const mainCf = fc
  .tuple(
    ...BOOLEANS.map((name) =>
      fc.oneof(
        { weight: 5, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constant(`${name} = yes\n`) },
      ),
    ),
    maybe(fc.constant('detect_8bit_encoding_header = no\n')),
    number('mime_nesting_limit', 3),
    number('mime_boundary_length_limit', 4),
    number('header_size_limit', 60),
    maybe(checks('header_checks', KEYS)),
    maybe(checks('mime_header_checks', KEYS)),
    maybe(checks('nested_header_checks', KEYS)),
    maybe(checks('body_checks', LINES)),
    maybe(fc.nat(40).map((limit) => `body_checks_size_limit = ${limit}\n`)),
  )
  .map((parts) => parts.join(''));

const letter = fc
  .tuple(
    fc.array(header, { maxLength: 4 }),
    fc.array(
      fc.oneof(
        part,
        line.map((one) => [one]),
      ),
      { maxLength: 8 },
    ),
  )
  .map(([headers, body]) => {
    const fixed = 'Received: by x; now\nMessage-Id: <1@c>\nDate: now\nFrom: ann@gouv.bj\n';
    const text = [...headers, ...body.flat()].map((one) => `${one}\n`).join('');
    return { sender: 'ann@gouv.bj', recipients: ['bob@b.example'], text: fixed + text };
  });

/** A letter, with lines of main.cf. */
export const mimeQuestion: fc.Arbitrary<Question> = fc.tuple(mainCf, letter);
