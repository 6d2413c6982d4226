/** The page fits the screens of schools: nothing overlaps, nothing is cut, everything can be read and hit. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenPage, openPage, SIZES } from './page.ts';

let opened: OpenPage;
beforeAll(async () => {
  opened = await openPage();
});
afterAll(() => opened.close());

const cases = SIZES.flatMap((size) =>
  (['fr', 'en'] as const).map((locale) => ({ size, locale, width: size.width, height: size.height })),
);

test.for(cases)(
  'page at $width×$height, $locale: no scroll, no overlap, legible, targets of 24 px',
  async ({ locale, size }) => {
    await opened.resize(size);
    await opened.speak(locale);
    await opened.api.load('gouv-bj');
    for (const line of ['ehlo mail', 'mail from:<espera@gouv.bj>']) await opened.api.input(line);
    expect(scrolls(), 'the page scrolls').toEqual([]);
    expect(overlaps(), 'components overlap').toEqual([]);
    expect(overflows(), 'labels overflow').toEqual([]);
    expect(smallLabels(), 'labels are small').toEqual([]);
    expect(smallTargets(), 'targets are small').toEqual([]);
  },
);

test.for(['qmgr', 'active', 'deferred', 'bounce', 'smtpd', 'mailbox'])(
  'drawer: opened at %s it does not hide what it is about',
  async (id) => {
    await opened.resize(SIZES[0]);
    await opened.click(`[data-node="${id}"]`);
    const drawer = (await opened.find('.drawer')).getBoundingClientRect();
    const node = (await opened.find(`[data-node="${id}"] .shape`)).getBoundingClientRect();
    expect(Math.min(drawer.right - node.left, node.right - drawer.left)).toBeLessThanOrEqual(0);
    (await opened.find('.see')).dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await opened.until(() => document.querySelector('.drawer') === null, 'the drawer closes');
  },
);

function scrolls(): readonly string[] {
  const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
  const page = scrollWidth > clientWidth || scrollHeight > clientHeight ? ['page'] : [];
  const bars = [...document.querySelectorAll('header, .bar, .task, .app, main')].filter(
    (element) =>
      element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1,
  );
  return [...page, ...bars.map(({ className, tagName }) => `${tagName} ${className}`)];
}

function shapes(): readonly { readonly id: string; readonly box: DOMRect; readonly node: Element }[] {
  return [...document.querySelectorAll('[data-node]')].map((node) => ({
    node,
    id: node.getAttribute('data-node') ?? '',
    box: (node.querySelector('.shape') as Element).getBoundingClientRect(),
  }));
}

function overlaps(): readonly string[] {
  const all = shapes();
  const map = (document.querySelector('.stage') as Element).getBoundingClientRect();
  const outside = all.filter(
    ({ box }) => box.left < map.left || box.right > map.right || box.top < map.top || box.bottom > map.bottom,
  );
  const pairs = all.flatMap((one, at) =>
    all
      .slice(at + 1)
      .filter(({ box }) => isOver(one.box, box))
      .map(({ id }) => `${one.id} ${id}`),
  );
  return [...outside.map(({ id }) => id), ...pairs];
}

function isOver(one: DOMRect, other: DOMRect): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function overflows(): readonly string[] {
  return shapes()
    .filter(({ node, box }) => {
      const label = (node.querySelector('.label') as Element).getBoundingClientRect();
      return label.left < box.left || label.right > box.right || label.height > box.height;
    })
    .map(({ id }) => id);
}

function smallLabels(): readonly string[] {
  const scale = ((document.querySelector('.stage svg') as SVGSVGElement).getScreenCTM() as DOMMatrix).a;
  return [...document.querySelectorAll('.stage text')]
    .filter((text) => Number.parseFloat(getComputedStyle(text).fontSize) * scale < 12.5)
    .map(({ textContent }) => textContent ?? '');
}

function smallTargets(): readonly string[] {
  const targets = [...document.querySelectorAll('button, select, input, [role="button"], [tabindex="0"]')];
  return targets
    .filter((target) => {
      const { width, height } = target.getBoundingClientRect();
      return width > 0 && (width < 23.99 || height < 23.99);
    })
    .map(({ outerHTML }) => outerHTML.slice(0, 80));
}
