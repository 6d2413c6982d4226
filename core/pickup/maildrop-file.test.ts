import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentOf, parseQueueFile } from '../mail/queue-file.ts';
import { readRecords } from '../mail/queue-records.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { headerRecipients } from './header-recipients.ts';
import { maildropFile } from './maildrop-file.ts';
import { readSubmission } from './submission.ts';

const AT = 1202720712345.678;

function records(bytes: Uint8Array): string[] {
  return readRecords(bytes).records.map(({ type, start, end }) => type + bytesToLatin1(bytes, start, end));
}

test('postdrop(1): the records in the order of Postfix 3.7', () => {
  const bytes = maildropFile({
    ...{ at: AT, sender: 'bob', fullName: 'Doe % x', recipients: ['carl', 'a b@x.y'], notify: 10 },
    attributes: [
      ...([['envelope_id', 'QQ'] as const, ['ret_flags', '2'] as const] as const),
      ['encoding', '8bit'] as const,
    ],
    ...{ verpDelimiters: '+=', content: latin1ToBytes('Subject: s\n\nbody') },
  });
  expect(records(bytes)).toEqual([
    ...[
      'T1202720712 345678',
      'Aenvelope_id=QQ',
      'Aret_flags=2',
      'Arewrite_context=local',
      'FDoe % x',
      'Sbob',
    ],
    ...['Aencoding=8bit', 'V+=', 'Anotify_flags=10', 'Rcarl', 'Anotify_flags=10', 'Ra b@x.y'],
    ...['M', 'NSubject: s', 'N', 'Nbody', 'X', 'E'],
  ]);
});

test('sendmail(1) -t: recipients from the header, those of the resender alone when there are any', () => {
  const list = (text: string) => headerRecipients(latin1ToBytes(text));
  expect(list('To: a, "B, C" <b@c.d>\nCc: e\nX: no\nBcc: f\n\nTo: body\n')).toEqual(['a', 'b@c.d', 'e', 'f']);
  expect(list('To: a\nResent-To: r\nResent-Bcc: s')).toEqual(['r', 's']);
  expect(list('Subject: none\n\nx')).toEqual([]);
  const bytes = maildropFile({
    ...{ at: AT, sender: '', recipients: ['x'], notify: 1, extractRecipients: true },
    content: latin1ToBytes('To: a\n\nb\n'),
  });
  expect(records(bytes).slice(-4)).toEqual(['X', 'Anotify_flags=1', 'Ra', 'E']);
});

test('postdrop(1): what goes into a maildrop file comes out of it', () => {
  const text = fc.string({ unit: 'binary-ascii', maxLength: 200 }).map((some) => some.replaceAll('\r', ''));
  const address = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 });
  const facts = {
    type: 'file.loaded',
    file: 'f',
    path: 'p',
    mode: 0o744,
    uid: 5,
    modifiedAt: AT,
    at: AT,
  } as const;
  fc.assert(
    fc.property(
      text,
      fc.array(address, { maxLength: 5 }),
      address,
      fc.nat(8),
      (body, recipients, sender, notify) => {
        const content = latin1ToBytes(`${body}\n`);
        const bytes = maildropFile({ at: AT, sender, recipients, notify, content });
        const read = readSubmission({ ...facts, bytes });
        if ('problem' in read) throw new Error(read.problem);
        expect([read.sender, read.recipients.map((one) => one.address)]).toEqual([sender, recipients]);
        expect(read.arrivalAt).toBeCloseTo(AT, 3);
        expect(contentOf(bytes, parseQueueFile(bytes))).toEqual(content);
      },
    ),
    { seed: 4, numRuns: 150 },
  );
});

test('pickup(8): any bytes at all are read without throwing', () => {
  const facts = {
    type: 'file.loaded',
    file: 'f',
    path: 'p',
    mode: 0o700,
    uid: 5,
    modifiedAt: AT,
    at: AT,
  } as const;
  const good = maildropFile({ at: AT, sender: 'a', recipients: ['b'], content: latin1ToBytes('x\n\ny\n') });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(good.length), fc.nat(255), (noise, where, byte) => {
      expect(readSubmission({ ...facts, bytes: noise })).toBeDefined();
      const damaged = good.slice();
      damaged[where] = byte;
      expect(readSubmission({ ...facts, bytes: damaged })).toBeDefined();
      expect(readSubmission({ ...facts, bytes: good.slice(0, where) })).toHaveProperty(
        where === good.length ? 'sender' : 'problem',
      );
    }),
    { seed: 5, numRuns: 200 },
  );
});
