/**
 * A world stands still before code that is still to be loaded, and comes to the same as one that has it all.
 *
 * Every function that the page loads late (web/engine/late-rules.ts) and every program of core/rare.ts has
 * needsCode thrown at its first two calls, as in the page where each of them is the first to be missed.
 */
import { beforeAll, expect, test, vi } from 'vitest';
import { LATE_RULES } from '../../web/engine/late-rules.ts';

const LETTERS = [
  'ehlo mail',
  'etrn gouv.bj',
  'mail from:<espera@gouv.bj>',
  'rcpt to:<ada@benin.example>',
  'rcpt to:<nobody@gouv.bj>',
  'data',
  'x',
  '.',
  'quit',
];
const VERBS = [
  'ehlo mail.example',
  'xclient name=other.example addr=192.0.2.7 proto=esmtp',
  'ehlo other.example',
  'xforward name=third.example',
  'mail from:<espera@other.example>',
  'rcpt to:<alexandre@gouv.bj>',
  'bdat 3 last',
  'x',
  'mail from:<espera@other.example>',
  'rcpt to:<alexandre@gouv.bj>',
  'bdat 0',
  'quit',
];
/** Of a later Postfix, with rules that ask about names, and a zone to ask in. */
const ASKING = `
smtpd_authorized_xclient_hosts = static:all
smtpd_authorized_xforward_hosts = static:all
smtpd_recipient_restrictions = reject_non_fqdn_sender, check_sender_access inline:{a=OK},
  reject_unknown_sender_domain, reject_rbl_client bl.example,
  reject_unauth_destination
`;
const ZONES = { '/etc/bind/other.zone': 'other.example. MX 10 mail.other.example.\n' };

type Sim = typeof import('#sim');
type Scenario = Parameters<Sim['createWorld']>[0];

/** How often functions and programs were missed, by name. */
const missed = new Map<string, number>();
let isAllThere = true;

/** Throws at the first call of this name, and at the second, as if somebody had asked again too early. */
function miss(name: string): void {
  const times = missed.get(name) ?? 0;
  if (isAllThere || times === 2) return;
  missed.set(name, times + 1);
  throw Object.assign(new Error(name), { name: 'NeedsCode' });
}

/** The same module with functions that are missed once. */
function missedAtFirst(module: string, real: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(real).map(([name, it]) => {
      if (typeof it !== 'function') return [name, it];
      const late = (...given: readonly unknown[]): unknown => {
        miss(`${module} ${name}`);
        return it(...given);
      };
      return [name, late];
    }),
  );
}

let sim: Sim;
let scenario: Scenario;
beforeAll(async () => {
  for (const module of LATE_RULES)
    vi.doMock(`../../${module}`, async (original) => missedAtFirst(module, await original()));
  vi.doMock('../../core/rare.ts', async (original) => {
    const { rare } = await original<typeof import('#core/rare')>();
    const late = Object.entries(rare).map(([name, program]) => {
      const { daemon } = program;
      const start: typeof daemon.start = (input, at) => {
        miss(`${name} start`);
        return daemon.start(input, at);
      };
      const step: typeof daemon.step = (state, event) => {
        miss(`${name} step`);
        return daemon.step(state, event);
      };
      return [name, { ...program, daemon: { ...daemon, start, step } }];
    });
    return { rare: Object.fromEntries(late) };
  });
  sim = await import('#sim');
  const { scenarios } = await import('#scenarios');
  const [first] = scenarios;
  if (first === undefined) throw new Error('no scenario');
  scenario = first;
});

type Played = { readonly digest: string; readonly length: number; readonly stops: number };

/** Makes a world, and again as long as code is missed for that; then plays a session. */
function play(of: Scenario, lines: readonly string[]): Played {
  let world: ReturnType<Sim['createWorld']> | undefined;
  let stops = 0;
  while (world === undefined) {
    try {
      world = sim.createWorld(of, 1, { script: false });
    } catch (error) {
      expect(error).toMatchObject({ name: 'NeedsCode' });
      stops += 1;
    }
  }
  const { n, length, now, stats, atTip, run, needsCode, input } = world;
  const settle = (): void => {
    for (let first = true; ; first = !first) {
      const before = [n(), now(), stats().happenings];
      run({ idle: true });
      if (!needsCode()) return;
      stops += 1;
      if (!first) expect([n(), now(), stats().happenings]).toEqual(before);
      expect(length()).toBe(n());
      expect(atTip()).toBe(true);
    }
  };
  settle();
  input({ type: 'telnet.open', terminal: 't1' });
  for (const line of lines) {
    settle();
    input({ type: 'telnet.type', terminal: 't1', line });
  }
  settle();
  return { digest: world.digest(), length: length(), stops };
}

/** Plays it with all the code and with code that comes late; gives what was missed. */
function compare(of: Scenario, lines: readonly string[]): readonly string[] {
  missed.clear();
  isAllThere = true;
  const whole = play(of, lines);
  isAllThere = false;
  const late = play(of, lines);
  const names = [...missed.keys()];
  expect(late.stops).toBe(2 * names.length);
  expect({ ...late, stops: 0 }).toEqual(whole);
  return names;
}

test('world: code that comes late changes nothing of what happens to letters', () => {
  const names = compare(scenario, LETTERS);
  expect(names).toContain('core/smtpd/etrn.ts etrnName');
  expect(names).toContain('core/qmgr/refuse.ts refuse');
  // A process that is born, and then misses the code for its first note.
  expect(names).toContain('bounce step');
});

test('world: code that comes late changes nothing of what rules, chunks and name servers do', () => {
  const hosts = scenario.hosts.map((host) => {
    const mainCf = `${host.mainCf.replace(/^postfix_version_profile.*$/m, '')}${ASKING}`;
    return { ...host, mainCf, zones: ZONES };
  });
  const names = compare({ ...scenario, hosts }, VERBS);
  for (const name of ['sim/zone-file.ts parseZone', 'sim/name-server.ts answerQuestion', 'dns step'])
    expect(names).toContain(name);
  for (const name of ['refuseChunk', 'takeChunk', 'passChunk', 'sayChunkRefused'])
    expect(names).toContain(`core/smtpd/chunks.ts ${name}`);
  for (const name of ['xclient', 'xforward', 'name-rules', 'blocklists', 'access', 'dns-rules'])
    expect(names.some((each) => each.startsWith(`core/smtpd/${name}.ts `))).toBe(true);
});
