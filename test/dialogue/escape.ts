/** escape - raw bytes as text in a dialogue: `\r \n \t \0 \\ \xHH`, and `\(a*3000)` for many of the same. */

const NAMED: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };
const NAMES = new Map(Object.entries(NAMED).map(([name, char]) => [char, `\\${name}`]));

/** One character a byte; undefined when an escape is wrong. Characters beyond ASCII stand for their UTF-8. */
export function unescapeBytes(text: string): string | undefined {
  let bad = false;
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const plain = bytes.replace(/\\(?:x([0-9A-Fa-f]{2})|\(((?:[^*\\]|\\.)+)\*(\d+)\)|(.?))/gs, replace);
  return bad ? undefined : plain;

  function replace(_: string, hex?: string, piece?: string, count?: string, name?: string): string {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (piece !== undefined) {
      const unit = unescapeBytes(piece);
      if (unit !== undefined) return unit.repeat(Number(count));
    }
    const char = NAMED[name ?? ''];
    if (char === undefined) bad = true;
    return char ?? '';
  }
}

/** The other way; long runs of one character are folded. */
export function escapeBytes(bytes: string): string {
  return bytes
    .replace(/[^ -[\]-~]/g, (char) => NAMES.get(char) ?? `\\x${hex(char)}`)
    .replace(/([A-Za-z0-9 ])\1{39,}/g, (run, char: string) => `\\(${char}*${run.length})`);
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}
