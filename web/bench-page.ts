/**
 * bench-page - measures the built page in Chromium: bytes of the first load, frames, steps back.
 *
 * Run by hand (`npm run bench:page`) on a quiet machine: the numbers are for people, no test waits for them.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright';
import { build } from 'vite';

const DIST = join(import.meta.dirname, 'dist');
const TYPES: Readonly<Record<string, string>> = {
  ...{ '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' },
};
const TOKENS = 1000;
const MEASURE_MS = 5000;
const EVENTS = 10_000;
const PRESSES = 100;

interface Api {
  input(line: string): Promise<string>;
  stats(): Promise<{ readonly events: number }>;
}

/** What the measuring page keeps. */
interface Pressed {
  taken: number[] | undefined;
}

interface Frames {
  readonly fps: number;
  readonly p95Ms: number;
  /** What all processes of the browser spend on one frame: tells more than fps on a busy machine. */
  readonly cpuMs: number;
}

/** Serves web/dist and notes the gzipped size of all that is asked for. */
async function serve(sizes: Map<string, number>) {
  const server = createServer(async (request, response) => {
    const path = request.url === '/' ? '/index.html' : normalize(request.url ?? '/');
    try {
      const bytes = await readFile(join(DIST, path));
      sizes.set(path, gzipSync(bytes, { level: 9 }).length);
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
      response.end(bytes);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return server;
}

/** CPU time of all processes of the browser, seconds. */
async function cpuSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Frames of a few seconds, counted in the page. */
async function frames(page: Page, browser: Browser): Promise<Frames> {
  const before = await cpuSeconds(browser);
  const { count, ...counted } = await page.evaluate(async (forMs) => {
    const times: number[] = [];
    const start = performance.now();
    let last = start;
    while (last - start < forMs) {
      const now = await new Promise<number>((next) => requestAnimationFrame(next));
      times.push(now - last);
      last = now;
    }
    const sorted = times.slice(1).sort((one, other) => one - other);
    return {
      count: times.length,
      fps: Math.round((1000 * times.length) / (last - start)),
      p95Ms: Math.round((sorted[Math.floor(sorted.length * 0.95)] ?? 0) * 10) / 10,
    };
  }, MEASURE_MS);
  const spentMs = ((await cpuSeconds(browser)) - before) * 1000;
  return { ...counted, cpuMs: Math.round((spentMs / count) * 10) / 10 };
}

/** Types letters into the simulator until so many events have happened. */
function play(page: Page, events: number): Promise<number> {
  return page.evaluate(async (wanted) => {
    const { postscope } = globalThis as unknown as { readonly postscope: Api };
    const letter = ['mail from:<espera@gouv.bj>', 'rcpt to:<alexandre@gouv.bj>', 'data', '', 'x', '.'];
    await postscope.input('ehlo mail');
    for (;;) {
      const { events: played } = await postscope.stats();
      if (played >= wanted) return played;
      await Promise.all([...letter, ...letter].map((line) => postscope.input(line)));
    }
  }, events);
}

/** From each press of ← to the frame in which the slider has moved, sorted, in milliseconds. */
async function pressBack(page: Page, times: number, gapMs: number): Promise<readonly number[]> {
  await page.focus('[data-node="qmgr"]');
  await page.evaluate(() => {
    const kept = globalThis as unknown as Pressed;
    const isFirst = kept.taken === undefined;
    kept.taken = [];
    if (!isFirst) return;
    let pressedAt: number[] = [];
    addEventListener('keydown', ({ timeStamp }) => pressedAt.push(timeStamp), { capture: true });
    new MutationObserver(() => {
      const before = pressedAt;
      pressedAt = [];
      requestAnimationFrame(() => {
        // A message posted in a frame is heard when the frame has been painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => kept.taken?.push(...before.map((at) => performance.now() - at));
        port2.postMessage('');
      });
    }).observe(document.querySelector('.track input') as Node, { attributeFilter: ['aria-valuetext'] });
  });
  for (let press = 0; press < times; press += 1) {
    await page.keyboard.press('ArrowLeft');
    await page.waitForTimeout(gapMs);
  }
  await page.waitForTimeout(500);
  const taken = await page.evaluate(() => (globalThis as unknown as Pressed).taken ?? []);
  return taken.toSorted((one, other) => one - other);
}

function said(sorted: readonly number[]): string {
  const at = (part: number): number => Math.round(sorted[Math.floor(sorted.length * part)] ?? 0);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${at(0.999)} ms of ${sorted.length}`;
}

await build({ root: import.meta.dirname, logLevel: 'warn' });
const sizes = new Map<string, number>();
const server = await serve(sizes);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1366, height: 625 }, locale: 'fr-FR' });
await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
await page.waitForSelector('.connect');
await page.waitForTimeout(500);
const firstLoad = [...sizes].sort(([, one], [, other]) => other - one);
for (const [path, bytes] of firstLoad) console.log(`${String(bytes).padStart(8)} B gz  ${path}`);
const total = firstLoad.reduce((sum, [, bytes]) => sum + bytes, 0);
console.log(`${String(total).padStart(8)} B gz  first load (${(total / 1024).toFixed(1)} KiB)`);
const quiet = await frames(page, browser);
console.log(`no tokens: ${quiet.fps} fps, p95 ${quiet.p95Ms} ms, ${quiet.cpuMs} ms CPU a frame`);
await page.evaluate((count) => {
  (globalThis as unknown as { postscope: { spawn(count: number): void } }).postscope.spawn(count);
}, TOKENS);
await page.waitForTimeout(500);
const busy = await frames(page, browser);
console.log(`${TOKENS} tokens: ${busy.fps} fps, p95 ${busy.p95Ms} ms, ${busy.cpuMs} ms CPU a frame`);
await page.evaluate(() =>
  (globalThis as unknown as { postscope: { spawn(count: number): void } }).postscope.spawn(0),
);
const events = await play(page, EVENTS);
for (const gapMs of [150, 33]) {
  const sorted = await pressBack(page, PRESSES, gapMs);
  console.log(`step back among ${events} events, ← every ${gapMs} ms, to the painted page: ${said(sorted)}`);
}
await browser.close();
server.close();
