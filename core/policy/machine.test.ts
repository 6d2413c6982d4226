import { expect, test } from 'vitest';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { PolicyServer } from '../kernel/policy.ts';
import type { ChartState } from '../kernel/process.ts';
import { bytesToLatin1, latin1ToBytes } from '../wire/bytes.ts';
import { policyDaemon } from './daemon.ts';

const SERVER: PolicyServer = {
  ...{ endpoint: { type: 'inet', host: '127.0.0.1', port: 1 }, name: '127.0.0.1:1', timeoutMs: 100_000 },
  ...{ maxIdleMs: 300_000, maxTtlMs: 1_000_000, requestLimit: 0, tryLimit: 2, retryDelayMs: 1000 },
};

/** What an effect comes to, in a few words. */
function told(effect: Effect): string {
  switch (effect.type) {
    case 'net.connect':
    case 'net.drop':
      return `${effect.type} ${effect.connection}`;
    case 'net.send':
      return `send ${effect.connection}: ${bytesToLatin1(effect.bytes)}`;
    case 'timer.set':
      return `timer ${effect.timer} ${effect.afterMs}`;
    case 'log':
      return `${effect.level}: ${effect.text}`;
    case 'send':
      return effect.note.type === 'policy.answer'
        ? `${effect.to} ${effect.note.token}: ${effect.note.action ?? '(failed)'}`
        : effect.note.type;
    default:
      return effect.type;
  }
}

function client() {
  const birth = { process: 'policy', pid: 1, service: 'policy', services: [], seed: 1 };
  let state = policyDaemon.start({ ...birth, settings: {} as never, zone: {} as never, at: 0 }, 0)
    .state as ChartState;
  const step = (event: WorldEvent): readonly string[] => {
    const next = policyDaemon.step(state, event);
    state = next.state;
    return next.effects.map(told);
  };
  let at = 0;
  return {
    later: (ms: number): void => {
      at += ms;
    },
    ask: (token: string, change: Partial<PolicyServer> = {}) =>
      step({
        ...{ type: 'policy.ask', token, server: { ...SERVER, ...change }, attributes: [['a', 'b\nc']] },
        ...{ from: 'smtpd:1', at },
      }),
    open: (line: number) => step({ type: 'net.connected', connection: `line ${line}`, at }),
    hear: (line: number, text: string) =>
      step({ type: 'net.heard', connection: `line ${line}`, bytes: latin1ToBytes(text), at }),
    lose: (line: number, reason: string) =>
      step({ type: 'net.lost', connection: `line ${line}`, reason, at }),
    fire: (line: number) => step({ type: 'timer.fired', timer: `line ${line}`, at }),
  };
}

/** A client with an open line 1 that has just been asked. */
function asked(change: Partial<PolicyServer> = {}) {
  const one = client();
  one.ask('t', change);
  one.open(1);
  return one;
}

const PROBLEM = 'warning: problem talking to server 127.0.0.1:1';

test('SMTPD_POLICY_README: a server is called, asked, and its connection is kept for the next question', () => {
  const one = client();
  expect(one.ask('first')).toEqual(['net.connect line 1', 'timer line 1 100000']);
  expect(one.open(1)).toEqual(['send line 1: a=b?c\n\n', 'timer line 1 100000']);
  expect(one.hear(1, 'acti')).toEqual([]);
  expect(one.hear(1, 'on=DUNNO\n\n')).toEqual(['smtpd:1 first: DUNNO', 'timer line 1 300000']);
  expect(one.ask('second')).toEqual(['send line 1: a=b?c\n\n', 'timer line 1 100000']);
  expect(one.ask('third')).toEqual(['net.connect line 2', 'timer line 2 100000']);
});

test('postconf(5) smtpd_policy_service_max_idle: a connection that nobody needs is closed', () => {
  const one = asked();
  one.hear(1, 'action=OK\n\n');
  expect(one.fire(1)).toEqual(['timer.clear', 'net.drop line 1']);
  expect(one.ask('u')[0]).toBe('net.connect line 2');
});

test('postconf(5) smtpd_policy_service_max_ttl: a connection that is too old is not asked again', () => {
  const one = asked();
  one.hear(1, 'action=OK\n\n');
  one.later(1_000_000);
  expect(one.ask('u')[0]).toBe('net.connect line 2');
});

test('postconf(5) smtpd_policy_service_request_limit: a connection that has carried enough is dropped', () => {
  const one = asked({ requestLimit: 1 });
  expect(one.hear(1, 'action=OK\n\n')).toEqual(['smtpd:1 t: OK', 'timer.clear', 'net.drop line 1']);
});

test('the peer of a kept connection goes, or speaks unasked: it is forgotten without a word', () => {
  for (const end of ['lose', 'hear'] as const) {
    const one = asked();
    one.hear(1, 'action=OK\n\n');
    expect(one[end](1, 'EOF')).toEqual(['timer.clear', 'net.drop line 1']);
    expect(one.ask('u')[0]).toBe('net.connect line 2');
  }
});

test('SMTPD_POLICY_README: of two actions the first counts, other names are passed over', () => {
  expect(asked().hear(1, 'foo=bar\naction=REJECT one\naction=REJECT two\n\n')[0]).toBe(
    'smtpd:1 t: REJECT one',
  );
});

test('what is said behind an answer makes the connection useless', () => {
  expect(asked().hear(1, 'action=OK\n\naction=REJECT\n\n')).toContain('net.drop line 1');
});

test('postconf(5) smtpd_policy_service_try_limit: nobody there, in the words of Postfix 3.7', () => {
  const one = client();
  one.ask('t');
  const connect = 'warning: connect to 127.0.0.1:1: Connection refused';
  expect(one.lose(1, 'ECONNREFUSED')).toEqual([
    ...[connect, `${PROBLEM}: Connection refused`, 'net.drop line 1', 'timer line 1 1000'],
  ]);
  expect(one.fire(1)).toEqual(['net.connect line 2', 'timer line 2 100000']);
  expect(one.lose(2, 'ECONNREFUSED')).toEqual([
    ...[connect, `${PROBLEM}: Connection refused`, 'timer.clear', 'net.drop line 2', 'smtpd:1 t: (failed)'],
  ]);
});

test('a socket that is not there is worth one line of trouble at the end', () => {
  const one = client();
  one.ask('t');
  const connect = 'warning: connect to 127.0.0.1:1: No such file or directory';
  expect(one.lose(1, 'ENOENT').slice(0, 1)).toEqual([connect]);
  expect(one.fire(1)).toHaveLength(2);
  expect(one.lose(2, 'ENOENT').slice(0, 2)).toEqual([connect, `${PROBLEM}: No such file or directory`]);
});

/** What is logged when each of two tries ends in this way. */
function logged(
  fail: (one: ReturnType<typeof client>, line: number) => readonly string[],
): readonly (readonly string[])[] {
  const one = asked();
  const first = fail(one, 1);
  one.fire(1);
  one.open(2);
  const second = fail(one, 2);
  return [first, second].map((lines) => lines.filter((line) => line.startsWith('warning')));
}

const MISSING = 'warning: missing attribute action in input from 127.0.0.1:1';
const EARLY = 'warning: premature end-of-input on 127.0.0.1:1 while reading input attribute name';
const LATE = 'warning: timeout on 127.0.0.1:1 while reading input attribute name';

test.each([
  ['an answer without action', (one, line) => one.hear(line, 'foo=bar\n\n'), [MISSING], 'Application error'],
  ['an empty answer', (one, line) => one.hear(line, '\n'), [MISSING], 'Application error'],
  ['a peer that drops', (one, line) => one.lose(line, 'EOF'), [], 'Application error'],
  [
    'half an answer',
    (one, line) => [...one.hear(line, 'action=OK\n'), ...one.lose(line, 'EOF')],
    ...([[EARLY], 'Application error'] as const),
  ],
  ['a peer that resets', (one, line) => one.lose(line, 'ECONNRESET'), [], 'Connection reset by peer'],
  [
    'too long a line',
    (one, line) => one.hear(line, 'x'.repeat(9000)),
    ...([
      ['warning: string length > 8192 characters from 127.0.0.1:1 while reading input attribute value'],
      'Application error',
    ] as const),
  ],
] as [string, Parameters<typeof logged>[0], string[], string][])(
  'attr_clnt: %s is tried again before it is complained about',
  (_what, fail, lines, error) => {
    expect(logged(fail)).toEqual([lines, [...lines, `${PROBLEM}: ${error}`]]);
  },
);

test('postconf(5) smtpd_policy_service_timeout: a silent server is complained about each time', () => {
  const silence = [`${PROBLEM}: Connection timed out`];
  expect(logged((one, line) => one.fire(line))).toEqual([silence, silence]);
  const half = [LATE, ...silence];
  expect(logged((one, line) => [...one.hear(line, 'action=OK\n'), ...one.fire(line)])).toEqual([half, half]);
});
