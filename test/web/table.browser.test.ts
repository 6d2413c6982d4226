/** The twin of the stage in the browser: all that it shows, as tables whose rows open the drawer. */
import { afterEach, expect, test } from 'vitest';
import { scenarioOf } from '../../scenarios/index.ts';
import type { World } from '../../sim/index.ts';
import TableView from '../../web/table/TableView.svelte';
import { isIn, openPart, type Part, viewOf, worldUntil } from './parts.ts';

let open: Part | undefined;
afterEach(() => open?.close());

function openTable(world: World) {
  const opened: string[] = [];
  const part = openPart(
    TableView,
    {
      ...{ view: viewOf(world), locale: 'fr' as const },
      onopen: (id: string) => {
        opened.push(id);
      },
    },
    970,
  );
  open = part;
  const rowOf = (text: string) =>
    part.all('tbody tr').find((row) => row.textContent?.trim().startsWith(text));
  return { ...part, opened, rowOf };
}

test('page: processes with state, pid and last event; a row opens its place', async () => {
  const world = worldUntil(isIn('smtpd', 'envelope'));
  const rewrite = world.processes().find(({ chart }) => chart === 'trivial-rewrite');
  const { rowOf, opened, grave } = openTable(world);
  const smtpd = rowOf('smtpd');
  const cells = [...(smtpd?.querySelectorAll('td') ?? [])].map(({ textContent }) => textContent);
  expect(cells[0]).toBe('envelope');
  expect(cells[1]).toMatch(/^\d+$/);
  expect(smtpd?.classList.contains('active')).toBe(true);
  smtpd?.querySelector('button')?.click();
  rowOf(rewrite?.process ?? 'rewrite')
    ?.querySelector('button')
    ?.click();
  expect(opened).toEqual(['smtpd', 'rewrite']);
  expect(await grave()).toEqual([]);
});

test('page: a deferred message with its age and next try', async () => {
  const world = worldUntil(
    (each) => each.queue().some(({ queue }) => queue === 'deferred'),
    scenarioOf('differe'),
  );
  const { rowOf, opened } = openTable(world);
  const id = world.queue().find(({ queue }) => queue === 'deferred')?.id ?? '';
  const row = rowOf(id);
  expect(row?.textContent).toMatch(/deferred/);
  expect(row?.textContent).toMatch(/dans \d+ min/);
  row?.querySelector('button')?.click();
  expect(opened).toEqual(['deferred']);
});

test('page: letters in the mailboxes by their subject', async () => {
  const { rowOf, opened } = openTable(
    worldUntil((world) => world.mailbox('alexandre').some(({ folder }) => folder === 'new')),
  );
  const row = rowOf('Bonjour');
  expect(row?.textContent).toContain('alexandre');
  row?.querySelector('button')?.click();
  expect(opened).toEqual(['mailbox']);
});
