/** The order of deliveries by one process: our queue manager's, and that of Debian's Postfix. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceEntry } from '../../core/config/master-cf.ts';
import { delivered, tryOut } from '../../core/qmgr/tryout.ts';
import { real } from '../support/commands.ts';
import { oracle, oraclePath } from '../support/oracles.ts';
import { type RealPostfix, startRealPostfix, until } from '../support/real-postfix.ts';

interface Case {
  readonly settings: readonly string[];
  /** How many recipients each message has, each at a site of its own, in the order of arrival. */
  readonly sizes: readonly number[];
}

const CASES: readonly Case[] = [
  { settings: [], sizes: [40, 1, 1, 1] },
  { settings: ['delivery_slot_loan = 0', 'delivery_slot_discount = 0'], sizes: [50, 2, 2] },
  { settings: ['delivery_slot_cost = 0'], sizes: [20, 1] },
  { settings: ['delivery_slot_cost = 1'], sizes: [20, 1] },
  { settings: [], sizes: [14, 1] },
  { settings: [], sizes: [15, 1, 1] },
  { settings: ['delivery_slot_cost = 2', 'delivery_slot_loan = 0'], sizes: [60, 3, 3, 3] },
  { settings: ['delivery_slot_loan = 20'], sizes: [100, 15, 1, 1] },
  { settings: ['delivery_slot_cost = 10', 'minimum_delivery_slots = 1'], sizes: [12, 1, 1] },
  { settings: ['delivery_slot_discount = 100'], sizes: [40, 5, 5] },
  { settings: ['delivery_slot_loan = 1', 'delivery_slot_discount = 0'], sizes: [40, 4, 4, 30] },
];

const recipientsOf = (index: number, message: number, size: number) =>
  Array.from({ length: size }, (_, site) => `u@s${site}.m${message}.c${index}.example`);

const transportOf = (index: number) => `slow${index}`;

const mainCf = CASES.flatMap(({ settings }, index) =>
  settings.map((line) => `${transportOf(index)}_${line}`),
).join('\n');

/** Messages by their number, in the order of their deliveries. */
function ours({ sizes }: Case, index: number): readonly string[] {
  const name = transportOf(index);
  const masterCf = [{ name, type: 'unix', processLimit: 1 } as ServiceEntry];
  const services = [name, 'rewrite', 'bounce', 'defer'];
  const world = tryOut({ masterCf, mainCf, services, resolve: () => ({ transport: name }) });
  sizes.forEach((size, message) => {
    world.arrive(`M${message}`, { recipients: recipientsOf(index, message, size) });
  });
  for (let next = 0; next < world.requests.length; next += 1) {
    const request = world.requests[next] ?? expect.fail();
    const done = { type: 'deliver.done', token: request.token, results: [], ...delivered(request) } as const;
    world.tell(done, `${name}:1`);
  }
  return world.requests.map(({ queueId }) => queueId.slice(1));
}

/** Agents that wait until there is a file, so that all mail is in the queue before anything is decided. */
function gate(): { readonly folder: string; readonly masterCf: string; readonly open: () => void } {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-gate-'));
  fs.chmodSync(folder, 0o755);
  const script = join(folder, 'wait');
  const file = join(folder, 'open');
  fs.writeFileSync(script, `until [ -e ${file} ]; do sleep 0.02; done\n`);
  const service = (_: Case, index: number) =>
    `${transportOf(index)} unix - n n - 1 pipe\n  user=nobody argv=/bin/sh ${script}\n`;
  return { folder, masterCf: CASES.map(service).join(''), open: () => fs.writeFileSync(file, '') };
}

describe.runIf(process.getuid?.() === 0 && oracle('postfix') !== undefined)('with Debian’s Postfix', () => {
  let postfix: RealPostfix;
  let orders: readonly (readonly string[])[] = [];
  const { folder, masterCf, open } = gate();

  beforeAll(async () => {
    const routes = join(folder, 'routes');
    fs.writeFileSync(routes, CASES.map((_, index) => `.c${index}.example ${transportOf(index)}:\n`).join(''));
    const more = `transport_maps = texthash:${routes}\n${mainCf}\n`;
    postfix = await startRealPostfix({ pickup: true, mainCf: more, masterCf });
    const log = () => fs.readFileSync(join(postfix.folder, 'maillog'), 'utf8');
    const count = (text: string) => log().split(text).length - 1;
    const sendmail = join(dirname(oraclePath('postfix')), 'sendmail');
    let sent = 0;
    for (const [index, { sizes }] of CASES.entries()) {
      for (const [message, size] of sizes.entries()) {
        const from = `m${message}@c${index}.example`;
        const to = recipientsOf(index, message, size);
        await real(sendmail, ['-C', postfix.config, '-f', from, ...to], 'hello\n');
        sent += 1;
        await until(() => (count('(queue active)') === sent ? true : undefined));
      }
    }
    open();
    await until(() => (count(': removed') === sent ? true : undefined));
    const senders = new Map(
      [...log().matchAll(/ (\w+): from=<m(\d+)@c\d+\.example>, size/g)].map(([, id, message]) => [
        id,
        message,
      ]),
    );
    orders = CASES.map((_, index) =>
      [...log().matchAll(/ (\w+): to=<u@s\d+\.m\d+\.c(\d+)\.example>.*status=sent/g)]
        .filter(([, , at]) => Number(at) === index)
        .map(([, id]) => senders.get(id) ?? '?'),
    );
  }, 120_000);

  afterAll(async () => {
    await postfix?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test.for(CASES.map((one, index) => [one, index] as const))(
    'SCHEDULER_README: messages overtake each other as they do there (%o)',
    ([one, index]) => {
      expect(ours(one, index).join('')).toBe(orders[index]?.join(''));
    },
  );
});
