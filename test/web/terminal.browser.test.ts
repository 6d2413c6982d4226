/** The terminal in the browser: every byte, every key, and a way out. */
import { afterEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { TerminalView } from '../../web/engine/view.ts';
import { panels } from '../../web/i18n/panels.fr.ts';
import Terminal from '../../web/terminal/Terminal.svelte';
import { openPart, type Part } from './parts.ts';

let open: Part | undefined;
afterEach(() => open?.close());

const LINES = [
  { n: 1, from: 'server', text: '220 mail.gouv.bj ESMTP Postfix (Debian/GNU)' },
  { n: 2, from: 'client', text: 'mail from: espera@gouv.bj' },
  { n: 3, from: 'server', text: '250 2.1.0 Ok' },
  { n: 4, from: 'client', text: 'a\0b  c\u00c3\u00a9' },
  { n: 5, from: 'note', text: 'eof' },
] as const;

function view(changes: Partial<TerminalView> = {}): TerminalView {
  return { name: 't1', title: 'admin', isOpen: true, canType: true, lines: LINES, ...changes };
}

async function openTerminal(terminal: TerminalView = view(), ghost?: string) {
  const heard = { typed: [] as string[], escapes: 0, opened: 0 };
  const part = openPart(
    Terminal,
    {
      ...{ terminal, ghost, messages: panels.terminal },
      ontype: (line: string) => {
        heard.typed.push(line);
      },
      onescape: () => {
        heard.escapes += 1;
      },
      onopen: () => {
        heard.opened += 1;
      },
    },
    396,
  );
  open = part;
  const field = (): HTMLInputElement => part.all('input')[0] as HTMLInputElement;
  return { ...part, heard, field };
}

test('RFC 5321 §2.3.7: lines stand as they are, who speaks is written before them', async () => {
  const { all } = await openTerminal();
  expect(all('.text').map(({ textContent }) => textContent)).toEqual([
    '220 mail.gouv.bj ESMTP Postfix (Debian/GNU)',
    'mail from: espera@gouv.bj',
    '250 2.1.0 Ok',
    'a\0b  cé',
    '— Connexion fermée par le serveur.',
  ]);
  expect(all('abbr').map(({ textContent }) => textContent)).toEqual(['S:', 'C:', 'S:', 'C:']);
  expect(all('[role=log] ol')).toHaveLength(1);
});

test('RFC 5321 §2.3.8: the raw view shows CRLF and NUL', async () => {
  const { all, find, until } = await openTerminal();
  (await find('header button')).click();
  await until(() => all('i').length > 0, 'signs');
  expect(all('.text')[2]?.textContent).toBe('250 2.1.0 OkCRLF');
  expect(all('.text')[3]?.textContent).toBe('aNULb  cC3A9CRLF');
});

test('page: Enter sends the line and empties the field', async () => {
  const { field, heard } = await openTerminal();
  await userEvent.click(field());
  await userEvent.keyboard('ehlo mail  {Enter}{Enter}');
  expect(heard.typed).toEqual(['ehlo mail  ', '']);
  expect(field().value).toBe('');
});

test('page: arrows bring back what was typed, and the draft', async () => {
  const { field } = await openTerminal();
  await userEvent.click(field());
  await userEvent.keyboard('one{Enter}two{Enter}dra{ArrowUp}');
  expect(field().value).toBe('two');
  await userEvent.keyboard('{ArrowUp}{ArrowUp}');
  expect(field().value).toBe('one');
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  expect(field().value).toBe('dra');
});

test('page: Tab takes the proposed line where it fits; otherwise it moves on', async () => {
  const { all, field, until } = await openTerminal(view(), 'MAIL FROM:<espera@gouv.bj>');
  await userEvent.click(field());
  await userEvent.keyboard('mail ');
  await until(() => all('.ghost')[0]?.textContent === 'mail FROM:<espera@gouv.bj>', 'the proposal');
  await userEvent.keyboard('{Tab}');
  expect(field().value).toBe('MAIL FROM:<espera@gouv.bj>');
  expect(document.activeElement).toBe(field());
  await userEvent.keyboard('{Tab}');
  expect(document.activeElement).not.toBe(field());
});

test('page: Escape leaves the terminal', async () => {
  const { field, heard } = await openTerminal();
  await userEvent.click(field());
  await userEvent.keyboard('{Escape}');
  expect(heard.escapes).toBe(1);
  expect(document.activeElement).not.toBe(field());
});

test('page: several pasted lines are sent one by one, the last one waits', async () => {
  const { field, heard } = await openTerminal();
  const data = new DataTransfer();
  data.setData('text/plain', 'helo a\r\nmail from:<>\nrcpt');
  field().dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
  );
  expect(heard.typed).toEqual(['helo a', 'mail from:<>']);
  const { until } = open as Part;
  await until(() => field().value === 'rcpt', 'the rest in the field');
});

test('page: the newest line is in sight when it comes', async () => {
  const lines = Array.from({ length: 80 }, (_, at) => ({
    n: at,
    from: 'server' as const,
    text: `250 ${at}`,
  }));
  const { all, until } = await openTerminal(view({ lines }));
  const screen = all('.screen')[0] as HTMLElement;
  await until(() => screen.scrollTop + screen.clientHeight > screen.scrollHeight - 2, 'the end in sight');
  expect(screen.scrollHeight).toBeGreaterThan(screen.clientHeight);
});

test('page: a closed connection offers to connect, an observed one only to look', async () => {
  const closed = await openTerminal(view({ isOpen: false }));
  expect(closed.all('input')).toHaveLength(0);
  closed.all('.connect')[0]?.click();
  expect(closed.heard.opened).toBe(1);
  await closed.close();
  const { all } = await openTerminal(view({ canType: false }));
  expect(all('input, .connect')).toHaveLength(0);
  expect(all('.status')[0]?.textContent).toContain('Lecture seule');
});

test('axe: no serious or critical finding; nothing runs out at 396 pixels', async () => {
  const long = { n: 9, from: 'client', text: `rcpt to:<${'x'.repeat(200)}@gouv.bj>` } as const;
  const { grave, target } = await openTerminal(view({ lines: [...LINES, long] }), 'QUIT');
  expect(target.scrollWidth).toBeLessThanOrEqual(396);
  expect(await grave()).toEqual([]);
});

test('terminal: of a long session the end is drawn, and the rest when it is asked for', async () => {
  const long = Array.from({ length: 1234 }, (_none, n) => ({ n, from: 'server' as const, text: `250 ${n}` }));
  const { all, find } = await openTerminal(view({ lines: long }));
  const texts = () => all('.text').map(({ textContent }) => textContent);
  expect(texts()).toEqual(long.slice(1000).map(({ text }) => text));
  const earlier = await find('.screen .note button');
  expect(earlier.textContent).toBe('Montrer les 1000 lignes d’avant');
  earlier.click();
  await find('.screen li:first-child:not(.note)');
  expect(texts()).toEqual(long.map(({ text }) => text));
});
