/** Sentences in English of the daemons of rare.ts: a door of its own, which the page loads when it has to. */
import { words as anvil } from './anvil/words.en.ts';
import { words as bounce } from './bounce/words.en.ts';
import { words as dns } from './dns/words.en.ts';
import { words as error } from './error/words.en.ts';
import { words as flush } from './flush/words.en.ts';
import type { Words } from './kernel/words.ts';
import { words as milter } from './milter/words.en.ts';
import { words as pipe } from './pipe/words.en.ts';
import { words as policy } from './policy/words.en.ts';
import { words as verify } from './verify/words.en.ts';

export const words: Readonly<Record<string, Words>> = {
  anvil,
  bounce,
  dns,
  error,
  flush,
  milter,
  pipe,
  policy,
  verify,
};
