/**
 * identity-check - the checks on the machine's own names that every Postfix program makes when it starts.
 *
 * postconf(5) myhostname, mydomain, myorigin · Postfix: src/global/mail_params.c, src/util/valid_hostname.c
 */
import { levelOf } from './compare.ts';
import { styleProblem } from './computed.ts';
import { fold } from './fold.ts';
import type { Problem } from './problem.ts';
import { type Settings, textOf } from './settings.ts';

/** Labels of letters, digits, `_` and inner `-`, at most 63 long, not all digits. RFC 1123 §2.1 */
export function isHostName(name: string): boolean {
  if (name.length > 255 || /^[\d.]*$/.test(name)) return false;
  return name.split('.').every((label) => /^(?=.{1,63}$)\w(?:[\w-]*\w)?$/.test(label));
}

type Check = (settings: Settings, value: string) => string | undefined;

function nameCheck(parameter: string): Check {
  return (settings, value) => {
    if (value === '') return `bad string length 0 < 1: ${parameter} = `;
    if (isHostName(value)) return undefined;
    const file = `${textOf(settings, 'config_directory')}/main.cf`;
    return `file ${file}: parameter ${parameter}: bad parameter value: ${value}`;
  };
}

function severalValues(parameter: string, value: string): string | undefined {
  return /[\s,]/.test(value)
    ? `${parameter} parameter setting must not contain multiple values: ${value}`
    : undefined;
}

const checks: Readonly<Record<string, Check>> = {
  compatibility_level: (_, value) =>
    levelOf(value) === undefined ? `malformed compatibility level syntax: "${value}"` : undefined,
  myhostname: nameCheck('myhostname'),
  mydomain: nameCheck('mydomain'),
  myorigin: (_, value) => severalValues('myorigin', value),
  relayhost: (settings, value) => {
    const host = textOf(settings, 'myhostname');
    if (value !== '' && fold(value) === fold(host))
      return `myhostname and relayhost parameter settings must not be identical: ${host}`;
    return settings.profile === '2.3' ? severalValues('relayhost', value) : undefined;
  },
  mynetworks_style: (_, value) => styleProblem(value),
};

/**
 * What Postfix dies of because of the names it would carry; `name` is the parameter to look at. Only the
 * first is told: mydomain follows from myhostname, and mynetworks_style from compatibility_level.
 */
export function identityProblem(
  settings: Settings,
): (Pick<Problem, 'severity' | 'text'> & { readonly name: string }) | undefined {
  for (const [name, check] of Object.entries(checks)) {
    if (name === 'compatibility_level' && settings.profile === '2.3') continue;
    const text = check(settings, textOf(settings, name));
    if (text !== undefined) return { severity: 'fatal', text, name };
  }
  return undefined;
}
