/** words.fr - les phrases du noyau en français, dans un morceau à part. */
export { wordsFr as words } from '#core';
export { messages } from '../i18n/fr.ts';
