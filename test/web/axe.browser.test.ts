/** Nothing serious or critical for axe, in either language, whatever is open. WCAG 2.2 AA */
import axe from 'axe-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenPage, openPage } from './page.ts';

let opened: OpenPage;
beforeAll(async () => {
  opened = await openPage();
});
afterAll(() => opened.close());

interface View {
  readonly name: string;
  readonly open: () => Promise<unknown>;
  readonly close?: () => Promise<unknown>;
}

const pressEscape = async () => {
  const target = document.querySelector('.drawer, .see') ?? document.body;
  target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
};

/** Opens a component by its node and waits for its drawer. */
async function drawer(id: string): Promise<void> {
  await opened.click(`[data-node="${id}"]`);
  await opened.find('.map .drawer');
}

const VIEWS: readonly View[] = [
  { name: 'the page', open: async () => undefined },
  { name: 'a program', open: () => drawer('smtpd'), close: pressEscape },
  { name: 'a queue', open: () => drawer('incoming'), close: pressEscape },
  {
    name: 'the table',
    open: async () => [await opened.click('header .table'), await opened.find('.twin table')],
    close: () => opened.click('header .table'),
  },
  {
    name: 'the help',
    open: async () => [await opened.click('header .help'), await opened.find('dialog')],
    close: () => opened.click('dialog button'),
  },
  { name: 'the past', open: async () => [await opened.api.seek(12), await opened.find('.bar .now')] },
];

const cases = (['fr', 'en'] as const).flatMap((locale) => VIEWS.map((view) => ({ locale, ...view })));

test.for(cases)('axe, $locale: $name has no serious or critical finding', async ({ locale, open, close }) => {
  await opened.speak(locale);
  await opened.api.load('gouv-bj');
  for (const line of ['ehlo mail', 'mail from:<espera@gouv.bj>', 'rcpt to:<alexandre@gouv.bj>']) {
    await opened.api.input(line);
  }
  await open();
  const { violations } = await axe.run(document.body, { resultTypes: ['violations'] });
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const found = grave.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
  await close?.();
  expect(found).toEqual([]);
});
