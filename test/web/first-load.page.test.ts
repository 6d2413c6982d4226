/** What the page as built costs at first, and that it plays letters with what the build has left it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scenarios } from '#scenarios';
import { createWorld, linesToType, withoutQueueIds } from '#sim';
import { type Lab, openLab } from './lab.ts';

const DIST = join(import.meta.dirname, '../../web/dist');
/** docs/decisions/0014-first-load.md */
const FIRST_LOAD_BYTES = 180_000;
const DRAWER_BYTES = 64_000;
const LINES = [
  'ehlo mail',
  'mail from:<espera@gouv.bj>',
  'rcpt to:<alexandre@gouv.bj>',
  'data',
  '',
  'x',
  '.',
];

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

/** Gzipped bytes of each file the page asks for, worker included; what is asked of elsewhere is an error. */
function weigh(page: Page): Map<string, number> {
  const sizes = new Map<string, number>();
  page.context().on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (`${origin}/` !== lab.address) throw new Error(`asked ${origin}`);
    const file = pathname === '/' ? '/index.html' : pathname;
    sizes.set(file, gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length);
  });
  return sizes;
}

/** Gzipped sizes for people, the largest first. */
function listed(sizes: ReadonlyMap<string, number>): string {
  const largest = [...sizes].sort(([, one], [, other]) => other - one);
  return largest.map(([file, bytes]) => `${bytes} ${file}`).join('\n');
}

const total = (sizes: ReadonlyMap<string, number>): number =>
  [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);

/** In the page: types lines as a program would. */
async function type(page: Page, lines: readonly string[]): Promise<void> {
  await page.evaluate(async (all) => {
    const { postscope } = globalThis as unknown as { postscope: { input(line: string): Promise<string> } };
    for (const line of all) await postscope.input(line);
  }, lines);
}

test.for(['fr', 'en'] as const)(
  'page as built, %s: at most 180,000 bytes gzipped until a letter is delivered; the drawer brings no second core',
  async (locale) => {
    const page = await lab.open(locale);
    const sizes = weigh(page);
    await page.reload();
    await page.waitForSelector('.connect');
    await type(page, LINES);
    await page.waitForSelector('.task li:nth-child(3).done');
    const first = total(sizes);
    expect([...sizes.keys()].some((file) => file.includes('worker'))).toBe(true);
    expect(first, listed(sizes)).toBeGreaterThan(100_000);
    expect(first, listed(sizes)).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
    await page.click('[data-node="smtpd"]');
    await page.waitForSelector('.drawer [data-state]');
    expect(total(sizes) - first, listed(sizes)).toBeLessThanOrEqual(DRAWER_BYTES);
    await page.close();
  },
);

/** What a world of the sources comes to, in which these lines are typed. */
function digestOf(lines: readonly string[]): string {
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  const world = createWorld(scenario, 1, { script: false });
  world.run({ idle: true });
  world.input({ type: 'telnet.open', terminal: 't1' });
  for (const line of lines) {
    world.run({ idle: true });
    world.input({ type: 'telnet.type', terminal: 't1', line });
  }
  world.run({ idle: true });
  return world.digest();
}

/** Sessions that need late code: programs, and rules of smtpd. The last line is the first to need it. */
const LATE = [
  ['a letter that comes back', LINES.with(2, 'rcpt to:<ada@benin.example>')],
  ['XCLIENT', ['ehlo mail', 'rset', 'bdat 3 last', 'xclient name=other.example']],
  ['ETRN', ['ehlo mail', 'etrn gouv.bj']],
] as const;
const BOTH = ['fr', 'en'] as const;

test.for(BOTH.flatMap((locale) => LATE.map(([what, lines]) => [locale, what, lines] as const)))(
  'page as built, %s: %s stands still without the network, and goes on with it',
  async ([locale, , lines]) => {
    const page = await lab.open(locale);
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.route('**/late-code-*.js', (route) => route.abort());
    await type(page, lines.slice(0, -1));
    const digest = (): Promise<string> =>
      page.evaluate(() =>
        (globalThis as unknown as { postscope: { digest(): Promise<string> } }).postscope.digest(),
      );
    const answered = type(page, lines.slice(-1));
    await page.click('.task [role=alert] button');
    await page.waitForSelector('.task [role=alert] button');
    expect(await digest()).not.toBe(digestOf(lines));
    await page.unroute('**/late-code-*.js');
    await page.click('.task [role=alert] button');
    await answered;
    await page.waitForSelector('.task [role=alert]', { state: 'detached' });
    expect(await digest()).toBe(digestOf(lines));
    expect(errors).toEqual([]);
    await page.close();
  },
);

test.for(scenarios)(
  'page as built: $id has the screen that the sources have, to the byte',
  async (scenario) => {
    const page = await lab.open('fr');
    const expected = scenario.expectation.transcripts?.t1;
    await page.evaluate(async (id) => {
      const { postscope } = globalThis as unknown as { postscope: { load(id: string): Promise<void> } };
      await postscope.load(id);
    }, scenario.id);
    await type(
      page,
      linesToType(scenario).map(({ line }) => line),
    );
    const lines = page.locator('.terminal li:not(.note) .text');
    if (expected !== undefined) {
      const text = async () =>
        withoutQueueIds((await lines.allTextContents()).map((line) => `${line}\n`).join(''));
      await expect.poll(text, { timeout: 25_000 }).toBe(expected);
    }
    await page.close();
  },
);
