/** The sessions of the scenarios, typed into the page: screens of a real Postfix 2.3, byte for byte. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scenarios } from '#scenarios';
import { linesToType, withoutQueueIds } from '#sim';
import { type OpenPage, openPage, playAtOnce } from './page.ts';

let opened: OpenPage;
beforeAll(async () => {
  opened = await openPage('fr');
});
afterAll(() => opened.close());

test.for(scenarios)(
  'page: $id, typed line by line as proposed, gets the replies of Postfix 2.3 to the byte',
  async (scenario) => {
    await opened.api.load(scenario.id);
    await playAtOnce(opened);
    await opened.click('.terminal .connect');
    let isLetter = false;
    for (const { line } of linesToType(scenario)) {
      await opened.until(() => proposed() === (line === '' ? '↵' : line), `“${line}” is proposed`);
      await opened.typeLine(line);
      isLetter = isLetter && line !== '.';
      const isLast = isLetter ? new RegExp(`^${line.replace('.', '\\.')}\n$`, 'm') : /^\d{3} .*\n$/m;
      await opened.until(() => isLast.test(afterLast(opened.screen(), line)), `an answer to “${line}”`);
      isLetter = isLetter || line === 'data';
    }
    await opened.find('.terminal .connect');
    const expected = scenario.expectation.transcripts?.t1;
    if (expected !== undefined) expect(withoutQueueIds(opened.screen())).toBe(expected);
    await opened.until(
      () => goals().at(-1) === true || scenario.id === 'differe',
      'the last goal is reached',
    );
  },
);

function afterLast(screen: string, line: string): string {
  return screen.slice(Math.max(0, screen.lastIndexOf(`${line}\n`)));
}

function proposed(): string | undefined {
  return document.querySelector('.task .next kbd')?.textContent ?? undefined;
}

function goals(): readonly boolean[] {
  return [...document.querySelectorAll('.task li')].map(({ className }) => className.includes('done'));
}

test('page: a deferred message is tried again when time goes on', async () => {
  await opened.api.load('differe');
  await playAtOnce(opened);
  const lines = scenarios.find(({ id }) => id === 'differe');
  for (const { line } of lines === undefined ? [] : linesToType(lines)) await opened.api.input(line);
  const until = (await opened.find('select.until')) as HTMLSelectElement;
  until.value = 'deferral';
  until.dispatchEvent(new Event('change', { bubbles: true }));
  await opened.until(() => goals().every((isDone) => isDone), 'all goals, the second try last');
});
