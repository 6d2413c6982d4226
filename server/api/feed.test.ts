import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFeed, type Feed } from './feed.ts';
import { createRing, type TraceRing } from './ring.ts';

let ring: TraceRing;
let feed: Feed;
let step = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
  step = 0;
  ring = createRing({ host: 'mail.gouv.bj', eventLimit: 1000, byteLimit: 1_000_000 });
  feed = createFeed(ring, { run: '1-2', host: 'mail.gouv.bj' });
});

afterEach(() => {
  feed.close();
  vi.useRealTimers();
});

/** A response whose client reads, or does not. */
class Client extends EventEmitter {
  text = '';
  isReading = true;
  isDestroyed = false;
  write(text: string): boolean {
    this.text += text;
    return this.isReading;
  }
  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }
  drain(): void {
    this.isReading = true;
    this.emit('drain');
  }
  get ids(): readonly number[] {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].map(([, n]) => Number(n));
  }
}

function attach(after = 0, isReading = true): Client {
  const client = new Client();
  client.isReading = isReading;
  feed.attach(client as unknown as ServerResponse, after);
  return client;
}

function happen(count: number): void {
  for (let times = 0; times < count; times += 1) {
    step += 1;
    const names = { process: 'p', service: 'p', pid: 1, before: 'a', after: 'b' };
    const event = { type: 'timer.fired', timer: 't', at: step } as const;
    ring.add({ step, at: step, cause: 0, ...names, event, rows: [], effects: [] });
    feed.notify();
  }
}

test('docs/api.md events: what happens reaches every client, once and in order', () => {
  const [early, late] = [attach(), attach(3)];
  happen(5);
  vi.advanceTimersByTime(100);
  expect(early.ids).toEqual([1, 2, 3, 4, 5]);
  happen(2);
  vi.advanceTimersByTime(100);
  expect(early.ids).toEqual([1, 2, 3, 4, 5, 6, 7]);
  // It was ahead of this run when it came.
  expect(late.ids).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('docs/api.md events: whoever does not read is given one chunk and no more, later a gap', () => {
  const client = attach();
  vi.advanceTimersByTime(100);
  client.isReading = false;
  for (let round = 0; round < 50; round += 1) {
    happen(100);
    vi.advanceTimersByTime(50);
  }
  expect(client.text.length).toBeLessThan(40_000);
  const last = client.ids.at(-1) ?? 0;
  client.drain();
  vi.advanceTimersByTime(5000);
  expect(client.text).toContain(`event: gap\ndata: {"from":${last + 1},"to":4000}\n\nid: 4001\n`);
  expect(client.ids.at(-1)).toBe(5000);
});

test('docs/api.md events: a comment each 15 seconds; a client that reads nothing for a minute is dropped', () => {
  const client = attach();
  vi.advanceTimersByTime(46_000);
  expect(client.text.match(/^: $/gm)).toHaveLength(3);
  const deaf = attach(0, false);
  vi.advanceTimersByTime(59_000);
  expect(deaf.isDestroyed).toBe(false);
  vi.advanceTimersByTime(20_000);
  expect([deaf.isDestroyed, client.isDestroyed, feed.clients()]).toEqual([true, false, 1]);
});

test('docs/api.md events: fifty clients are all; one that leaves makes room', () => {
  const clients = Array.from({ length: 50 }, () => attach());
  expect(feed.isFull()).toBe(true);
  clients[7]?.destroy();
  expect(feed.isFull()).toBe(false);
});
