import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64Decode } from '../wire/base64.ts';
import { bytesToLatin1, concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { encodeContent, startContent } from './queue-content.ts';
import { buildEnvelope, buildRecipient, NOTIFY, qmgrFlagsFor, RET, sizeRecord } from './queue-envelope.ts';
import { contentOf, markDone, parseQueueFile } from './queue-file.ts';
import { encodeRecord, encodeRecords } from './queue-records.ts';

/** A file that Postfix 3.7.11 wrote for a message with DSN options and two recipients. */
const REAL: Uint8Array =
  base64Decode(
    'Q18gICAgICAgICAgICAyODYgICAgICAgICAgICAgNzk4ICAgICAgICAgICAgICAgMiAgICAgICAgICAgICAgMTIgICAgICAgICAg' +
      'ICAgMjg2ICAgICAgICAgICAgICAgMFQRMTc5NTQ5NDQ3NCAzNTkxNjRBFmNyZWF0ZV90aW1lPTE3OTU0OTQ0NzRBFWxvZ19pZGVu' +
      'dD01QzI2MjIwQzA4RUEVcmV3cml0ZV9jb250ZXh0PWxvY2FsQQ9lbnZlbG9wZV9pZD14PXlBC3JldF9mbGFncz0yUw1hbm5AYS5l' +
      'eGFtcGxlQQ1lbmNvZGluZz04Yml0QRdsb2dfY2xpZW50X25hbWU9dW5rbm93bkEcbG9nX2NsaWVudF9hZGRyZXNzPTEyNy4wLjAu' +
      'MUEVbG9nX2NsaWVudF9wb3J0PTU0OTA4QSVsb2dfbWVzc2FnZV9vcmlnaW49dW5rbm93blsxMjcuMC4wLjFdQRxsb2dfaGVsb19u' +
      'YW1lPWNsaWVudC5leGFtcGxlQRdsb2dfcHJvdG9jb2xfbmFtZT1FU01UUEETY2xpZW50X25hbWU9dW5rbm93bkEbcmV2ZXJzZV9j' +
      'bGllbnRfbmFtZT11bmtub3duQRhjbGllbnRfYWRkcmVzcz0xMjcuMC4wLjFBEWNsaWVudF9wb3J0PTU0OTA4QRhzZXJ2ZXJfYWRk' +
      'cmVzcz0xMjcuMC4wLjFBEHNlcnZlcl9wb3J0PTI1OTlBGGhlbG9fbmFtZT1jbGllbnQuZXhhbXBsZUETcHJvdG9jb2xfbmFtZT1F' +
      'U01UUEEVY2xpZW50X2FkZHJlc3NfdHlwZT0yVw8gICAgIDE3OTU1MDg4NzRBDm5vdGlmeV9mbGFncz02QSRkc25fb3JpZ19yY3B0' +
      'PXJmYzgyMjtib2IreEB2aXJ0LnRlc3RPDWJvYkB2aXJ0LnRlc3RSDWJvYkB2aXJ0LnRlc3RBJGRzbl9vcmlnX3JjcHQ9cmZjODIy' +
      'OyJkIGQiQHZpcnQudGVzdE8NZCBkQHZpcnQudGVzdFINZCBkQHZpcnQudGVzdE0ATjNSZWNlaXZlZDogZnJvbSBjbGllbnQuZXhh' +
      'bXBsZSAodW5rbm93biBbMTI3LjAuMC4xXSlOMwlieSBiZW5jaC50ZXN0IChQb3N0Zml4KSB3aXRoIEVTTVRQIGlkIDVDMjYyMjBD' +
      'MDhFO04mCVR1ZSwgMjQgTm92IDIwMjYgMDQ6Mjc6NTQgKzAwMDAgKFVUQylOC1N1YmplY3Q6IGhpTjNNZXNzYWdlLUlkOiA8MjAy' +
      'NjExMjQwNDI3NTQuNUMyNjIyMEMwOEVAYmVuY2gudGVzdD5OK0RhdGU6IFR1ZSwgMjQgTm92IDIwMjYgMDQ6Mjc6NTQgKzAwMDAg' +
      'KFVUQylOE0Zyb206IGFubkBhLmV4YW1wbGVOAE4ELmRvdFgAQQ1lbmNvZGluZz04Yml0RQA=',
  ) ?? new Uint8Array();

const CONTENT =
  'Received: from client.example (unknown [127.0.0.1])\n' +
  '\tby bench.test (Postfix) with ESMTP id 5C26220C08E;\n' +
  '\tTue, 24 Nov 2026 04:27:54 +0000 (UTC)\n' +
  'Subject: hi\n' +
  'Message-Id: <20261124042754.5C26220C08E@bench.test>\n' +
  'Date: Tue, 24 Nov 2026 04:27:54 +0000 (UTC)\n' +
  'From: ann@a.example\n\n.dot\n';

const ENVELOPE = {
  arrivalTime: { sec: 1795494474, usec: 359164 },
  createTimeSec: 1795494474,
  logIdent: '5C26220C08E',
  rewriteContext: 'local',
  envelopeId: 'x=y',
  retFlags: RET.headers,
  sender: 'ann@a.example',
  encoding: '8bit',
  client: {
    name: 'unknown',
    reverseName: 'unknown',
    address: '127.0.0.1',
    addressFamily: 'inet',
    port: 54908,
    serverAddress: '127.0.0.1',
    serverPort: 2599,
    helo: 'client.example',
    protocol: 'ESMTP',
  },
  warnTimeSec: 1795508874,
} as const;

const RECIPIENTS = [
  {
    address: 'bob@virt.test',
    origAddress: 'bob@virt.test',
    dsnOrcpt: 'rfc822;bob+x@virt.test',
    notify: NOTIFY.success | NOTIFY.failure,
  },
  { address: 'd d@virt.test', origAddress: 'd d@virt.test', dsnOrcpt: 'rfc822;"d d"@virt.test' },
];

function build(): Uint8Array {
  const head = concatBytes([
    buildEnvelope(ENVELOPE),
    ...RECIPIENTS.map(buildRecipient),
    encodeRecord('M', ''),
  ]);
  const content = encodeContent(startContent, latin1ToBytes(CONTENT)).records;
  const tail = encodeRecords([
    ['X', ''],
    ['A', 'encoding=8bit'],
    ['E', ''],
  ]);
  const size = sizeRecord({
    contentSize: content.length,
    dataOffset: 97 + head.length,
    recipientCount: RECIPIENTS.length,
    qmgrFlags: qmgrFlagsFor(RECIPIENTS),
    contentLength: content.length,
    sendOptions: 0,
  });
  return concatBytes([size, head, content, tail]);
}

test('queue file: the same message gives byte for byte what Postfix 3.7 wrote', () => {
  expect(bytesToLatin1(build())).toBe(bytesToLatin1(REAL));
});

test('queue file: reads what Postfix 3.7 wrote', () => {
  const file = parseQueueFile(REAL);
  expect(file).toMatchObject({
    sizeFields: { contentSize: 286, dataOffset: 798, recipientCount: 2, qmgrFlags: 12, contentLength: 286 },
    arrivalTime: ENVELOPE.arrivalTime,
    sender: 'ann@a.example',
    warnTimeSec: 1795508874,
    contentOffset: 798,
    extractedOffset: 1084,
    complete: true,
    problems: [],
    recipients: [
      { ...RECIPIENTS[0], offset: 713, type: 'R', done: false },
      { ...RECIPIENTS[1], notify: 0, offset: 781, type: 'R', done: false },
    ],
  });
  expect(file.attributes.get('client_name')).toBe('unknown');
  expect(file.attributes.get('envelope_id')).toBe('x=y');
  expect(bytesToLatin1(contentOf(REAL, file))).toBe(CONTENT);
});

test('queue file: a wrong size record does not hide the recipients behind the content', () => {
  for (const size of ['0', '285', '999999']) {
    const bytes = REAL.slice();
    bytes.set(latin1ToBytes(size.padStart(15)), 2);
    expect(parseQueueFile(bytes)).toMatchObject({ problems: [], extractedOffset: 1084, complete: true });
  }
});

test('qmgr(8): a recipient is marked done by one byte in its place', () => {
  const edited = REAL.slice();
  const { offset, bytes } = markDone(713);
  edited.set(bytes, offset);
  const { recipients, problems } = parseQueueFile(edited);
  expect(problems).toEqual([]);
  expect(recipients.map((r) => [r.address, r.type, r.done])).toEqual([
    ['bob@virt.test', 'D', true],
    ['d d@virt.test', 'R', false],
  ]);
});

test('queue file: a Postfix 2.3 size record has four fields and a file may have none', () => {
  const fields = {
    contentSize: 1,
    dataOffset: 2,
    recipientCount: 3,
    qmgrFlags: 4,
    contentLength: 5,
    sendOptions: 6,
  };
  expect(sizeRecord(fields)).toHaveLength(97);
  expect(sizeRecord(fields, 4)).toHaveLength(65);
  expect(parseQueueFile(sizeRecord(fields)).sizeFields).toEqual(fields);
  expect(parseQueueFile(sizeRecord(fields, 4)).sizeFields).toEqual({
    ...fields,
    contentLength: 1,
    sendOptions: 0,
  });
});

test('postdrop(1): a maildrop file has recipients before and after the content', () => {
  const bytes = encodeRecords([
    ['T', '1795493851 935840'],
    ['A', 'rewrite_context=local'],
    ['F', 'Joe Full'],
    ['S', 'joe'],
    ['A', 'notify_flags=2'],
    ['R', 'carl@virt.test'],
    ['M', ''],
    ['L', 'a'],
    ['N', 'b'],
    ['X', ''],
    ['n', '4'],
    ['o', 'rfc822;x'],
    ['R', 'dan@virt.test'],
    ['>', 'r@virt.test'],
    ['E', ''],
  ]);
  const file = parseQueueFile(bytes);
  expect(file).toMatchObject({
    problems: [],
    sizeFields: undefined,
    fullName: 'Joe Full',
    redirect: 'r@virt.test',
  });
  expect(file.recipients.map((r) => [r.address, r.notify, r.dsnOrcpt])).toEqual([
    ['carl@virt.test', 2, ''],
    ['dan@virt.test', 4, 'rfc822;x'],
  ]);
  expect(bytesToLatin1(contentOf(bytes, file))).toBe('ab\n');
});

test('milter edits: pointers are followed, padding is skipped, a loop is found', () => {
  const at = (offset: number) => String(offset).padStart(15);
  const file = (inContent: number, back: number) =>
    encodeRecords([
      ['T', '1 2'], // 0
      ['S', 'a@b'], // 5
      ['p', at(0)], // 10
      ['R', 'c@d'], // 27
      ['M', ''], // 32
      ['N', 'one'], // 34
      ['p', at(inContent)], // 39
      ['N', 'old'], // 56
      ['w', 'pad'], // 61
      ['X', ''], // 66
      ['E', ''], // 68
      ['N', 'new'], // 70
      ['p', at(back)], // 75
    ]);
  const edited = file(70, 61);
  const parsed = parseQueueFile(edited);
  expect(parsed.problems).toEqual([]);
  expect(bytesToLatin1(contentOf(edited, parsed))).toBe('one\nnew\n');
  expect(parseQueueFile(file(34, 0)).problems[0]).toBe('pointer loop at offset 39');
  expect(parseQueueFile(file(70, 39)).problems[0]).toBe('pointer loop at offset 39');
  expect(bytesToLatin1(contentOf(file(34, 0), parseQueueFile(file(34, 0))))).toBe('one\none\n');
});

test('queue file: cut at any byte it is not complete, and nothing is thrown', () => {
  for (let size = 0; size < REAL.length; size++) {
    const cut = REAL.subarray(0, size);
    const file = parseQueueFile(cut);
    expect(file.complete).toBe(false);
    expect(file.problems).not.toEqual([]);
    expect(contentOf(cut, file).length).toBeLessThanOrEqual(CONTENT.length);
  }
});

test('queue file: random bytes and random damage are problems at most', () => {
  const damage = fc.array(fc.tuple(fc.nat(REAL.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(damage, fc.uint8Array({ maxLength: 200 }), (edits, noise) => {
      const damaged = REAL.slice();
      for (const [offset, byte] of edits) damaged[offset] = byte;
      for (const bytes of [damaged, noise, concatBytes([damaged.subarray(0, 700), noise])]) {
        const file = parseQueueFile(bytes);
        expect(contentOf(bytes, file).length).toBeLessThanOrEqual(bytes.length * 2);
      }
    }),
    { seed: 23, numRuns: 500 },
  );
});
