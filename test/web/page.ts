/** page - the whole page in the browser, for tests: at a size, in a language, then taken away again. */
import { mount, unmount } from 'svelte';
import { page } from 'vitest/browser';
import App from '../../web/App.svelte';
import '../../web/app.css';
import type { PostscopeApi } from '../../web/engine/api.ts';
import { loadLanguage } from '../../web/engine/tell.ts';
import type { Locale } from '../../web/i18n/messages.ts';

export const SIZES = [
  { width: 1366, height: 625 },
  { width: 1440, height: 900 },
] as const;

export interface OpenPage {
  readonly api: PostscopeApi;
  /** The first element of a selector; waits up to five seconds for it. */
  find(selector: string): Promise<HTMLElement>;
  /** Waits until something holds; `what` is said when it never does. */
  until(holds: () => boolean, what: string, timeoutMs?: number): Promise<void>;
  click(selector: string): Promise<void>;
  /** Types a line into the terminal and sends it by Enter. */
  typeLine(line: string): Promise<void>;
  /** What the screen of the terminal shows, LF line ends. */
  screen(): string;
  resize(size: Size): Promise<void>;
  /** By the button of the header. */
  speak(locale: Locale): Promise<void>;
  close(): Promise<void>;
}

export type Size = (typeof SIZES)[number];

/** Opens the page. */
export async function openPage(locale: Locale = 'fr', size: Size = SIZES[0]): Promise<OpenPage> {
  await page.viewport(size.width, size.height);
  document.body.innerHTML = '';
  const target = document.createElement('div');
  document.body.append(target);
  const app = mount(App, { target, props: { language: await loadLanguage(locale) } });
  const opened = helpers(target);
  // Served module by module, the first start of the worker takes its time.
  await opened.until(() => target.querySelector('.terminal .connect') !== null, 'the page', 25_000);
  const api = (globalThis as unknown as { readonly postscope: PostscopeApi }).postscope;
  return {
    ...opened,
    api,
    resize: ({ width, height }) => page.viewport(width, height),
    speak: async (next) => {
      if (document.documentElement.lang === next) return;
      await opened.click(`header [lang="${next}"]`);
      await opened.until(() => document.documentElement.lang === next, next);
    },
    close: async () => {
      await unmount(app);
      target.remove();
    },
  };
}

function helpers(target: HTMLElement): Omit<OpenPage, 'api' | 'close' | 'resize' | 'speak'> {
  async function until(holds: () => boolean, what: string, timeoutMs = 5000): Promise<void> {
    const last = performance.now() + timeoutMs;
    while (!holds()) {
      if (performance.now() > last) throw new Error(`never: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  async function find(selector: string): Promise<HTMLElement> {
    await until(() => target.querySelector(selector) !== null, selector);
    return target.querySelector(selector) as HTMLElement;
  }
  return {
    until,
    find,
    click: async (selector) => {
      const element = await find(selector);
      element.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    },
    typeLine: async (line) => {
      const input = (await find('.terminal form input')) as HTMLInputElement;
      input.value = line;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.form?.requestSubmit();
    },
    screen: () =>
      [...target.querySelectorAll('.terminal li:not(.note) .text')]
        .map(({ textContent }) => `${textContent}\n`)
        .join(''),
  };
}

/** Plays as fast as it goes, so that no test waits for an animation. */
export async function playAtOnce(opened: OpenPage): Promise<void> {
  const speed = (await opened.find('select.speed')) as HTMLSelectElement;
  speed.value = 'events Infinity';
  speed.dispatchEvent(new Event('change', { bubbles: true }));
}
