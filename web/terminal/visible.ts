/**
 * visible - terminal text for people: bytes as UTF-8 where they are, or every invisible byte as a sign.
 *
 * One character of the text is one byte.
 */

/** The line as a terminal shows it: UTF-8 where the bytes are UTF-8, unchanged where they are not. */
export function readableText(text: string): string {
  const line = text.replace(/\r?\n$/, '').replaceAll('\r\n', '\n');
  if (!/[\u0080-\u00ff]/.test(line) || /[^\u0000-\u00ff]/.test(line)) return line;
  const bytes = Uint8Array.from(line, (character) => character.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return line;
  }
}

/** A piece of a raw line; `isSign`: it stands for a byte that cannot be seen. */
export interface RawPiece {
  readonly text: string;
  readonly isSign: boolean;
}

/** The line with its CRLF: control bytes by their names (`CR`, `NUL`), bytes above 127 as `C3`. */
export function rawPieces(text: string): readonly RawPiece[] {
  const line = /\n$/.test(text) ? text : `${text}\r\n`;
  const pieces = line.match(/[\u0020-\u007e]+|[^\u0020-\u007e]/g) ?? [];
  return pieces.map((piece) =>
    /^[\u0020-\u007e]/.test(piece) ? { text: piece, isSign: false } : { text: signOf(piece), isSign: true },
  );
}

/** ASCII's own names, 0 to 31. */
const CONTROLS =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

function signOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 127) return 'DEL';
  if (code > 255) return character;
  return CONTROLS[code] ?? code.toString(16).toUpperCase();
}

/** What is left of the proposed line behind what was typed; '' when the two do not fit. */
export function ghostRest(ghost: string | undefined, typed: string): string {
  if (ghost === undefined || ghost.length <= typed.length) return '';
  return ghost.toLowerCase().startsWith(typed.toLowerCase()) ? ghost.slice(typed.length) : '';
}

/** Beyond so many lines the oldest are not drawn: each costs time at every step, seen or not. */
const DRAWN_LINES = 300;
const DROPPED_AT_ONCE = 100;

/** Index of the first line to draw, a hundred further now and then, so that the rest stays as it is. */
export function firstDrawn(count: number): number {
  return Math.max(0, Math.ceil((count - DRAWN_LINES) / DROPPED_AT_ONCE) * DROPPED_AT_ONCE);
}
