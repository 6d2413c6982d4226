/** The drawer in the browser: the chart tells where the program is, lists tell the rest, keys are enough. */
import { afterEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { scenarioOf } from '../../scenarios/index.ts';
import type { World } from '../../sim/index.ts';
import Drawer from '../../web/drawer/Drawer.svelte';
import type { Locale } from '../../web/i18n/drawer.ts';
import { isIn, openPart, type Part, viewOf, worldUntil } from './parts.ts';

let open: Part | undefined;
afterEach(() => open?.close());

interface Heard {
  closed: number;
  seeks: number[];
}

function openDrawer(nodeId: string, world: World, locale: Locale = 'fr', widthPx = 560) {
  const heard: Heard = { closed: 0, seeks: [] };
  const part = openPart(
    Drawer,
    {
      ...{ nodeId, view: viewOf(world), locale, side: 'right' as const },
      onclose: () => {
        heard.closed += 1;
      },
      onseek: (n: number) => {
        heard.seeks.push(n);
      },
      readQueueFile: async (id: string) => {
        const entry = world.queue().find((each) => each.id === id);
        return entry === undefined ? undefined : world.file(entry.path);
      },
    },
    widthPx,
  );
  open = part;
  return { ...part, heard };
}

const atEnvelope = () => worldUntil(isIn('smtpd', 'envelope'));
const deferred = () =>
  worldUntil((world) => world.queue().some(({ queue }) => queue === 'deferred'), scenarioOf('differe'));

test('chart: the current state is marked, the way just taken is numbered and named', async () => {
  const { all, find } = openDrawer('smtpd', atEnvelope());
  await find('[aria-current]');
  expect(all('[aria-current]').map((each) => each.dataset.state)).toEqual(['envelope']);
  const legend = all('.legend li').map(({ textContent }) => textContent?.replace(/\s+/g, ' ').trim());
  expect(legend.at(-1)).toContain('answered → envelope [inTransaction]');
  expect(all('g.last[data-edge]').map((each) => each.dataset.edge)).toContain('answered→envelope');
  expect(all('g.seen[data-edge]').map((each) => each.dataset.edge)).toContain('answered→ready');
});

test('why: the step on the page says what led to its lines and decisions, in both languages', async () => {
  const world = worldUntil(
    (one) => one.event(one.n())?.effects.some(({ type }) => type === 'explain') === true,
    scenarioOf('differe'),
  );
  const english = openDrawer('qmgr', world, 'en');
  await english.find('.why');
  const said = english
    .all('.why')
    .map(({ textContent }) => textContent ?? '')
    .join(' ');
  expect(said).toMatch(/minimal_backoff_time, age [\d.]+ s, at least 1000 s, at most 4000 s/);
  expect(await english.grave()).toEqual([]);
  await english.close();
  const { all, find } = openDrawer('qmgr', world, 'fr');
  await find('.why');
  expect(
    all('.why')
      .map(({ textContent }) => textContent ?? '')
      .join(' '),
  ).toContain('au moins 1000 s');
});

test('chart: it lies inside its frame, the current state in sight and readable', async () => {
  const { find } = openDrawer('smtpd', atEnvelope());
  const frame = await find('.frame');
  const state = await find('[aria-current] .box');
  const [outer, inner] = [() => frame.getBoundingClientRect(), () => state.getBoundingClientRect()];
  // The drawing glides there, and what stands above it may come later.
  await expect.poll(() => inner().bottom <= outer().bottom).toBe(true);
  expect(inner().left).toBeGreaterThanOrEqual(outer().left);
  expect(inner().right).toBeLessThanOrEqual(outer().right);
  expect(inner().top).toBeGreaterThanOrEqual(outer().top);
  expect(inner().height).toBeGreaterThanOrEqual(24);
});

test('chart: labels keep to the room that the layout gave them', async () => {
  const { all, find } = openDrawer('smtpd', atEnvelope());
  await find('[data-edge] rect');
  const wide = all('g[data-edge]').flatMap((group) => {
    const [rect, text] = [group.querySelector('rect'), group.querySelector('text')];
    if (rect === null || text === null || group.classList.contains('loop')) return [];
    const spare = rect.getBoundingClientRect().width - text.getBoundingClientRect().width;
    return spare < 0 ? [`${group.dataset.edge} by ${-spare}`] : [];
  });
  expect(wide).toEqual([]);
});

test('chart: clicking an arrow or a state lists its rows with sentences; keys do the same', async () => {
  const { all, find, until } = openDrawer('smtpd', atEnvelope(), 'en');
  const arrow = await find('[data-edge="resolving→recipient"] .wide');
  arrow.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  const title = await find('.list h4');
  expect(title.textContent).toBe('From resolving to recipient');
  await until(() => all('.list td')[1]?.textContent?.includes('would go to') === true, 'the sentence');
  expect(all('.list a').map(({ textContent }) => textContent)).toEqual(['trivial-rewrite(8)']);
  all('[data-state="envelope"]')[0]?.focus();
  await userEvent.keyboard('{Enter}');
  await until(() => all('.list h4')[0]?.textContent === 'From the state envelope', 'the rows of envelope');
  const events = all('.list tbody th').map(({ textContent }) => textContent?.trim());
  expect(events).toEqual(expect.arrayContaining(['MAIL', 'RCPT', 'DATA', 'RSET', 'QUIT', 'net.closed']));
});

test('chart: arrow keys walk from state to state, one tab stop for all', async () => {
  const { all, find } = openDrawer('local', worldUntil(isIn('local', 'storing')));
  (await find('[aria-current]')).focus();
  expect(all('.state[tabindex="0"]')).toHaveLength(1);
  await userEvent.keyboard('{ArrowUp}');
  expect((document.activeElement as HTMLElement).dataset.state).toBe('opening');
});

test('page: what else could happen stands in a table, event by event', async () => {
  const { all, find, until } = openDrawer('smtpd', atEnvelope());
  await find('h3');
  const table = all('table').at(-1);
  await until(() => table?.textContent?.includes('nomme un destinataire') === true, 'the sentence of RCPT');
  const groups = [...(table?.querySelectorAll('tbody') ?? [])];
  const rcpt = groups.find((group) => group.querySelector('th')?.textContent?.trim() === 'RCPT');
  const conditions = [...(rcpt?.querySelectorAll('tr') ?? [])].map((row) =>
    row.querySelector('td')?.textContent?.trim(),
  );
  expect(conditions).toContain('addressIsMissing');
  expect(conditions.at(-1)).toBe('sinon');
});

test('page: focus goes into the drawer, tabs are walked by arrows, Escape closes', async () => {
  const { all, find, heard, until } = openDrawer('smtpd', atEnvelope());
  await until(() => document.activeElement?.tagName === 'H2', 'focus on the title');
  all('[role=tab]')[0]?.focus();
  await userEvent.keyboard('{ArrowRight}');
  const log = await find('.log li');
  expect(log.textContent).toMatch(/postfix\/smtpd\[\d+\]: connect from/);
  expect(all('[aria-selected=true]').map(({ textContent }) => textContent)).toEqual(['Journal']);
  await userEvent.keyboard('{Escape}');
  expect(heard.closed).toBe(1);
});

test('page: the step that a process took last can be gone to', async () => {
  const { find, heard } = openDrawer('qmgr', atEnvelope());
  (await find('.words button')).click();
  expect(heard.seeks).toHaveLength(1);
  expect(heard.seeks[0]).toBeGreaterThan(0);
});

test('page: a queue lists its messages; one opens record by record', async () => {
  const { all, find } = openDrawer('deferred', deferred(), 'en');
  const text = (await find('dl')).textContent ?? '';
  expect(text).toContain('espera@gouv.bj');
  expect(text).toMatch(/Next try\s*in \d+ min/);
  (await find('h3 button')).click();
  await find('.records li');
  const records = all('.records li').map(({ textContent }) => textContent?.replace(/\s+/g, ' ').trim());
  expect(records).toContain('S espera@gouv.bj');
  expect(records).toContain('N Subject: Bonjour');
});

test('page: a letter in the mailbox has its header apart from its body', async () => {
  const world = worldUntil((each) => each.mailbox('alexandre').some(({ folder }) => folder === 'new'));
  const { all, find } = openDrawer('mailbox', world);
  (await find('summary')).click();
  expect(all('dt').map(({ textContent }) => textContent)).toEqual(
    expect.arrayContaining(['Return-Path', 'Delivered-To', 'Received', 'Message-Id']),
  );
  expect(all('pre')[0]?.textContent?.trim()).toBe('Felicitacion mon frere on vient de reussir notre config');
});

test('page: no part of the drawer runs out of it, down to 396 pixels', async () => {
  for (const nodeId of ['smtpd', 'qmgr', 'local', 'mailbox', 'smtp', 'aliases']) {
    const { find, target, close } = openDrawer(nodeId, atEnvelope(), 'fr', 396);
    const panel = await find('.panel');
    expect(panel.scrollWidth, nodeId).toBeLessThanOrEqual(panel.clientWidth);
    expect(target.scrollWidth, nodeId).toBeLessThanOrEqual(396);
    await close();
  }
  open = undefined;
});

const cases = [
  ...['smtpd', 'deferred', 'dns'].map((nodeId) => ({ locale: 'fr' as const, nodeId })),
  ...['rewrite', 'mailbox', 'pipe'].map((nodeId) => ({ locale: 'en' as const, nodeId })),
];

test.for(cases)('axe, $locale: $nodeId has no serious or critical finding', async ({ locale, nodeId }) => {
  const { find, grave } = openDrawer(nodeId, nodeId === 'deferred' ? deferred() : atEnvelope(), locale);
  await find('.panel');
  expect(await grave()).toEqual([]);
});
