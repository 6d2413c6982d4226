/**
 * The argument of check_policy_service: a server, and how it is to be asked.
 *
 * postconf(5) check_policy_service · SMTPD_POLICY_README "Advanced policy client configuration"
 */
import { splitItems, unbrace } from '../config/items.ts';
import { splitNameValue } from '../config/main-cf.ts';
import { intOf, type Settings, textOf, timeMsOf } from '../config/settings.ts';
import { readInt, readTimeMs } from '../config/values.ts';
import type { Endpoint } from '../kernel/effects.ts';
import type { PolicyServer } from '../kernel/policy.ts';

/** A server as a restriction list names it. */
export interface NamedServer {
  /** As it is written: `inet:127.0.0.1:10031`. */
  readonly written: string;
  readonly server: PolicyServer;
  readonly defaultAction: string;
  readonly policyContext: string;
}

type Told = Readonly<Record<string, string>>;

const TIMES = ['timeout', 'max_idle', 'max_ttl', 'retry_delay'];
const NUMBERS = ['request_limit', 'try_limit'];
const TEXTS = ['default_action', 'policy_context'];

/** `inet:host:port`, `unix:path`; a text says what is wrong with it. */
function endpointOf(written: string): Endpoint | string {
  const [, transport = '', rest = ''] = /^([^:]*):(.+)$/s.exec(written) ?? [];
  if (transport === '') return `need service transport:endpoint instead of "${written}"`;
  if (transport === 'unix') return { type: 'unix', path: rest };
  if (transport !== 'inet') return `invalid transport name: ${transport} in service: ${written}`;
  const [, bracketed, plain = '', port = ''] = /^(?:\[([^\]]*)\]|(.*)):(\d+)$/s.exec(rest) ?? [];
  const host = bracketed ?? plain;
  if (port === '' || Number(port) > 65_535) return `bad endpoint syntax: ${written}`;
  return { type: 'inet', host: host === '' ? 'localhost' : host, port: Number(port) };
}

/** What the options say, or what is wrong with them. */
function optionsIn(items: readonly string[]): Told | string {
  const told: Record<string, string> = {};
  for (const item of items) {
    const text = item.startsWith('{') ? unbrace(item).text : item;
    const option = splitNameValue(text);
    if ('error' in option) return `malformed option: ${option.error}`;
    const { name, value } = option;
    const isTime = TIMES.includes(name);
    if (!isTime && !NUMBERS.includes(name) && !TEXTS.includes(name))
      return `unknown option: "${name} = ${value}"`;
    const read = isTime
      ? readTimeMs(name, value, 's')
      : NUMBERS.includes(name)
        ? readInt(name, value)
        : undefined;
    if (read !== undefined && !read.ok) return read.fatal;
    told[name] = value;
  }
  return told;
}

function timeMs(settings: Settings, told: Told, name: string): number {
  const own = told[name];
  const read = own === undefined ? undefined : readTimeMs(name, own, 's');
  return read !== undefined && 'value' in read
    ? read.value
    : timeMsOf(settings, `smtpd_policy_service_${name}`);
}

function count(settings: Settings, told: Told, name: string): number {
  return Number(told[name] ?? intOf(settings, `smtpd_policy_service_${name}`));
}

/** What a server that failed counts as, where nothing else is configured. Since 3.0 it can be. */
export const DEFAULT_ACTION = '451 4.3.5 Server configuration problem';

/** Reads the argument; a text says what is wrong with it. */
export function serverOf(settings: Settings, argument: string): NamedServer | string {
  const isOld = settings.profile === '2.3';
  // A list gives its items without their braces.
  const inside = argument.startsWith('{') ? unbrace(argument).text : argument;
  const items = isOld ? [argument] : splitItems(inside, settings.profile);
  const [written = '', ...options] = items;
  const endpoint = endpointOf(written);
  if (typeof endpoint === 'string') return endpoint;
  const told = optionsIn(options);
  if (typeof told === 'string') return told;
  const name = written.slice('inet:'.length);
  const times = {
    timeoutMs: timeMs(settings, told, 'timeout'),
    maxIdleMs: timeMs(settings, told, 'max_idle'),
    maxTtlMs: timeMs(settings, told, 'max_ttl'),
  };
  // Before 3.0 there was no limit, and two tries with a second between them.
  const patience = isOld
    ? { requestLimit: 0, tryLimit: 2, retryDelayMs: 1000 }
    : {
        requestLimit: count(settings, told, 'request_limit'),
        tryLimit: count(settings, told, 'try_limit'),
        retryDelayMs: timeMs(settings, told, 'retry_delay'),
      };
  const text = (option: string): string => told[option] ?? textOf(settings, `smtpd_policy_service_${option}`);
  return {
    ...{ written, server: { endpoint, name, ...times, ...patience } },
    defaultAction: isOld ? DEFAULT_ACTION : text('default_action'),
    policyContext: isOld ? '' : text('policy_context'),
  };
}
