/** words.en - the core's sentences and the page's in English, in a chunk of their own. */
export { words } from '#core/first-words.en';
export { messages } from '../i18n/en.ts';
export { panels } from '../i18n/panels.en.ts';
