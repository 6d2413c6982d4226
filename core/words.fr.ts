/** The sentences of every daemon in French, by the name of its chart: a door of its own, loaded alone. */
import { words as first } from './first-words.fr.ts';
import type { Words } from './kernel/words.ts';
import { destination, message } from './qmgr/held-words.fr.ts';
import { words as rare } from './rare-words.fr.ts';

export { whyWords } from './kernel/why-words.fr.ts';

export const words: Readonly<Record<string, Words>> = { ...first, ...rare, destination, message };
