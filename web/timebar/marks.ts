/** marks - the shapes of the marks, and where they stand on a bar of a width. */
import type { Mark, MarkKind } from '../engine/view.ts';

/** ▲ connection, ■ queue, ● delivery, ◆ deferral, ✖ error: told apart without their colours. */
export const MARK_LOOK: Readonly<
  Record<MarkKind, { readonly path: string; readonly colour: string; readonly glyph: string }>
> = {
  connection: { path: 'M0-6 6 5H-6Z', colour: '#14324a', glyph: '▲' },
  queue: { path: 'M-5-5H5V5H-5Z', colour: '#0072b2', glyph: '■' },
  delivery: { path: 'M-5.5 0A5.5 5.5 0 1 1 5.5 0A5.5 5.5 0 1 1-5.5 0Z', colour: '#00664c', glyph: '●' },
  deferral: { path: 'M0-7 7 0 0 7-7 0Z', colour: '#a86400', glyph: '◆' },
  error: {
    path: 'M-6-3.5-3.5-6 0-2.5 3.5-6 6-3.5 2.5 0 6 3.5 3.5 6 0 2.5-3.5 6-6 3.5-2.5 0Z',
    colour: '#000000',
    glyph: '✖',
  },
};

/** Half the thumb of the slider: its middle never reaches the ends. */
const INSET = 5;

export interface MarkPlace {
  readonly x: number;
  readonly kind: MarkKind;
}

/** Places in pixels, rounded; marks of a kind that would cover each other are one. */
export function placesOf(
  marks: readonly Mark[],
  first: number,
  length: number,
  width: number,
): readonly MarkPlace[] {
  const span = Math.max(1, length - first);
  const places = new Map<string, MarkPlace>();
  for (const { n, kind } of marks) {
    const x = Math.round(INSET + ((n - first) / span) * (width - 2 * INSET));
    places.set(`${kind} ${x}`, { x, kind });
  }
  return [...places.values()];
}
