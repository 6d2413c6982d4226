/** The narration in the browser: one sentence, its sources, and no flood for screen readers. */
import { afterEach, expect, test } from 'vitest';
import type { StepView } from '../../web/engine/view.ts';
import { panels } from '../../web/i18n/panels.en.ts';
import Narration from '../../web/narration/Narration.svelte';
import { isIn, openPart, type Part, viewOf, worldUntil } from './parts.ts';

let open: Part | undefined;
afterEach(() => open?.close());

function openNarration(step: StepView | undefined, follows?: string): Part {
  open = openPart(Narration, { step, locale: 'en' as const, messages: panels, follows }, 396);
  return open;
}

const stepWith = (sentence: string) =>
  viewOf(worldUntil(isIn('smtpd', 'queueing')), sentence).step as StepView;

test('page: the program is bold, the sentence whole, each reference a link', async () => {
  const { all, until } = openNarration(
    stepWith('The text is complete: cleanup(8) is to put it into incoming.'),
  );
  await until(() => all('.sentence').length > 0, 'a sentence');
  expect(all('.sentence')[0]?.textContent?.replace(/\s+/g, ' ').trim()).toBe(
    'smtpd(8) The text is complete: cleanup(8) is to put it into incoming.',
  );
  expect(all('.sentence b').map(({ textContent }) => textContent)).toEqual([
    'smtpd(8)',
    'cleanup(8)',
    'incoming',
  ]);
  expect(all('a').map((link) => link.getAttribute('href'))).toContain(
    'https://www.rfc-editor.org/rfc/rfc5321.html#section-4.1.1.4',
  );
});

test('page: what is followed is named; without a step there is nothing to tell', async () => {
  const { all } = openNarration(undefined, '8FE4793BED');
  expect(all('.follows')[0]?.textContent).toBe('Following: 8FE4793BED');
  expect(all('.sentence')[0]?.textContent).toBe('Nothing yet.');
});

test('WCAG 2.2 §4.1.3: the sentence is announced politely', async () => {
  const { all, grave, until } = openNarration(stepWith('The text is complete.'));
  await until(() => all('[aria-live=polite]')[0]?.textContent === 'The text is complete.', 'an announcement');
  expect(await grave()).toEqual([]);
});
