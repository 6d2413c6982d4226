/** tokens - what flies over the map, on a canvas: a thousand of them cost one picture each per frame. */
import { edgeOf, edges, type StageEdge, VIEW_HEIGHT, VIEW_WIDTH } from './geometry.ts';
import type { Hop } from './hops.ts';
import { type Sprite, spriteOf } from './sprites.ts';

/** More than that is a crowd nobody could follow. */
const FLYING_LIMIT = 1500;
/** With reduced motion a token stands still at its goal for so long. */
const STILL_MS = 300;

interface Token {
  readonly sprite: Sprite;
  readonly edge: StageEdge;
  readonly isBackwards: boolean;
  readonly startMs: number;
  readonly flightMs: number;
  /** Flies on along another edge when it has arrived. */
  readonly isRestless: boolean;
}

export interface TokenLayer {
  /** Lets a hop fly along its edge; nothing happens where the map has none. */
  fly(hop: Hop, flightMs: number): void;
  /** So many tokens that fly on and on, for measuring; 0 sends them away. */
  spawn(count: number): void;
  clear(): void;
  /** The size of the canvas in CSS pixels has changed. */
  resize(width: number, height: number): void;
  stop(): void;
}

/** A layer over a canvas that has the size of the map. */
export function createTokens(canvas: HTMLCanvasElement, isStill: () => boolean): TokenLayer {
  const context = canvas.getContext('2d');
  let tokens: Token[] = [];
  let frame = 0;
  let scale = 1;
  let left = 0;
  let top = 0;
  let seed = 1;

  function dice(count: number): number {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed % count;
  }

  function wake(): void {
    if (frame === 0) frame = requestAnimationFrame(paint);
  }

  function paint(now: number): void {
    frame = 0;
    if (context === null) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const next: Token[] = [];
    for (const token of tokens) {
      const part = (now - token.startMs) / token.flightMs;
      if (part < 1) next.push(token);
      else if (token.isRestless) next.push(wanderer(now));
      if (part < 1) drawToken(context, token, Math.max(0, part));
    }
    tokens = next;
    if (tokens.length > 0) wake();
  }

  function drawToken(on: CanvasRenderingContext2D, token: Token, part: number): void {
    const { edge, sprite } = token;
    const eased = isStill() ? 1 : part * part * (3 - 2 * part);
    const along = token.isBackwards ? 1 - eased : eased;
    const x = left + (edge.x1 + (edge.x2 - edge.x1) * along - sprite.width / 2) * scale;
    const y = top + (edge.y1 + (edge.y2 - edge.y1) * along - sprite.height / 2) * scale;
    on.drawImage(sprite.image, Math.round(x), Math.round(y));
  }

  function wanderer(now: number): Token {
    const edge = edges[dice(edges.length)] as StageEdge;
    const status = (['transit', 'delivered', 'deferred'] as const)[dice(3)] ?? 'transit';
    const sprite = spriteOf({ kind: 'mail', status, label: '' }, scale);
    const flightMs = 500 + dice(700);
    return { sprite, edge, isBackwards: false, startMs: now, flightMs, isRestless: true };
  }

  return {
    fly: (hop, flightMs) => {
      const way = edgeOf(hop.from, hop.to);
      // A map that is hidden has no size, and a picture without size cannot be made.
      if (way === undefined || scale === 0 || tokens.length >= FLYING_LIMIT) return;
      const sprite = spriteOf(hop, scale);
      const timeMs = isStill() ? STILL_MS : flightMs;
      tokens.push({ ...way, sprite, startMs: performance.now(), flightMs: timeMs, isRestless: false });
      wake();
    },
    spawn: (count) => {
      const now = performance.now();
      tokens = tokens.filter(({ isRestless }) => !isRestless);
      for (let made = 0; made < count; made += 1) tokens.push(wanderer(now - dice(500)));
      wake();
    },
    clear: () => {
      tokens = tokens.filter(({ isRestless }) => isRestless);
      wake();
    },
    resize: (width, height) => {
      const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      scale = Math.min(canvas.width / VIEW_WIDTH, canvas.height / VIEW_HEIGHT);
      left = (canvas.width - VIEW_WIDTH * scale) / 2;
      top = (canvas.height - VIEW_HEIGHT * scale) / 2;
      wake();
    },
    stop: () => {
      cancelAnimationFrame(frame);
      tokens = [];
    },
  };
}
