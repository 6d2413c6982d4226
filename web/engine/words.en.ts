/** words.en - the core's sentences in English, in a chunk of their own. */
export { wordsEn as words } from '#core';
export { messages } from '../i18n/en.ts';
