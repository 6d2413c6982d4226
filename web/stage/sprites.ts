/** sprites - the small pictures that fly over the map, drawn once each and kept. */
import type { Hop, Status } from './hops.ts';

/** Colour and glyph of each fate: never the colour alone. */
export const STATUS_LOOK: Readonly<Record<Status, { readonly colour: string; readonly glyph: string }>> = {
  transit: { colour: '#0072b2', glyph: '○' },
  deferred: { colour: '#e69f00', glyph: '◷' },
  returned: { colour: '#d55e00', glyph: '↩' },
  delivered: { colour: '#009e73', glyph: '✓' },
  refused: { colour: '#000000', glyph: '✕' },
  held: { colour: '#7b3fa0', glyph: '‖' },
};

const INK = '#12293c';
const FONT = 'system-ui, "Segoe UI", "DejaVu Sans", sans-serif';

export interface Sprite {
  readonly image: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

type Context = OffscreenCanvasRenderingContext2D;

const kept = new Map<string, Sprite>();

/** The picture of a hop at a scale (device pixels per viewBox unit). */
export function spriteOf(hop: Pick<Hop, 'kind' | 'status' | 'label'>, scale: number): Sprite {
  const key = `${hop.kind} ${hop.status} ${hop.label} ${scale.toFixed(3)}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size > 500) kept.clear();
  const sprite = draw(hop, scale);
  kept.set(key, sprite);
  return sprite;
}

function draw({ kind, status, label }: Pick<Hop, 'kind' | 'status' | 'label'>, scale: number): Sprite {
  const width = kind === 'mail' ? 52 : kind === 'line' ? 26 + label.length * 9 : 26;
  const height = kind === 'mail' ? (label === '' ? 42 : 52) : 26;
  const paper = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const context = paper.getContext('2d');
  if (context !== null) {
    context.scale(scale, scale);
    context.translate(width / 2, height / 2);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    if (kind === 'mail') drawEnvelope(context, status, label);
    else if (kind === 'line') drawLine(context, status, label, width);
    else drawNote(context, label);
  }
  return { image: paper.transferToImageBitmap(), width, height };
}

/** An envelope that holds a letter: the envelope is MAIL FROM and RCPT TO, the letter is what people read. */
function drawEnvelope(context: Context, status: Status, label: string): void {
  const { colour, glyph } = STATUS_LOOK[status];
  context.lineWidth = 1.8;
  context.strokeStyle = INK;
  context.fillStyle = '#ffffff';
  box(context, -12, -22, 24, 20, 1.5);
  context.fillStyle = colour;
  for (const y of [-18, -14.5]) context.fillRect(-8.5, y, 17, 1.6);
  context.fillStyle = '#fff7dc';
  box(context, -18, -13, 36, 23, 2.5);
  context.beginPath();
  context.moveTo(-18, -12);
  context.lineTo(0, 1);
  context.lineTo(18, -12);
  context.stroke();
  context.beginPath();
  context.arc(16, 7, 8.5, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.stroke();
  context.fillStyle = status === 'deferred' ? '#000000' : '#ffffff';
  context.font = `700 12px ${FONT}`;
  context.fillText(glyph, 16, 7.5);
  if (label === '') return;
  context.font = `700 11px ui-monospace, "DejaVu Sans Mono", monospace`;
  context.lineWidth = 3.5;
  context.strokeStyle = '#ffffff';
  context.strokeText(label, -4, 18.5);
  context.fillStyle = INK;
  context.fillText(label, -4, 18.5);
}

/** A line of SMTP: its verb or its reply code. */
function drawLine(context: Context, status: Status, label: string, width: number): void {
  const isBad = status === 'refused';
  context.lineWidth = 1.8;
  context.strokeStyle = INK;
  context.fillStyle = isBad ? '#000000' : '#ffffff';
  box(context, 1 - width / 2, -11, width - 2, 22, 11);
  context.fillStyle = isBad ? '#ffffff' : INK;
  context.font = `700 13px ui-monospace, "DejaVu Sans Mono", monospace`;
  context.fillText(isBad ? `✕${label}` : label, 0, 1);
}

/** A question between programs, or its answer. */
function drawNote(context: Context, label: string): void {
  context.beginPath();
  context.arc(0, 0, label === '' ? 6 : 10, 0, 2 * Math.PI);
  context.fillStyle = '#ffffff';
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = '#1a5fa8';
  context.stroke();
  context.fillStyle = '#1a5fa8';
  context.font = `700 14px ${FONT}`;
  context.fillText(label, 0, 1);
}

function box(context: Context, x: number, y: number, w: number, h: number, r: number): void {
  context.beginPath();
  context.roundRect(x, y, w, h, r);
  context.fill();
  context.stroke();
}
