/** The sentences of every daemon in English, by the name of its chart: a door of its own, loaded alone. */
import { words as bounce } from './bounce/words.en.ts';
import { words as cleanup } from './cleanup/words.en.ts';
import { words as error } from './error/words.en.ts';
import { words as flush } from './flush/words.en.ts';
import type { Words } from './kernel/words.ts';
import { words as local } from './local/words.en.ts';
import { words as master } from './master/words.en.ts';
import { words as milter } from './milter/words.en.ts';
import { words as pickup } from './pickup/words.en.ts';
import { words as pipe } from './pipe/words.en.ts';
import { words as policy } from './policy/words.en.ts';
import { words as qmgr } from './qmgr/words.en.ts';
import { words as rewrite } from './rewrite/words.en.ts';
import { words as smtpd } from './smtpd/words.en.ts';

export const words: Readonly<Record<string, Words>> = {
  bounce,
  cleanup,
  error,
  flush,
  local,
  master,
  milter,
  pickup,
  pipe,
  policy,
  qmgr,
  smtpd,
  'trivial-rewrite': rewrite,
};
