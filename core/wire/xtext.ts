/**
 * xtext: how SMTP parameters (ENVID, ORCPT, AUTH) carry any character. RFC 3461 §4
 */
const HEX_PAIR = /^[0-9A-Fa-f]{2}$/;

/**
 * The decoded text, or undefined when a + is not followed by two hex digits.
 * Differs: Postfix lets through whatever it decodes; here a control character makes the text invalid, because
 * decoded CR LF has been used to inject lines into logs, queue files and headers.
 */
export function xtextDecode(text: string): string | undefined {
  let decoded = '';
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code === 43) {
      const pair = text.slice(i + 1, i + 3);
      if (!HEX_PAIR.test(pair)) return undefined;
      code = Number.parseInt(pair, 16);
      i += 2;
    }
    if (code < 32 || code === 127) return undefined;
    decoded += String.fromCharCode(code);
  }
  return decoded;
}

/** Wire text as xtext: +, blanks, everything outside ! to ~ and the `special` characters become +XX. */
export function xtextEncode(text: string, special = ''): string {
  let encoded = '';
  for (const char of text) {
    const code = char.charCodeAt(0);
    const plain = code > 32 && code < 127 && char !== '+' && !special.includes(char);
    encoded += plain ? char : `+${code.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
