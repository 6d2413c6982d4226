/** A resolver for tests: born, asked, and answered by whoever plays the name servers. */
import { parseMainCf } from '../config/main-cf.ts';
import { makeSettings } from '../config/settings.ts';
import type { DnsAnswer, DnsRecord, DnsType } from '../kernel/dns.ts';
import type { Effect } from '../kernel/effects.ts';
import type { WorldEvent } from '../kernel/events.ts';
import type { Row } from '../kernel/process.ts';
import { dnsDaemon } from './daemon.ts';
import { type DnsDraft, type DnsMessage, decodeMessage, encodeMessage } from './message.ts';
import type { DnsContext } from './types.ts';

const NOBODY = new Uint8Array(0);

/** A question that somebody was sent. */
export interface Sent {
  readonly socket: string;
  readonly address: string;
  readonly port: number;
  readonly how: 'udp' | 'tcp';
  readonly message: DnsMessage;
}

export function settingsFor(mainCf: string, nameServers: readonly string[] = []) {
  const { entries } = parseMainCf(mainCf, 'main.cf', '3.x');
  return makeSettings({ mainCf: entries, computed: { nameServers } });
}

/** `at` goes on as timers fire. */
export function newResolver(mainCf = '', nameServers: readonly string[] = ['192.0.2.53'], seed = 1) {
  const settings = settingsFor(mainCf, nameServers);
  const birth = {
    process: 'dns',
    pid: 1,
    service: 'dns',
    services: [],
    zone: { offsetMinutes: 0, name: 'UTC' },
  };
  let { state } = dnsDaemon.start({ ...birth, settings, seed, at: 0 }, 0);
  let now = 0;
  const sent: Sent[] = [];
  const answers: DnsAnswer[] = [];
  const rows: Row[] = [];
  const timers = new Map<string, number>();
  const calls = new Map<string, { readonly host: string; readonly port: number }>();
  const open = new Set<string>();

  function note(how: Sent['how'], socket: string, address: string, port: number, bytes: Uint8Array): void {
    const message = decodeMessage(how === 'tcp' ? bytes.subarray(2) : bytes);
    if (message !== undefined) sent.push({ socket, address, port, how, message });
  }

  function perform(effect: Effect): void {
    if (effect.type === 'timer.set') timers.set(effect.timer, now + effect.afterMs);
    else if (effect.type === 'timer.clear') timers.delete(effect.timer);
    else if (effect.type === 'udp.send') {
      open.add(effect.socket);
      note('udp', effect.socket, effect.address, effect.port, effect.bytes);
    } else if (effect.type === 'udp.close') open.delete(effect.socket);
    else if (effect.type === 'net.connect' && effect.endpoint.type === 'inet') {
      open.add(effect.connection);
      calls.set(effect.connection, effect.endpoint);
    } else if (effect.type === 'net.drop') open.delete(effect.connection);
    else if (effect.type === 'net.send') {
      const { host = '', port = 0 } = calls.get(effect.connection) ?? {};
      note('tcp', effect.connection, host, port, effect.bytes);
    } else if (effect.type === 'send' && effect.note.type === 'dns.answer') answers.push(effect.note);
  }

  function happen(event: Record<string, unknown>): readonly Effect[] {
    const step = dnsDaemon.step(state, { ...event, at: now } as unknown as WorldEvent);
    state = step.state;
    rows.push(...step.rows);
    step.effects.forEach(perform);
    return step.effects;
  }

  return {
    ...{ sent, answers, rows, happen, timers, open, settings },
    context: () => state.context as DnsContext,
    ask: (name: string, rrtype: DnsType = 'A', token = `${rrtype} ${name}`) =>
      happen({ type: 'dns.query', token, name, rrtype, from: 'smtpd:1' }),
    /** The name server that was asked last says this. */
    reply: (bytes: Uint8Array = NOBODY, socket = sent.at(-1)?.socket ?? '') =>
      happen({ type: 'udp.received', socket, bytes }),
    pass: (ms: number) => {
      now += ms;
    },
    /** The timer that is due next fires. */
    expire: () => {
      const [next] = [...timers].sort(([, one], [, other]) => one - other);
      if (next === undefined) return;
      now = next[1];
      timers.delete(next[0]);
      happen({ type: 'timer.fired', timer: next[0] });
    },
    now: () => now,
  };
}

/** The reply to a question, in bytes. */
export function replyBytes({ message }: Sent, draft: Partial<DnsDraft> = {}): Uint8Array {
  const question = message.question ?? { name: '', rrtype: 'A' };
  const base = { isReply: true, isTruncated: false, rcode: 0, answers: [], authority: [] };
  return encodeMessage({ id: message.id, ...base, question, ...draft }) ?? NOBODY;
}

/** `mail.example MX 10 mx.example` as a record. */
export function recordIn(line: string, ttl = 60): DnsRecord {
  const [name = '', rrtype = 'A', ...rest] = line.split(' ');
  const preference = rrtype === 'MX' ? Number(rest.shift()) : 0;
  return { name, rrtype: rrtype as DnsType, ttl, preference, data: rest.join(' ').replace(/\.$/, '') };
}
