/**
 * settings-check - reads every parameter that main.cf and master.cf set, and collects Postfix's complaints.
 *
 * postconf(5). Made once, at the start; afterwards an accessor that meets a bad value takes the default.
 */
import { identityProblem } from './identity-check.ts';
import { listProblems } from './lists-check.ts';
import type { MainEntry } from './main-cf.ts';
import type { ServiceEntry } from './master-cf.ts';
import type { Problem, Remedy } from './problem.ts';
import { profileOf } from './profile.ts';
import type { ParameterEntry } from './registry.ts';
import { expansionOf, forService, intOf, rawOf, ruleOf, type Settings, textOf } from './settings.ts';
import { type Reading, readBool, readInt, readLong, readString, readTimeMs } from './values.ts';

/** Where something is written. */
type Place = Pick<Problem, 'file' | 'line'>;

function placeOf(entry: MainEntry | undefined): Place {
  return { file: entry?.file, line: entry?.line };
}

function reading(settings: Settings, name: string, rule: ParameterEntry, text: string): Reading<unknown> {
  switch (rule.type) {
    case 'bool':
    case 'nbool':
      return readBool(name, text);
    case 'int':
    case 'nint':
      return readInt(name, text, rule);
    case 'long':
      return readLong(name, text, rule);
    case 'time':
      return readTimeMs(name, text, rule.unit, rule, settings.profile);
    case 'string':
    case 'raw':
      return readString(name, text, rule);
    default:
      return rule.type satisfies never;
  }
}

function remedyFor(name: string, rule: ParameterEntry): Remedy {
  const kinds: Readonly<Record<string, readonly [string, string]>> = {
    bool: ['yes or no', 'yes ou no'],
    nbool: ['yes or no', 'yes ou no'],
    time: ['a number and a unit, such as 300s, 5m, 1h, 5d', 'un nombre et une unité, comme 300s, 5m, 1h, 5d'],
  };
  const [en, fr] = kinds[rule.type] ?? [
    'a value within the limits of postconf(5)',
    'une valeur permise par postconf(5)',
  ];
  return {
    en: `Give ${name} ${en}, or remove the line.`,
    fr: `Donnez à ${name} ${fr}, ou ôtez la ligne.`,
  };
}

/** One parameter: does it expand, is it what it should be, are its items sound? */
function parameterProblems(settings: Settings, name: string, place: Place): readonly Problem[] {
  const rule = ruleOf(name);
  const raw = rawOf(settings, name);
  // Text of type raw is expanded where it is used, with names that only exist there.
  const expansion = rule?.type === 'raw' ? ({ ok: true, text: raw } as const) : expansionOf(settings, raw);
  if (!expansion.ok)
    return [
      { severity: 'warning', text: expansion.warning, ...place },
      { severity: 'fatal', text: expansion.fatal, ...place },
    ];
  const problems: Problem[] = [];
  const result = rule === undefined ? undefined : reading(settings, name, rule, expansion.text);
  if (rule !== undefined && result?.ok === false)
    problems.push({ severity: 'fatal', text: result.fatal, ...place, remedy: remedyFor(name, rule) });
  for (const found of listProblems(settings, name)) problems.push({ ...found, ...place });
  return problems;
}

/** The `-o` of one service; Postfix lets the service's program die, here nothing starts. */
function overrideProblems(settings: Settings, service: ServiceEntry): readonly Problem[] {
  const file = `${textOf(settings, 'config_directory')}/master.cf`;
  const own = forService(settings, service);
  return [...new Map(service.overrides).keys()].flatMap((name) =>
    parameterProblems(own, name, { file, line: service.line }),
  );
}

/**
 * Every bad value of main.cf and of master.cf's overrides, fatal as in Postfix, with file, line and remedy.
 */
export function checkSettings(settings: Settings): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [name, entry] of settings.main)
    problems.push(...parameterProblems(settings, name, placeOf(entry)));
  for (const service of settings.master) problems.push(...overrideProblems(settings, service));
  problems.push(...wrongIdentity(settings), ...wrongProfile(settings), ...sizeLimits(settings));
  return withoutRepeats(problems);
}

function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ text, line }) => {
    const key = `${line}:${text}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function wrongIdentity(settings: Settings): readonly Problem[] {
  const found = identityProblem(settings);
  if (found === undefined) return [];
  const { severity, text, name } = found;
  return [{ severity, text, ...placeOf(settings.main.get(name)) }];
}

function wrongProfile(settings: Settings): readonly Problem[] {
  const entry = settings.main.get('postfix_version_profile');
  if (entry === undefined || profileOf(entry.value) !== undefined) return [];
  const remedy = { en: 'Write 2.3 or 3.x.', fr: 'Écrivez 2.3 ou 3.x.' };
  const text = `bad postfix_version_profile: "${entry.value}"`;
  return [{ severity: 'fatal', text, ...placeOf(entry), remedy }];
}

/** What local(8) dies of: mail that is accepted and then does not fit into any mailbox. */
function sizeProblem(settings: Settings): string | undefined {
  const [mailbox, message] = [intOf(settings, 'mailbox_size_limit'), intOf(settings, 'message_size_limit')];
  if (mailbox === 0 || (message !== 0 && mailbox >= message)) return undefined;
  if (settings.profile === '2.3')
    return 'main.cf configuration error: mailbox_size_limit is smaller than message_size_limit';
  return message === 0
    ? 'configuration error: mailbox_size_limit is limited but message_size_limit is unlimited'
    : 'configuration error: mailbox_size_limit is smaller than message_size_limit';
}

function sizeLimits(settings: Settings): readonly Problem[] {
  const text = sizeProblem(settings);
  if (text === undefined) return [];
  const entry = settings.main.get('message_size_limit') ?? settings.main.get('mailbox_size_limit');
  const remedy = {
    en: 'Raise mailbox_size_limit to at least message_size_limit, or set it to 0 (no limit).',
    fr: 'Portez mailbox_size_limit au moins à message_size_limit, ou mettez 0 (sans limite).',
  };
  return [{ severity: 'fatal', text, ...placeOf(entry), remedy }];
}
