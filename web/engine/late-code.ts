/**
 * late-code - what late.ts loads: the rare programs, and in the page as built the modules of late-rules.ts
 * (web/at-build.ts writes their list; elsewhere nothing stands for them, so nothing has to be loaded).
 */
export { rare } from '#core/rare';

/** By path in the repository. */
export const rules: Readonly<Record<string, object>> = {};
