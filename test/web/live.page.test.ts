/** Live mode: the page as built, at the real server, sees a letter through and outlives the server. */
import type { Page } from 'playwright';
import { afterEach, expect, test } from 'vitest';
import { type Lab, openLab } from './lab.ts';

let lab: Lab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const WORDS = {
  fr: {
    intro: 'mail.gouv.bj se comporte comme Postfix 2.3.6',
    gone: 'Le serveur ne répond plus',
    smtpd: 'Le client nomme un destinataire : trivial-rewrite(8) en donnera la forme normale.',
    cleanup: 'Le fichier et son répertoire sont sur le disque',
    qmgr: 'et le prend dans la file active.',
    local: 'Le message est dans new/, durablement : livré.',
  },
  en: {
    intro: 'mail.gouv.bj behaves like Postfix 2.3.6',
    gone: 'The server answers no more',
    smtpd: 'The client names a recipient: trivial-rewrite(8) is asked for the standard form.',
    cleanup: 'The file and its directory are on disk',
    qmgr: 'and takes it into the active queue.',
    local: 'The message is in new/, durable: delivered.',
  },
} as const;
const LOCALES = ['fr', 'en'] as const;
const PROGRAMS = ['smtpd', 'cleanup', 'qmgr', 'local'] as const;

/** What is in sight at one event. */
interface Sight {
  readonly n: number;
  readonly first: number;
  readonly said: string;
  readonly active: string;
  readonly queues: readonly string[];
  readonly letters: readonly string[];
}

/** The page in live mode, at the table or at the map, attached. */
async function openLive(here: Lab, locale: (typeof LOCALES)[number]): Promise<Page> {
  const page = await here.open(locale);
  await page.click('.modes button:last-child');
  await has(page, '.task', WORDS[locale].intro);
  return page;
}

/** Waits for a text somewhere; says what was there instead. */
async function has(page: Page, selector: string, text: string | RegExp): Promise<void> {
  const where = page.locator(selector).filter({ hasText: text });
  await where.first().waitFor({ state: 'attached' });
}

function look(page: Page): Promise<Sight> {
  return page.evaluate(() => {
    const slider = document.querySelector('.track input') as HTMLInputElement;
    const rowsOf = (at: number) => [
      ...(document.querySelectorAll('.twin table')[at]?.querySelectorAll('tbody tr') ?? []),
    ];
    const cells = (row: Element) => [...row.children].map(({ textContent }) => textContent?.trim()).join(' ');
    return {
      n: Number(slider.value),
      first: Number(slider.min),
      said: (document.querySelector('.narration .sentence')?.textContent ?? '').replace(/\s+/g, ' '),
      active: document.querySelector('.node.active')?.getAttribute('data-node') ?? '',
      queues: rowsOf(1).map(cells),
      letters: rowsOf(2).map(cells),
    };
  });
}

/** Every event that is worth a step, from now back to the first. */
async function walkBack(page: Page): Promise<readonly Sight[]> {
  const seen = [await look(page)];
  for (let at = seen[0]; at !== undefined && at.n > at.first; ) {
    await page.click('.bar button:nth-child(2)');
    await page.waitForFunction(
      (n) => Number((document.querySelector('.track input') as HTMLInputElement).value) < n,
      at.n,
    );
    at = await look(page);
    seen.push(at);
  }
  return seen.reverse();
}

/** The text on the screen of the terminal. */
async function screen(page: Page): Promise<string> {
  return (await page.locator('.terminal li .text').allTextContents()).join('\n');
}

const subjectsOf = (letters: readonly string[]) => letters.map((row) => row.split(' ')[0]);

test.for(LOCALES)(
  'live, %s: a letter sent over SMTP is seen crossing smtpd, cleanup, qmgr, local',
  async (locale) => {
    const here = await openLab();
    lab = here;
    const words = WORDS[locale];
    const page = await openLive(here, locale);
    await page.click('.tool.table');
    await here.sendLetter('Bonjour');
    await has(page, '.twin tbody tr', /^\s*Bonjour/);
    const [, id = ''] = /250 2\.0\.0 Ok: queued as ([0-9A-F]+)/.exec(await screen(page)) ?? [];
    expect(id).not.toBe('');
    expect(await screen(page)).toContain('rcpt to: alexandre@gouv.bj\n250 2.1.5 Ok\ndata\n354');

    const seen = await walkBack(page);
    for (const program of PROGRAMS) {
      const there = seen.filter(({ said }) => said.includes(words[program]));
      expect(
        there.map(({ active }) => active),
        `“${words[program]}” is told`,
      ).toEqual([program]);
    }
    const order = PROGRAMS.map((program) => seen.findIndex(({ said }) => said.includes(words[program])));
    expect(order).toEqual([...order].sort((one, other) => one - other));
    const queues = seen.flatMap(({ queues: rows }) => rows.filter((row) => row.startsWith(id)));
    expect(queues.some((row) => row.startsWith(`${id} incoming`))).toBe(true);
    expect(queues.some((row) => row.startsWith(`${id} active espera@gouv.bj`))).toBe(true);
    expect(subjectsOf(seen.at(-1)?.letters ?? [])).toEqual(['Bonjour']);
    // The past shows no letter that was not there yet.
    expect(seen.find(({ said }) => said.includes(words.cleanup))?.letters.join()).not.toContain('Bonjour');

    await page.click('.bar .now');
    await page.click('.tool.table');
    await has(page, '[data-node="mailbox"]', /.*/);
    await page.waitForFunction(() =>
      document.querySelector('[data-node="mailbox"]')?.getAttribute('aria-label')?.includes('1 message'),
    );
    await page.click('[data-node="local"]');
    await has(page, '.drawer', 'local(8)');
    await page.waitForSelector('.drawer [data-state]');
  },
);

test.for(LOCALES)(
  'live, %s: a server that stops and starts again is seen again, from its first event',
  async (locale) => {
    const here = await openLab();
    lab = here;
    const words = WORDS[locale];
    const page = await openLive(here, locale);
    const troubles: string[] = [];
    page.on('pageerror', ({ message }) => troubles.push(message));
    await page.click('.tool.table');
    await here.sendLetter('Premier');
    await has(page, '.twin tbody tr', /^\s*Premier/);
    const before = await look(page);

    // Out of reach until the new run is further than the old: a stream resumed there would miss the rest.
    await page.context().setOffline(true);
    await here.stop();
    await has(page, '.task', words.gone);
    expect((await look(page)).n, 'what was seen stays').toBe(before.n);
    await here.start();
    for (const subject of ['Deuxieme', 'Troisieme']) await here.sendLetter(subject);
    await page.context().setOffline(false);

    await has(page, '.task', words.intro);
    await has(page, '.twin tbody tr', /^\s*Troisieme/);
    await page.waitForFunction(
      (n) => Number((document.querySelector('.track input') as HTMLInputElement).value) > n,
      before.n,
    );
    const now = await look(page);
    expect(now.first, 'from the first event').toBe(0);
    expect(subjectsOf(now.letters).sort()).toEqual(['Deuxieme', 'Premier', 'Troisieme']);
    const seen = await walkBack(page);
    expect(
      seen.filter(({ said }) => said.includes(words.local)),
      'deliveries of this run',
    ).toHaveLength(2);
    expect(troubles).toEqual([]);

    await page.click('.bar .now');
    await leaveWhileAsked(here, page);
    await expectSimulatorAlone(page);
  },
);

/** To the simulator while a question to the server is open: its answer, one letter later, is too late. */
async function leaveWhileAsked(here: Lab, page: Page): Promise<void> {
  const [asked, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await page.route('**/api/v1/status', async (route) => {
    asked.resolve();
    await left.promise;
    await route.continue();
  });
  await asked.promise;
  await page.click('.modes button:first-child');
  await page.waitForSelector('.terminal .connect');
  await here.sendLetter('Quatrieme');
  await expect.poll(() => lettersOf(page), { timeout: 25_000 }).toBe(4);
  const answer = page.waitForResponse('**/api/v1/status');
  left.resolve();
  await (await answer).finished();
}

/** How many letters alexandre has, asked of the server. */
function lettersOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { mailboxes } = await (await fetch('/api/v1/mailboxes')).json();
    return mailboxes.flatMap(({ letters }: { letters: readonly unknown[] }) => letters).length;
  });
}

/** Nothing of the server is left, and nothing of it comes in. */
async function expectSimulatorAlone(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // Whatever the late answer sets off is over when the page has asked the same once more.
    for (const path of ['mailboxes', 'mailboxes']) await (await fetch(`/api/v1/${path}`)).text();
    for (let frame = 0; frame < 30; frame += 1) await new Promise((next) => requestAnimationFrame(next));
  });
  expect(await screen(page)).toBe('');
  expect((await look(page)).letters.join()).not.toContain('Quatrieme');
  expect(await page.locator('.twin tbody th button', { hasText: /^(Premier|Deuxieme)/ }).count()).toBe(0);
}
