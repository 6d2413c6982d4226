/** Every command gets exactly one reply, whatever a client says and smtpd is told. RFC 5321 §4.2 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smtpd } from '../../core/smtpd/machine.ts';
import { openSession, type TestSession } from '../../core/smtpd/test-session.ts';
import { VERBS } from '../../core/smtpd/types.ts';
import { search } from '../support/search.ts';
import { sessionOptions, smtpLine } from './smtp-lines.ts';

/** Single lines within line_length_limit: 2.3 takes a longer one for two commands. */
const line = smtpLine.filter((text) => text.length < 1000 && !text.includes('\n'));
const text = fc.constantFrom(
  '\r\n.\r\n',
  'Subject: a\r\n\r\nb\r\n.\r\n',
  '..\r\n.\r\n',
  `${'x'.repeat(200)}\r\n.\r\n`,
);

/** Last lines of replies: a code and a blank. */
function codesIn(said: string): readonly string[] {
  return [...said.matchAll(/^(\d{3}) /gm)].map(([, code = '']) => code);
}

/** Sends, and lets smtpd sleep as long as it wants before it answers. */
function ask(session: TestSession, bytes: string): readonly string[] {
  return codesIn(`${session.send(bytes)}${session.wait(60_000)}`);
}

/** One reply; or one and a 421 with which smtpd hangs up after too many errors. */
function isOneReply(codes: readonly string[], session: TestSession): boolean {
  if (codes.length === 1) return true;
  return codes.length === 2 && codes[1] === '421' && session.closed();
}

test('RFC 5321 §4.2: every command in every state gets exactly one reply', () => {
  const met = new Set<string>();
  const talk = fc.array(fc.tuple(line, text), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(sessionOptions, talk, (options, lines) => {
      const session = openSession(options);
      expect(ask(session, '')).toHaveLength(1);
      for (const [command, message] of lines) {
        if (session.closed()) break;
        const codes = ask(session, `${command}\r\n`);
        expect(isOneReply(codes, session), `${JSON.stringify(command)}: ${codes}`).toBe(true);
        if (session.state() !== 'receiving') continue;
        expect(codes).toEqual(['354']);
        const ends = ask(session, message);
        expect(isOneReply(ends, session), `end of data: ${ends}`).toBe(true);
      }
      for (const { state, event } of session.rows) met.add(`${state} ${event}`);
    }),
    search(2500),
  );
  const readers = Object.values(smtpd.states).filter(({ tags }) => tags.includes('read.lines'));
  const wanted = readers.flatMap(({ key }) => [...VERBS, 'UNKNOWN'].map((verb) => `${key} ${verb}`));
  expect(wanted.filter((pair) => !met.has(pair))).toEqual([]);
});

test('RFC 2920 §3.1: commands in one piece get as many replies, in order, unless smtpd hangs up', () => {
  let [whole, cut] = [0, 0];
  const group = fc.array(
    line.filter((one) => !/^(?:data|quit)\b/i.test(one)),
    { minLength: 2, maxLength: 12 },
  );
  fc.assert(
    fc.property(sessionOptions, group, (options, lines) => {
      const session = openSession(options);
      ask(session, '');
      ask(session, 'EHLO mail\r\n');
      if (session.closed()) return;
      const codes = ask(session, lines.map((one) => `${one}\r\n`).join(''));
      if (session.closed()) {
        cut += 1;
        expect(codes.length).toBeLessThanOrEqual(lines.length + 1);
      } else {
        whole += 1;
        expect(codes).toHaveLength(lines.length);
      }
    }),
    search(300),
  );
  expect([whole > 20, cut > 20]).toEqual([true, true]);
});
