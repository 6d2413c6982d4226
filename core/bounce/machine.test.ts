import { expect, test } from 'vitest';
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { BounceFlush, DeliveryResult } from '../kernel/notes.ts';
import { UTC } from '../mail/date.ts';
import { encodeContent, startContent } from '../mail/queue-content.ts';
import { buildEnvelope } from '../mail/queue-envelope.ts';
import { encodeRecord } from '../mail/queue-records.ts';
import { bytesToLatin1, concatBytes, latin1ToBytes } from '../wire/bytes.ts';
import { bounceDaemon } from './daemon.ts';
import { logBlock } from './log-file.ts';

const AT = Date.UTC(2026, 10, 24, 6, 31, 4);
const recipient = { address: 'bob@b.example', original: 'bob@b.example', notify: 0, orcpt: '', offset: 300 };
const result: DeliveryResult = { recipient, status: 'bounced', dsn: '5.1.1', text: 'unknown user' };

/** One bounce process; each call gives it an event and returns what it does. */
function bounce(mainCf = '', services = ['bounce', 'cleanup']) {
  const main = `myhostname = mx.a.example\nmyorigin = a.example\n${mainCf}\n`;
  const settings = makeSettings({ mainCf: parseMainCf(main, 'main.cf').entries });
  const birth = { settings, process: 'bounce:1', pid: 1, service: 'bounce', services };
  let { state } = bounceDaemon.start({ ...birth, zone: UTC, seed: 1, at: AT }, AT);
  return (event: object): readonly Effect[] => {
    const step = bounceDaemon.step(state, { from: 'qmgr', ...event, at: AT } as WorldEvent);
    expect(step.rows.length).toBeGreaterThan(0);
    state = step.state;
    return step.effects;
  };
}

const said = (effects: readonly Effect[]) => effects.flatMap((one) => (one.type === 'log' ? [one.text] : []));
const notes = (effects: readonly Effect[]) =>
  effects.flatMap((one) => (one.type === 'send' ? [one.note] : []));

function queueFile(encoding?: '8bit'): Uint8Array {
  const { records } = encodeContent(startContent, latin1ToBytes('Subject: hi\n\nhello\n'));
  const sec = Math.floor(AT / 1000);
  const said8 = encoding === undefined ? {} : { encoding };
  return concatBytes([
    buildEnvelope({
      arrivalTime: { sec, usec: 0 },
      createTimeSec: sec,
      rewriteContext: 'local',
      sender: 'ann@a.example',
      ...said8,
    }),
    encodeRecord('M', ''),
    records,
    encodeRecord('X', ''),
    encodeRecord('E', ''),
  ]);
}

const loaded = (file: string, bytes: Uint8Array) => ({
  type: 'file.loaded',
  file,
  path: '',
  bytes,
  mode: 0,
  uid: 0,
  modifiedAt: 0,
});
const flush: BounceFlush = {
  ...{ type: 'bounce.flush', token: 'A1', log: 'bounce', kind: 'failed', queueId: 'A1', path: 'active/A1' },
  ...{ sender: 'ann@a.example', dsn: { ret: 0, envid: '' }, arrivalAt: AT },
};

/** Up to the point where the plan is made; returns what that step does. */
function decided(give: ReturnType<typeof bounce>, request: object = flush) {
  give(request);
  give(loaded('log', latin1ToBytes(logBlock(result))));
  return give(loaded('original', queueFile()));
}

test('bounce(8): a failure is on disk before qmgr hears that it is noted', () => {
  const give = bounce();
  const opened = give({ type: 'bounce.append', token: 't', log: 'bounce', queueId: 'A1', result });
  expect(opened).toEqual([{ type: 'file.open', file: 'log', path: 'bounce/A1', mode: 0o600 }]);
  const written = give({ type: 'file.opened', file: 'log' });
  expect(written).toEqual([
    { type: 'file.append', file: 'log', bytes: latin1ToBytes(logBlock(result)) },
    { type: 'file.sync', file: 'log' },
  ]);
  expect(give({ type: 'file.synced', file: 'log' })).toEqual([
    { type: 'file.close', file: 'log' },
    { type: 'send', to: 'qmgr', note: { type: 'bounce.appended', token: 't', ok: true } },
    { type: 'exit' },
  ]);
});

test('bounce(8): the reason of a delay need not be durable; its log is in a hashed directory', () => {
  const give = bounce();
  const late: DeliveryResult = { ...result, status: 'deferred', dsn: '4.4.1' };
  const opened = give({
    type: 'bounce.append',
    token: 't',
    log: 'defer',
    queueId: '7B345AC0B1',
    result: late,
  });
  expect(opened).toMatchObject([{ path: 'defer/7/7B345AC0B1' }]);
  const effects = give({ type: 'file.opened', file: 'log' });
  expect(effects.map(({ type }) => type)).toEqual(['file.append', 'file.close', 'send', 'exit']);
});

test('bounce(8) DIAGNOSTICS: the log cannot be written: the recipient is not given up', () => {
  for (const where of ['opening', 'writing']) {
    const give = bounce();
    give({ type: 'bounce.append', token: 't', log: 'bounce', queueId: 'A1', result });
    if (where === 'writing') give({ type: 'file.opened', file: 'log' });
    const effects = give({ type: 'file.failed', operation: 'file.sync', file: 'log', code: 'ENOSPC' });
    expect(said(effects)).toEqual(['A1: cannot write the bounce log: ENOSPC']);
    expect(notes(effects)).toEqual([{ type: 'bounce.appended', token: 't', ok: false }]);
  }
});

test('RFC 5321 §6.1: a notice goes from <> to the sender; only when it is durable does the log go', () => {
  const give = bounce();
  const open = decided(give);
  expect(notes(open)).toMatchObject([
    { type: 'cleanup.open', origin: 'bounce', sender: '', rewriteContext: 'local' },
  ]);
  expect(give({ type: 'cleanup.opened', queueId: 'N1', from: 'cleanup:7' })).toEqual([
    { type: 'file.read', file: 'original', path: 'active/A1' },
  ]);
  const sent = give(loaded('original', queueFile()));
  expect(sent.every((effect) => effect.type === 'send' && effect.to === 'cleanup:7')).toBe(true);
  const [to, received, text, close] = notes(sent);
  expect(to).toEqual({
    ...{
      type: 'cleanup.recipient',
      address: 'ann@a.example',
      original: 'ann@a.example',
      notify: 1,
      orcpt: '',
    },
  });
  expect(received?.type === 'cleanup.prepend' && bytesToLatin1(received.bytes)).toBe(
    'Received: by mx.a.example (Postfix)\n\tid N1; Tue, 24 Nov 2026 06:31:04 +0000 (UTC)\n',
  );
  expect(text?.type === 'cleanup.chunk' && bytesToLatin1(text.bytes)).toContain(
    '<bob@b.example>: unknown user\n',
  );
  expect(close).toEqual({ type: 'cleanup.close' });
  expect(give({ type: 'cleanup.done', status: 'ok', queueId: 'N1', from: 'cleanup:7' })).toEqual([
    {
      ...{ type: 'log', level: 'info', text: 'A1: sender non-delivery notification: N1' },
      because: { rule: 'no NOTIFY' },
    },
    { type: 'file.remove', path: 'bounce/A1' },
    { type: 'send', to: 'qmgr', note: { type: 'bounce.flushed', token: 'A1', ok: true } },
    { type: 'exit' },
  ]);
});

/** Sends one notice; returns what follows. */
function sendOne(give: ReturnType<typeof bounce>, id: string, status = 'ok') {
  give({ type: 'cleanup.opened', queueId: id, from: 'cleanup:7' });
  give(loaded('original', queueFile()));
  return give({ type: 'cleanup.done', status, queueId: id, from: 'cleanup:7' });
}

test('postconf(5) notify_classes: the copy for the postmaster follows', () => {
  const give = bounce('notify_classes = bounce');
  decided(give);
  const next = sendOne(give, 'N1');
  expect(said(next)).toEqual(['A1: sender non-delivery notification: N1']);
  expect(notes(next)).toMatchObject([{ type: 'cleanup.open', sender: 'double-bounce@a.example' }]);
  const end = sendOne(give, 'N2');
  expect(said(end)).toEqual(['A1: postmaster non-delivery notification: N2']);
  expect(notes(end)).toEqual([{ type: 'bounce.flushed', token: 'A1', ok: true }]);
});

test('bounce(8) DIAGNOSTICS: a copy that cannot be sent is only a warning', () => {
  const give = bounce('notify_classes = bounce');
  decided(give);
  sendOne(give, 'N1');
  const end = sendOne(give, 'N2', 'write');
  expect(said(end)).toEqual(['A1: postmaster notice failed while bouncing to ann@a.example']);
  expect(notes(end)).toEqual([{ type: 'bounce.flushed', token: 'A1', ok: true }]);
});

test('bounce(8) DIAGNOSTICS: no notice: the log stays and qmgr hears it', () => {
  const refused = bounce();
  decided(refused);
  const unread = bounce();
  decided(unread);
  unread({ type: 'cleanup.opened', queueId: 'N1', from: 'cleanup:7' });
  const dead = bounce();
  decided(dead);
  const ends = [
    sendOne(refused, 'N1', 'write'),
    unread({ type: 'file.failed', operation: 'file.read', file: 'original', code: 'EIO' }),
    dead({ type: 'master.childDied', service: 'cleanup', process: 'cleanup:7', reason: 'oops' }),
  ];
  for (const effects of ends) {
    expect(effects.filter(({ type }) => type === 'file.remove')).toEqual([]);
    expect(notes(effects).at(-1)).toEqual({ type: 'bounce.flushed', token: 'A1', ok: false });
  }
  expect(notes(ends[1] ?? [])[0]).toEqual({ type: 'cleanup.abort' });
});

test('postconf(5) double_bounce_sender: a notice that came back is thrown away with a warning', () => {
  const give = bounce('notify_classes = bounce, 2bounce');
  const effects = decided(give, { ...flush, sender: 'double-bounce@a.example' });
  expect(said(effects)).toEqual(['A1: undeliverable postmaster notification discarded']);
  expect(notes(effects)).toEqual([{ type: 'bounce.flushed', token: 'A1', ok: true }]);
});

test('RFC 5321 §6.1: mail from <> is not bounced, and its log goes', () => {
  const effects = decided(bounce(), { ...flush, sender: '' });
  expect(effects.map(({ type }) => type)).toEqual(['explain', 'file.remove', 'send', 'exit']);
  expect(effects[0]).toMatchObject({ because: [{ rule: 'sender is <>', parameter: 'notify_classes' }] });
});

test('postconf(5) delay_warning_time: after a warning the log stays, the mail is still being tried', () => {
  const give = bounce();
  decided(give, { ...flush, log: 'defer', kind: 'delayed' });
  const end = sendOne(give, 'N1');
  expect(said(end)).toEqual(['A1: sender delay notification: N1']);
  expect(end.filter(({ type }) => type === 'file.remove')).toEqual([]);
});

test('bounce(8): the log is lost: the sender hears of the failure all the same', () => {
  const give = bounce();
  give(flush);
  give({ type: 'file.failed', operation: 'file.read', file: 'log', code: 'ENOENT' });
  expect(notes(give(loaded('original', queueFile())))).toMatchObject([{ type: 'cleanup.open' }]);
  const other = bounce();
  other(flush);
  const effects = other({ type: 'file.failed', operation: 'file.read', file: 'log', code: 'EIO' });
  expect(notes(effects)).toEqual([{ type: 'bounce.flushed', token: 'A1', ok: false }]);
});

test('bounce(8): the notice about an 8bit message is 8bit', () => {
  const give = bounce();
  give(flush);
  give(loaded('log', latin1ToBytes(logBlock(result))));
  expect(notes(give(loaded('original', queueFile('8bit'))))).toMatchObject([{ encoding: '8bit' }]);
});

test('postconf(5) fast_flush_domains: flush(8) hears of what is put off for such a site, and of nothing else', () => {
  const told = (log: string, address: string, services = ['defer', 'flush']) => {
    const give = bounce('fast_flush_domains = b.example', services);
    give({
      ...{ type: 'bounce.append', token: '1', log, queueId: 'A0001B1' },
      result: { ...result, recipient: { ...recipient, address } },
    });
    const last = notes(give({ type: 'file.opened', file: 'log', path: '' }));
    return last.filter(({ type }) => type === 'flush.add');
  };
  const note = { type: 'flush.add', site: 'x.b.example', queueId: 'A0001B1' };
  expect(told('defer', 'bob@x.b.example')).toEqual([note]);
  expect(told('defer', 'bob@c.example')).toEqual([]);
  expect(told('defer', 'bob')).toEqual([]);
  expect(told('trace', 'bob@x.b.example')).toEqual([]);
  expect(told('defer', 'bob@x.b.example', ['defer'])).toEqual([]);
});
