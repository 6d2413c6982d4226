/**
 * lists-check - what is wrong with the lists and table names in main.cf, before anybody looks something up.
 *
 * postconf(5) mynetworks · DATABASE_README · Postfix: src/util/match_list.c, src/util/dict_open.c
 */
import { matchLists, namesTables } from './list-names.ts';
import { patternsOf } from './list-patterns.ts';
import type { Problem, Remedy } from './problem.ts';
import { listOf, type Settings } from './settings.ts';
import { tableProblem } from './tables/store.ts';

/** A finding about a parameter, not yet with its place. */
type Finding = Pick<Problem, 'severity' | 'text' | 'remedy'>;

/** Since 3.0 a bad item is a warning whenever it is met; in 2.3 the program dies. */
function severityOf(settings: Settings): Problem['severity'] {
  return settings.profile === '2.3' ? 'fatal' : 'warning';
}

function networkRemedy(written: string, error: string): Remedy {
  const better = /use "([^"]*)" instead/.exec(error)?.[1];
  return better === undefined
    ? {
        en: `Write "${written}" as address/length, such as 192.0.2.0/24 or [2001:db8::]/32.`,
        fr: `Écrivez « ${written} » sous la forme adresse/longueur, comme 192.0.2.0/24 ou [2001:db8::]/32.`,
      }
    : { en: `Write ${better} instead of ${written}.`, fr: `Écrivez ${better} à la place de ${written}.` };
}

function listFindings(settings: Settings, name: string): readonly Finding[] {
  const { patterns, warnings, fatal } = patternsOf(settings, name);
  const findings: Finding[] = warnings.map((text) => ({ severity: 'warning', text }));
  if (fatal !== undefined) findings.push({ severity: 'fatal', text: fatal });
  for (const pattern of patterns) {
    if (pattern.type === 'table') {
      const problem = tableProblem(pattern.ref);
      if (problem !== undefined)
        findings.push({ severity: tableSeverity(settings, problem.text), ...problem });
    } else if (pattern.type === 'literal' && pattern.network !== undefined && 'error' in pattern.network) {
      const { error } = pattern.network;
      const text = settings.profile === '2.3' ? error : `${name}: ${error}`;
      findings.push({ severity: severityOf(settings), text, remedy: networkRemedy(pattern.written, error) });
    }
  }
  return findings;
}

/** A name without type or table always kills the program; an unknown type only answers nothing since 2.10. */
function tableSeverity(settings: Settings, text: string): Problem['severity'] {
  return text.startsWith('open dictionary: ') ? 'fatal' : severityOf(settings);
}

function mapFindings(settings: Settings, name: string): readonly Finding[] {
  return listOf(settings, name).flatMap((ref) => {
    const problem = tableProblem(ref);
    return problem === undefined ? [] : [{ severity: tableSeverity(settings, problem.text), ...problem }];
  });
}

/** Findings about one parameter; none for a parameter that is neither a list nor names tables. */
export function listProblems(settings: Settings, name: string): readonly Finding[] {
  if (matchLists.includes(name)) return listFindings(settings, name);
  return namesTables(name) ? mapFindings(settings, name) : [];
}
