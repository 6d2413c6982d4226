/** Time in the page: steps, the way back, the slider, and other branches of what might have been. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type OpenPage, openPage } from './page.ts';

const LINES = ['ehlo mail', 'mail from:<espera@gouv.bj>', 'rcpt to:<alexandre@gouv.bj>'];

let opened: OpenPage;
let api: OpenPage['api'];
/** The event after each line. */
let ends: number[];

beforeAll(async () => {
  opened = await openPage('fr');
  ({ api } = opened);
});
afterAll(() => opened.close());
beforeEach(async () => {
  await api.load('gouv-bj');
  ends = [];
  for (const line of LINES) {
    await api.input(line);
    ends.push((await api.stats()).events);
  }
});

test('page: back and forth again gives the same world, event by event', async () => {
  const [digest, { events }] = [await api.digest(), await api.stats()];
  const from = ends[1] ?? 0;
  for (let n = events; n > from; n -= 1) expect(await api.back()).toBe(n - 1);
  for (let n = from + 1; n <= events; n += 1) expect(await api.step()).toBe(n);
  expect(await api.digest()).toBe(digest);
});

test('page: seek goes to any event, and what is shown is what it was then', async () => {
  const [digest, { events }] = [await api.digest(), await api.stats()];
  const after = opened.screen();
  await api.seek(0);
  await opened.until(() => opened.screen() === '', 'an empty screen at the beginning');
  expect(await api.seek(12)).toBe(12);
  await api.seek(events);
  await opened.until(() => opened.screen() === after, 'the same screen at the end');
  expect(await api.digest()).toBe(digest);
});

test('page: in the past the bar says so, and one click leads back to the present', async () => {
  const { events } = await api.stats();
  await api.seek(events - 3);
  expect((await opened.find('.bar .now')).textContent).toContain('PASSÉ');
  expect((await opened.find('.bar')).classList.contains('past')).toBe(true);
  await opened.click('.bar .now');
  await opened.until(() => document.querySelector('.bar .now') === null, 'the present');
});

test('page: typing in the past opens another branch and keeps the old one', async () => {
  const old = { digest: await api.digest(), events: (await api.stats()).events };
  await api.seek(ends[1] ?? 0);
  const answer = await api.input('rset');
  expect(answer).toBe('rset\n250 2.0.0 Ok\n');
  const branches = (await opened.find('select.branch')) as HTMLSelectElement;
  expect(branches.options).toHaveLength(2);
  branches.selectedIndex = 0;
  branches.dispatchEvent(new Event('change', { bubbles: true }));
  await opened.until(() => branches.selectedIndex === 0, 'the old branch');
  await api.seek(old.events);
  expect(await api.digest()).toBe(old.digest);
});

test('page: the step button goes from sentence to sentence', async () => {
  await api.seek(11);
  const sentences = new Set<string>();
  for (let steps = 0; steps < 6; steps += 1) {
    const before = narration();
    await opened.click('.bar button.step');
    await opened.until(() => narration() !== before, 'another sentence');
    sentences.add(narration());
  }
  expect(sentences.size).toBe(6);
});

function narration(): string {
  return document.querySelector('.narration .sentence')?.textContent?.trim() ?? '';
}
