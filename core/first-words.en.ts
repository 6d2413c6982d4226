/** English sentences of the daemons that every letter meets: a door of its own, loaded first by the page. */
import { words as cleanup } from './cleanup/words.en.ts';
import type { Words } from './kernel/words.ts';
import { words as local } from './local/words.en.ts';
import { words as master } from './master/words.en.ts';
import { words as pickup } from './pickup/words.en.ts';
import { words as qmgr } from './qmgr/words.en.ts';
import { words as rewrite } from './rewrite/words.en.ts';
import { words as smtpd } from './smtpd/words.en.ts';

export const words: Readonly<Record<string, Words>> = {
  cleanup,
  local,
  master,
  pickup,
  qmgr,
  'trivial-rewrite': rewrite,
  smtpd,
};
