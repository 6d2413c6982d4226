/** The sentences of every daemon in French, by the name of its chart: a door of its own, loaded alone. */
import { words as bounce } from './bounce/words.fr.ts';
import { words as cleanup } from './cleanup/words.fr.ts';
import { words as error } from './error/words.fr.ts';
import { words as flush } from './flush/words.fr.ts';
import type { Words } from './kernel/words.ts';
import { words as local } from './local/words.fr.ts';
import { words as master } from './master/words.fr.ts';
import { words as milter } from './milter/words.fr.ts';
import { words as pickup } from './pickup/words.fr.ts';
import { words as pipe } from './pipe/words.fr.ts';
import { words as policy } from './policy/words.fr.ts';
import { words as qmgr } from './qmgr/words.fr.ts';
import { words as rewrite } from './rewrite/words.fr.ts';
import { words as smtpd } from './smtpd/words.fr.ts';

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
