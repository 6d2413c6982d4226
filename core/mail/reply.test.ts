import { expect, test } from 'vitest';
import { encodeReply, replyText, softBounce } from './reply.ts';

test('RFC 5321 §4.2.1: one line and many lines', () => {
  expect(encodeReply({ code: 250, enhanced: '2.1.0', text: 'Ok' })).toBe('250 2.1.0 Ok\r\n');
  expect(encodeReply({ code: 250, text: ['host', 'PIPELINING', 'DSN'] })).toBe(
    '250-host\r\n250-PIPELINING\r\n250 DSN\r\n',
  );
  expect(encodeReply({ code: 550, enhanced: '5.7.1', text: ['a', 'b'] })).toBe(
    '550-5.7.1 a\r\n550 5.7.1 b\r\n',
  );
  expect(replyText({ code: 550, enhanced: '5.7.1', text: ['a', 'b'] })).toBe('550 5.7.1 a b');
});

test('RFC 5321 §4.2: text from outside cannot make a line of its own', () => {
  expect(encodeReply({ code: 252, text: 'a\r\n250 b\0\x1b\x7f\tc' })).toBe('252 a??250 b???\tc\r\n');
});

test('postconf(5) soft_bounce: 5 becomes 4 in both codes', () => {
  expect(softBounce({ code: 550, enhanced: '5.1.1', text: 'x' })).toEqual({
    code: 450,
    enhanced: '4.1.1',
    text: 'x',
  });
  expect(softBounce({ code: 502, text: 'x' })).toEqual({ code: 402, text: 'x' });
  const ok = { code: 250, enhanced: '2.0.0', text: 'x' };
  expect(softBounce(ok)).toBe(ok);
  expect(softBounce({ code: 421, text: 'x' })).toEqual({ code: 421, text: 'x' });
});
