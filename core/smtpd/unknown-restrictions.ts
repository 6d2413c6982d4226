/**
 * unknown-restrictions - names in restriction lists that no restriction has: whoever meets one hears 451.
 *
 * postconf(5) smtpd_recipient_restrictions, smtpd_restriction_classes · smtpd(8) DIAGNOSTICS
 */
import type { Problem } from '../config/problem.ts';
import { listOf, type Settings } from '../config/settings.ts';
import { restrictionNames, takesArgument } from './restriction-rules.ts';

const STAGES = ['client', 'helo', 'sender', 'relay', 'recipient', 'data', 'end_of_data', 'etrn'];

/** The parameters whose values are lists of restrictions: those of the session, and the classes. */
function lists(settings: Settings): readonly string[] {
  const own = settings.profile === '2.3' ? STAGES.filter((stage) => stage !== 'relay') : STAGES;
  const classes = listOf(settings, 'smtpd_restriction_classes');
  return [...own.map((stage) => `smtpd_${stage}_restrictions`), ...classes];
}

/** Of two texts: how many letters must be put in, taken out or changed. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** A longer name has room for more mistakes. */
function closest(name: string, names: readonly string[]): string | undefined {
  const most = Math.max(2, Math.floor(name.length / 5));
  let best: { readonly name: string; readonly far: number } | undefined;
  for (const one of names) {
    const far = distance(name, one);
    if (far <= most && (best === undefined || far < best.far)) best = { name: one, far };
  }
  return best?.name;
}

function problem(settings: Settings, parameter: string, name: string, known: readonly string[]): Problem {
  const entry = settings.main.get(parameter);
  const better = closest(name.toLowerCase(), known);
  const where = entry === undefined ? '' : `${entry.file}, line ${entry.line}: `;
  return {
    severity: 'warning',
    text: `${where}${parameter}: unknown smtpd restriction: "${name}"`,
    ...{ file: entry?.file, line: entry?.line },
    ...(better === undefined
      ? {}
      : { remedy: { en: `Did you mean ${better}?`, fr: `Vouliez-vous dire ${better} ?` } }),
  };
}

/**
 * A warning for each name that is no restriction, no class and no table, with its file and line, and with the
 * name that may have been meant.
 */
export function unknownRestrictions(settings: Settings): readonly Problem[] {
  const classes = listOf(settings, 'smtpd_restriction_classes');
  const known = restrictionNames(settings.profile);
  return lists(settings).flatMap((parameter) => {
    const items = listOf(settings, parameter);
    const problems: Problem[] = [];
    for (let at = 0; at < items.length; at++) {
      const name = items[at] ?? '';
      const isKnown = name.includes(':') || classes.includes(name) || known.includes(name.toLowerCase());
      if (!isKnown) problems.push(problem(settings, parameter, name, [...known, ...classes]));
      if (takesArgument(name)) at += 1;
    }
    return problems;
  });
}
