/**
 * Which milters there are, how they are asked, and what they are told of the machine itself.
 *
 * postconf(5) smtpd_milters, milter_default_action, milter_connect_macros · MILTER_README
 */
import { isBraced, splitItems, unbrace } from '../config/items.ts';
import { splitNameValue } from '../config/main-cf.ts';
import { listOf, type Settings, textOf, timeMsOf } from '../config/settings.ts';
import { readTimeMs } from '../config/values.ts';
import type { Endpoint } from './effects.ts';
import type { MacroLists, Macros, MilterServer } from './milter.ts';

/** `inet:host:port`, `inet:[host]:port`, `unix:path`, `local:path`; undefined: it is none. */
function endpointOf(written: string): Endpoint | undefined {
  const [, transport = '', rest = ''] = /^(inet|inet6|unix|local):(.+)$/s.exec(written) ?? [];
  if (transport === 'unix' || transport === 'local') return { type: 'unix', path: rest };
  const [, bracketed, plain = '', port = ''] = /^(?:\[([^\]]*)\]|(.*)):(\d{1,5})$/s.exec(rest) ?? [];
  const host = bracketed ?? plain;
  if (port === '' || Number(port) > 65_535) return undefined;
  return { type: 'inet', host: host === '' ? 'localhost' : host, port: Number(port) };
}

const TIMES = { connect_timeout: true, command_timeout: true, content_timeout: true } as const;

/** One item of the list; a text says what is wrong with it. */
function serverOf(settings: Settings, item: string): MilterServer | string {
  const inside = item.startsWith('{') ? unbrace(item).text : item;
  const [name = '', ...options] = settings.profile === '2.3' ? [item] : splitItems(inside, settings.profile);
  const told = new Map<string, string>();
  for (const option of options) {
    const given = splitNameValue(option.startsWith('{') ? unbrace(option).text : option);
    if ('error' in given) return `malformed option: ${given.error}`;
    told.set(given.name, given.value);
  }
  const timeMs = (option: keyof typeof TIMES): number => {
    const said = told.get(option);
    const own = said === undefined ? undefined : readTimeMs(option, said, 's');
    return own !== undefined && 'value' in own ? own.value : timeMsOf(settings, `milter_${option}`);
  };
  const endpoint = endpointOf(name);
  if (endpoint === undefined) return `Milter service needs transport:endpoint instead of "${name}"`;
  return {
    ...{ endpoint, name, connectTimeoutMs: timeMs('connect_timeout') },
    ...{ commandTimeoutMs: timeMs('command_timeout'), contentTimeoutMs: timeMs('content_timeout') },
    defaultAction: told.get('default_action') ?? textOf(settings, 'milter_default_action'),
    version: Number(/^[2346]/.exec(told.get('protocol') ?? textOf(settings, 'milter_protocol'))?.[0] ?? 6),
  };
}

/** The milters of a list that can be read, and what is wrong with the others. */
export interface MilterList {
  readonly servers: readonly MilterServer[];
  readonly problems: readonly string[];
}

/** Reads items of smtpd_milters or non_smtpd_milters. Differs: Postfix does not work with a wrong one. */
export function milterList(settings: Settings, items: readonly string[]): MilterList {
  const read = items.map((item) => serverOf(settings, item));
  return {
    servers: read.filter((one) => typeof one !== 'string'),
    problems: read.filter((one) => typeof one === 'string'),
  };
}

/** The items of a text, as in smtpd_milter_maps. */
export function milterItems(settings: Settings, text: string): readonly string[] {
  return splitItems(text, settings.profile);
}

/** Which macros go with which stage. postconf(5) milter_connect_macros */
export function macroLists(settings: Settings): MacroLists {
  // Not listOf: the braces belong to the names.
  const list = (stage: string): readonly string[] =>
    splitItems(textOf(settings, `milter_${stage}_macros`), settings.profile).map((name) =>
      name.length === 1 || name.startsWith('{') ? name : `{${name}}`,
    );
  return {
    ...{ connect: list('connect'), helo: list('helo'), mail: list('mail'), rcpt: list('rcpt') },
    ...{ data: list('data'), unknown: list('unknown_command'), body: list('end_of_data') },
    header: settings.profile === '2.3' ? [] : list('end_of_header'),
  };
}

/** What holds for all sessions, and what milter_macro_defaults says of macros that have no value. */
export function ownMacros(settings: Settings): Macros {
  const macros: Record<string, string> = {};
  if (settings.profile !== '2.3')
    for (const item of listOf(settings, 'milter_macro_defaults')) {
      const given = splitNameValue(isBraced(item) ? unbrace(item).text : item);
      if ('error' in given) continue;
      const bare = given.name.length === 1 || given.name.startsWith('{');
      macros[bare ? given.name : `{${given.name}}`] = given.value;
    }
  return {
    ...macros,
    j: textOf(settings, 'myhostname'),
    '{daemon_name}': textOf(settings, 'milter_macro_daemon_name'),
    v: textOf(settings, 'milter_macro_v'),
  };
}
