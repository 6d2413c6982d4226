/** words.fr - les phrases du noyau et de la page en français, dans un morceau à part. */
export { words } from '#core/first-words.fr';
export { messages } from '../i18n/fr.ts';
export { panels } from '../i18n/panels.fr.ts';
