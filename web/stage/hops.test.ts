import { expect, test } from 'vitest';
import { gouvBj } from '#scenarios';
import { play } from '#sim';
import { edgeOf } from './geometry.ts';
import { createQueueIds, hopsOf } from './hops.ts';

const trace = play(gouvBj, 1).world.trace();
const queueIdOf = createQueueIds();
const mail = trace.flatMap((event) => hopsOf(event, queueIdOf(event))).filter(({ kind }) => kind === 'mail');

test('OVERVIEW: the letter goes by cleanup, incoming, active, qmgr and local into the mailbox', () => {
  const way = mail.map(({ from, to }) => `${from}>${to}`);
  const stops = ['smtpd>cleanup', 'cleanup>incoming', 'incoming>active', 'active>qmgr', 'qmgr>local'];
  const places = [...stops, 'local>mailbox', 'local>qmgr'].map((hop) => way.indexOf(hop));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((one, other) => one - other));
});

test('hops: a delivery is told as delivered, with the end of the queue id', () => {
  const id = trace.findLast(({ queueId }) => queueId !== undefined)?.queueId ?? '';
  const last = mail.findLast(({ to }) => to === 'mailbox');
  expect(last).toMatchObject({ status: 'delivered', label: id.slice(-4) });
});

test('hops: a line of SMTP carries its verb, its answer the code', () => {
  const lines = trace.flatMap((event) => hopsOf(event)).filter(({ kind }) => kind === 'line');
  const labels = lines.map(({ label }) => label);
  for (const label of ['···', '220', 'EHLO', 'MAIL', 'RCPT', 'DATA', '354', '.', '250', 'QUIT', '221']) {
    expect(labels).toContain(label);
  }
});

test('map: every letter and every line flies along an edge of the figure', () => {
  const lost = trace
    .flatMap((event) => hopsOf(event))
    .filter(({ kind, from, to }) => kind !== 'note' && edgeOf(from, to) === undefined);
  expect(lost).toEqual([]);
});
