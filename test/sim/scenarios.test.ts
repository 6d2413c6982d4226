/** Every scenario ends as it says, holds the invariants, and gives the same trace again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aliases, mainCf, masterCf, passwd } from '../../scenarios/gouv-bj.files.ts';
import { mailGouvBj } from '../../scenarios/gouv-bj.ts';
import { gouvBj, scenarioOf, scenarios } from '../../scenarios/index.ts';
import { createWorld, linesToType, play, settingsOf, withoutQueueIds } from '../../sim/index.ts';

const MEMOIR_SCREEN = [
  '220 mail.gouv.bj ESMTP Postfix (2.3.6)',
  'ehlo mail',
  '250-mail.gouv.bj',
  '250-PIPELINING',
  '250-SIZE 10240000',
  '250-VRFY',
  '250-ETRN',
  '250-ENHANCEDSTATUSCODES',
  '250-8BITMIME',
  '250 DSN',
  'mail from: espera@gouv.bj',
  '250 2.1.0 Ok',
  'rcpt to: alexandre@gouv.bj',
  '250 2.1.5 Ok',
  'data',
  '354 End data with <CR><LF>.<CR><LF>',
  'subject: Bonjour',
  'Felicitacion mon frere on vient de reussir notre config',
  '.',
  '250 2.0.0 Ok: queued as QUEUEID',
  'quit',
  '221 2.0.0 Bye',
  '',
].join('\n');

test('architecture §7: every scenario ends as expected and holds the invariants', () => {
  for (const scenario of scenarios) {
    const { outcomes, findings } = play(scenario, 1, { check: true });
    expect(findings, scenario.id).toEqual([]);
    expect(
      outcomes.filter(({ ok }) => !ok),
      scenario.id,
    ).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(2);
  }
});

test('RFC 5321 §3.3: the memoir’s second session, byte for byte, typed line by line', () => {
  const world = createWorld(gouvBj, 5, { script: false });
  expect(world.input({ type: 'telnet.open', terminal: 'mine' })).toBe(0);
  world.run({ idle: true });
  for (const { line } of linesToType(gouvBj)) {
    expect(world.input({ type: 'telnet.type', terminal: 'mine', line })).toBeDefined();
    world.run({ idle: true });
  }
  expect(withoutQueueIds(world.transcript('mine'))).toBe(MEMOIR_SCREEN);
  const raw =
    world
      .terminals()[0]
      ?.lines.map(({ text }) => text)
      .join('') ?? '';
  expect(raw).toContain('250 2.1.0 Ok\r\n');
  expect(raw).toContain('rcpt to: alexandre@gouv.bj\r\n');
  const sent = world.trace().find(({ event }) => event.type === 'net.sent');
  expect(sent?.event.text).toBe('ehlo mail\r\n');
  expect(world.mailbox('alexandre').map(({ folder }) => folder)).toEqual(['new']);
  expect(world.mailbox('alexandre')[0]?.text).toMatch(/^Return-Path: <espera@gouv\.bj>\n/);
  expect(world.mailbox('alexandre')[0]?.text).toMatch(/\n\nFelicitacion mon frere[^\n]*\n$/);
  expect(world.queue()).toEqual([]);
});

test('postfix(1): log lines carry time, machine, program and number', () => {
  const { world } = play(gouvBj, 1);
  const log = world.log();
  expect(log.length).toBeGreaterThan(5);
  for (const line of log) {
    expect(line).toMatch(/^Feb 11 10:05:\d\d mail postfix\/(smtpd|cleanup|qmgr|local)\[\d+\]: \S/);
  }
});

test('qmgr(8): a deferred message is tried again ever later, by virtual time', () => {
  const { world } = play(scenarioOf('differe') ?? gouvBj, 1);
  const delays = world.log().flatMap((line) => {
    const delay = /status=deferred/.test(line) ? /delay=([\d.]+)/.exec(line)?.[1] : undefined;
    return delay === undefined ? [] : [Number(delay)];
  });
  // queue_run_delay is 1000 s in 2.3: a message is looked at only then.
  expect(delays.map((delay) => Math.round(delay / 1000))).toEqual([0, 2, 4, 8, 13]);
  const [waiting] = world.queue();
  expect(waiting).toMatchObject({ queue: 'deferred', recipients: ['ada@benin.example'], isComplete: true });
  expect(waiting?.nextTryAt ?? 0).toBeGreaterThan(world.now());
});

test('scenarios/gouv.bj: the texts for the browser are those of the files', () => {
  const file = (name: string) =>
    readFileSync(join(import.meta.dirname, '../../scenarios/gouv.bj/repaired', name), 'utf8');
  expect({ mainCf, masterCf, aliases, passwd }).toEqual({
    ...{ mainCf: file('main.cf'), masterCf: file('master.cf') },
    ...{ aliases: file('aliases'), passwd: file('passwd') },
  });
  const lines = (text: string) => text.split('\n');
  const changed = lines(mailGouvBj.masterCf).filter((line) => !lines(masterCf).includes(line));
  expect(changed).toEqual(['smtp            inet  n       -       n       -       -       smtpd']);
});

test('master(5): the configuration of every scenario has no problem', () => {
  for (const { hosts } of scenarios) {
    for (const host of hosts) expect(settingsOf(host).problems).toEqual([]);
  }
});

test('telnet(1): a port nobody listens on refuses, a machine without power does not answer', () => {
  const world = createWorld(gouvBj, 1, { script: false });
  world.run({ idle: true });
  world.input({ type: 'telnet.open', terminal: 'a', port: 26 });
  world.run({ idle: true });
  world.crash();
  world.run({ idle: true });
  world.input({ type: 'telnet.open', terminal: 'b' });
  world.run({ idle: true });
  expect(world.terminals().map(({ state, lines }) => [state, lines.at(-1)?.text])).toEqual([
    ['closed', 'refused'],
    ['closed', 'unreachable'],
  ]);
});

test('RFC 5321 §4.2.5: a full disk is 4xx, and the letter goes once there is room', () => {
  const world = createWorld(gouvBj, 1, { script: false, check: true });
  const session = (terminal: string, lines: readonly string[]): string => {
    world.input({ type: 'telnet.open', terminal });
    for (const line of lines) {
      world.run({ idle: true });
      world.input({ type: 'telnet.type', terminal, line });
    }
    world.run({ idle: true });
    return world.transcript(terminal);
  };
  const envelope = ['helo mail', 'mail from:<espera@gouv.bj>', 'rcpt to:<alexandre@gouv.bj>'];
  world.input({ type: 'disk.full', host: 'mail.gouv.bj', full: true });
  expect(session('full', envelope)).toMatch(/\n4\d\d 4\.3\.\d .*\n$/);
  world.input({ type: 'disk.full', host: 'mail.gouv.bj', full: false });
  expect(session('room', [...envelope, 'data', 'Subject: a', '', '.', 'quit'])).toMatch(/\n221 .*\n$/);
  expect(world.mailbox('alexandre')).toHaveLength(1);
  expect(world.findings()).toEqual([]);
});
