/** The queue report as it goes over the socket: what was written is read, what is cut off is not taken. */
import { expect, test } from 'vitest';
import { readShowq, SHOWQ_END, SHOWQ_GREETING, showqMessage } from './showq-protocol.ts';

const message = {
  ...{ queue: 'deferred', id: '764CA276025', arrivalSec: 1_795_570_823, sizeBytes: 258, fileSizeBytes: 700 },
  ...{ sender: '', recipients: [{ address: 'a@x.example', reason: 'try again' }, { address: 'reason' }] },
};
const hidden = { queue: 'maildrop', id: 'AB12C', arrivalSec: 7, sizeBytes: 9, hiddenUid: 1000 } as const;

test('showq(8): one message byte for byte as Postfix 3.7 tells it', () => {
  const parts = [
    ...['queue_name', 'deferred', 'queue_id', '764CA276025', 'time', '1795570823', 'size', '258'],
    ...['forced_expire', '0', 'sender', '', 'recipient', 'a@x.example', 'reason', 'try again'],
    ...['recipient', 'reason', ''],
  ];
  expect(showqMessage(message, false)).toBe(`${parts.join('\0')}\0`);
});

test('showq(8): a report is read as it was told, and not at all where its end is missing', () => {
  const text = SHOWQ_GREETING + showqMessage(message, true) + showqMessage(hidden, true) + SHOWQ_END;
  expect(readShowq(text)).toEqual([message, hidden]);
  expect(readShowq(SHOWQ_GREETING + SHOWQ_END)).toEqual([]);
  for (let length = 0; length < text.length; length += 1)
    expect(readShowq(text.slice(0, length)), String(length)).toBeUndefined();
});
