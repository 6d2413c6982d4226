/**
 * settings-check - reads every parameter that main.cf sets as what it is, and collects Postfix's complaints.
 *
 * postconf(5). Daemons read after this check only; what slips through falls back to the default.
 */
import { expand } from './expand.ts';
import type { Problem, Remedy } from './problem.ts';
import { profileOf } from './profile.ts';
import { type ParameterEntry, parameterOf } from './registry.ts';
import { intOf, rawOf, type Settings } from './settings.ts';
import { type Reading, readBool, readInt, readLong, readString, readTimeMs } from './values.ts';

function reading(settings: Settings, entry: ParameterEntry, text: string): Reading<unknown> {
  switch (entry.type) {
    case 'bool':
    case 'nbool':
      return readBool(entry.name, text);
    case 'int':
    case 'nint':
      return readInt(entry.name, text, entry);
    case 'long':
      return readLong(entry.name, text, entry);
    case 'time':
      return readTimeMs(entry.name, text, entry.unit, entry, settings.profile);
    case 'string':
    case 'raw':
      // Minimum lengths are checked by the one program that reads the parameter.
      return readString(entry.name, text, { max: entry.max });
    default:
      return entry.type satisfies never;
  }
}

function remedyFor(entry: ParameterEntry): Remedy {
  const kinds: Readonly<Record<string, readonly [string, string]>> = {
    bool: ['yes or no', 'yes ou no'],
    nbool: ['yes or no', 'yes ou no'],
    time: ['a number and a unit, such as 300s, 5m, 1h, 5d', 'un nombre et une unité, comme 300s, 5m, 1h, 5d'],
  };
  const [en, fr] = kinds[entry.type] ?? [
    'a value within the limits of postconf(5)',
    'une valeur permise par postconf(5)',
  ];
  return {
    en: `Give ${entry.name} ${en}, or remove the line.`,
    fr: `Donnez à ${entry.name} ${fr}, ou ôtez la ligne.`,
  };
}

/** Every bad value of main.cf and of the overrides, fatal as in Postfix, with file, line and remedy. */
export function checkSettings(settings: Settings): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [name, { file, line }] of settings.main) {
    const entry = parameterOf(name);
    const lookup = (inner: string): string | undefined => rawOf(settings, inner);
    const expansion = expand(rawOf(settings, name), lookup, settings.profile);
    if (!expansion.ok) problems.push({ severity: 'fatal', text: expansion.warning, file, line });
    if (!expansion.ok || entry === undefined || entry.type === 'raw') continue;
    const result = reading(settings, entry, expansion.text);
    if (!result.ok)
      problems.push({ severity: 'fatal', text: result.fatal, file, line, remedy: remedyFor(entry) });
  }
  problems.push(...wrongProfile(settings), ...sizeLimits(settings));
  return problems;
}

function wrongProfile(settings: Settings): readonly Problem[] {
  const entry = settings.main.get('postfix_version_profile');
  if (entry === undefined || profileOf(entry.value) !== undefined) return [];
  const remedy = { en: 'Write 2.3 or 3.x.', fr: 'Écrivez 2.3 ou 3.x.' };
  const text = `bad postfix_version_profile: "${entry.value}"`;
  return [{ severity: 'fatal', text, file: entry.file, line: entry.line, remedy }];
}

/** local(8) refuses to run when a message that is accepted cannot be delivered. */
function sizeLimits(settings: Settings): readonly Problem[] {
  const [mailbox, message] = [intOf(settings, 'mailbox_size_limit'), intOf(settings, 'message_size_limit')];
  if (mailbox === 0 || (message !== 0 && mailbox >= message)) return [];
  const text = 'main.cf configuration error: mailbox_size_limit is smaller than message_size_limit';
  const entry = settings.main.get('message_size_limit') ?? settings.main.get('mailbox_size_limit');
  const remedy = {
    en: 'Raise mailbox_size_limit to at least message_size_limit, or set it to 0 (no limit).',
    fr: 'Portez mailbox_size_limit au moins à message_size_limit, ou mettez 0 (sans limite).',
  };
  return [{ severity: 'fatal', text, file: entry?.file, line: entry?.line, remedy }];
}
