/** How long a command may run and what it finds in its environment. pipe(8) · spawn(8) */
import { type Settings, textOf, timeMsOf } from './settings.ts';

/** postconf(5) transport_time_limit: `NAME_time_limit`, where nobody says otherwise command_time_limit. */
export function commandTimeLimitMs(settings: Settings, service: string): number {
  const own = `${service}_time_limit`;
  return timeMsOf(settings, textOf(settings, own) === '' ? 'command_time_limit' : own);
}

/** Values that are given here, and names that keep the value they have. */
export interface CommandEnvironment {
  readonly fixed: Readonly<Record<string, string>>;
  readonly kept: readonly string[];
}

/** postconf(5) export_environment. */
export function commandEnvironment(settings: Settings): CommandEnvironment {
  const fixed: Record<string, string> = {
    ...{ PATH: '/usr/bin:/bin', MAIL_CONFIG: textOf(settings, 'config_directory'), LANG: 'C' },
  };
  const kept: string[] = [];
  for (const word of textOf(settings, 'export_environment').split(/[\s,]+/)) {
    const equals = word.indexOf('=');
    if (equals > 0) fixed[word.slice(0, equals)] = word.slice(equals + 1);
    else if (word !== '' && !Object.hasOwn(fixed, word)) kept.push(word);
  }
  return { fixed, kept };
}
