/** Phrases en français des démons que toute lettre rencontre : une porte à part, chargée d'abord. */
import { words as cleanup } from './cleanup/words.fr.ts';
import type { Words } from './kernel/words.ts';
import { words as local } from './local/words.fr.ts';
import { words as master } from './master/words.fr.ts';
import { words as pickup } from './pickup/words.fr.ts';
import { words as qmgr } from './qmgr/words.fr.ts';
import { words as rewrite } from './rewrite/words.fr.ts';
import { words as smtpd } from './smtpd/words.fr.ts';

export const words: Readonly<Record<string, Words>> = {
  cleanup,
  local,
  master,
  pickup,
  qmgr,
  'trivial-rewrite': rewrite,
  smtpd,
};
