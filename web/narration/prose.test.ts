import { expect, test } from 'vitest';
import { piecesOf } from './prose.ts';

test('page: names of programs and queues stand out, paths do not', () => {
  expect(piecesOf('trivial-rewrite(8) puts it into deferred, as active/4F says.')).toEqual([
    { text: 'trivial-rewrite(8)', isName: true },
    { text: ' puts it into ', isName: false },
    { text: 'deferred', isName: true },
    { text: ', as active/4F says.', isName: false },
  ]);
  expect(piecesOf('')).toEqual([]);
});

test('page: French signs stay on the line of the word before them', () => {
  expect(piecesOf('Il dit : « oui » ; bien !').map(({ text }) => text)).toEqual([
    'Il dit\u00a0: «\u00a0oui\u00a0»\u00a0; bien\u00a0!',
  ]);
});
