/** The sentences of every daemon in English, by the name of its chart: a door of its own, loaded alone. */
import { words as first } from './first-words.en.ts';
import type { Words } from './kernel/words.ts';
import { destination, message } from './qmgr/held-words.en.ts';
import { words as rare } from './rare-words.en.ts';

export { whyWords } from './kernel/why-words.en.ts';

export const words: Readonly<Record<string, Words>> = { ...first, ...rare, destination, message };
