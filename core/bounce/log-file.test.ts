import { expect, test } from 'vitest';
import type { DeliveryResult } from '../kernel/notes.ts';
import { logBlock, parseDeferLog } from './log-file.ts';

const recipient = {
  ...{ address: 'c@x.test', original: 'c@x.test', notify: 12, orcpt: 'rfc822;c@x.test', offset: 645 },
};
const LATER: DeliveryResult = {
  ...{ recipient, status: 'deferred', dsn: '4.3.0', text: 'mail transport unavailable' },
};
/** As Postfix 3.7.11 wrote it. */
const REAL = `
<c@x.test>: mail transport unavailable
recipient=c@x.test
offset=645
dsn_orig_rcpt=rfc822;c@x.test
notify_flags=12
status=4.3.0
action=delayed
reason=mail transport unavailable

`;

test('bounce(8): a block is written byte for byte as Postfix does', () => {
  expect(logBlock(LATER)).toBe(REAL);
});

test('bounce(8): what is not known is left out, what is known is written in order', () => {
  const result: DeliveryResult = {
    recipient: { address: 'bob@b.example', original: 'Robert@a.example', notify: 0, orcpt: '', offset: -1 },
    ...{ status: 'bounced', dsn: '5.1.1', text: 'host mx said: 550 no' },
    ...{ diagnostic: 'smtp; 550 5.1.1 no; really', remoteMta: 'mx.b.example' },
  };
  expect(logBlock(result).split('\n').slice(2, -2)).toEqual([
    'recipient=bob@b.example',
    'original_recipient=Robert@a.example',
    'status=5.1.1',
    'action=failed',
    'diag_type=smtp',
    'diag_text=550 5.1.1 no; really',
    'mta_type=dns',
    'mta_mname=mx.b.example',
    'reason=host mx said: 550 no',
  ]);
  expect(parseDeferLog(logBlock(result))).toMatchObject([
    {
      diagnostic: 'smtp; 550 5.1.1 no; really',
      remoteMta: 'mx.b.example',
      original: 'Robert@a.example',
      action: 'failed',
    },
  ]);
});

test('postqueue(1): recipients and reasons are read back in order', () => {
  const second = { ...recipient, address: 'd@y.test', original: '', offset: 700, notify: 0, orcpt: '' };
  const text = logBlock(LATER) + logBlock({ ...LATER, recipient: second, text: 'come later' });
  expect(parseDeferLog(text)).toEqual([
    {
      ...{ recipient: 'c@x.test', original: '', orcpt: 'rfc822;c@x.test', notify: 12, offset: 645 },
      ...{
        dsn: '4.3.0',
        action: 'delayed',
        reason: 'mail transport unavailable',
        diagnostic: '',
        remoteMta: '',
      },
    },
    {
      ...{ recipient: 'd@y.test', original: '', orcpt: '', notify: 0, offset: 700 },
      ...{ dsn: '4.3.0', action: 'delayed', reason: 'come later', diagnostic: '', remoteMta: '' },
    },
  ]);
});

test('bounce(8): after a crash: a torn block is left out, a repeated one counts once', () => {
  const again = logBlock({ ...LATER, text: 'still unavailable' });
  const torn = logBlock({ ...LATER, recipient: { ...recipient, offset: 9 } }).slice(0, 60);
  expect(parseDeferLog(logBlock(LATER) + again + torn).map(({ reason }) => reason)).toEqual([
    'still unavailable',
  ]);
  expect(parseDeferLog('')).toEqual([]);
});

test('bounce(8): a reason cannot forge another line', () => {
  const [only, ...others] = parseDeferLog(
    logBlock({ ...LATER, text: 'no\n\nrecipient=eve@x.test\nreason=x' }),
  );
  expect(others).toEqual([]);
  expect(only?.recipient).toBe('c@x.test');
});

test('RFC 3464 §2.3.3: a success is delivered, or what the agent says it is', () => {
  const sent: DeliveryResult = { recipient, status: 'sent', dsn: '2.0.0', text: 'delivery via local: ok' };
  expect(parseDeferLog(logBlock(sent))[0]?.action).toBe('delivered');
  expect(parseDeferLog(logBlock({ ...sent, action: 'relayed' }))[0]?.action).toBe('relayed');
});
