import fc from 'fast-check';
import { expect, test } from 'vitest';
import { letterOf, lettersIn } from './letter.ts';

test('RFC 5322 §2.2.3: folded fields stay together, the first empty line ends the header', () => {
  const letter = letterOf('Received: from a\n\tby b; now\nSubject: Bonjour\n\nA: no field\n\nend\n');
  expect(letter.fields).toEqual([
    { name: 'Received', value: 'from a\n\tby b; now' },
    { name: 'Subject', value: 'Bonjour' },
  ]);
  expect(letter.body).toBe('A: no field\n\nend\n');
});

test('RFC 5322 §2.1: a letter without header, without body, without anything', () => {
  expect(letterOf('just words\n')).toEqual({ fields: [], body: 'just words\n' });
  expect(letterOf('Subject: x')).toEqual({ fields: [{ name: 'Subject', value: 'x' }], body: '' });
  expect(letterOf('')).toEqual({ fields: [], body: '' });
});

test('RFC 4155: an mbox is cut at From lines behind an empty line', () => {
  const box = 'From a@b Tue\nSubject: 1\n\n>From me\nFrom here on\n\nFrom c@d Wed\nSubject: 2\n\ntwo\n\n';
  const letters = lettersIn(box, true);
  expect(letters.map(({ separator }) => separator)).toEqual(['From a@b Tue', 'From c@d Wed']);
  expect(letters.map(({ body }) => body)).toEqual(['>From me\nFrom here on\n\n', 'two\n\n']);
});

test('RFC 5322 §2.1: no byte of a letter is lost', () => {
  const field = fc.record({
    name: fc.stringMatching(/^[A-Za-z-]{1,12}$/),
    value: fc.stringMatching(/^[!-~][ -~]{0,20}(\n[ \t][!-~]{1,10}){0,2}$/),
  });
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 6 }), fc.string(), (fields, body) => {
      const text = `${fields.map(({ name, value }) => `${name}: ${value}\n`).join('')}\n${body}`;
      const letter = letterOf(text);
      expect(letter.fields).toEqual(fields);
      expect(letter.body).toBe(body);
    }),
    { seed: 5322, numRuns: 60 },
  );
});
