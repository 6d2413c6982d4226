/** Phrases en français des démons de rare.ts : une porte à part, que la page charge quand il le faut. */
import { words as anvil } from './anvil/words.fr.ts';
import { words as bounce } from './bounce/words.fr.ts';
import { words as dns } from './dns/words.fr.ts';
import { words as error } from './error/words.fr.ts';
import { words as flush } from './flush/words.fr.ts';
import type { Words } from './kernel/words.ts';
import { words as milter } from './milter/words.fr.ts';
import { words as pipe } from './pipe/words.fr.ts';
import { words as policy } from './policy/words.fr.ts';
import { words as verify } from './verify/words.fr.ts';

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
