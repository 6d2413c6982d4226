/**
 * Quoting the local part of an address. RFC 5322 §3.2.4, RFC 5321 §4.1.2
 *
 * Inside the mail system an address is kept unquoted, `a b@example.org`; in headers and commands it is
 * written `"a b"@example.org`. 8-bit characters are left alone.
 */
const SPECIALS_822 = /[\0-\x20\x7f()<>@,;:\\"[\]]/;

/** The external form of an internal address for headers and logs. A source route before it stays as it is. */
export function quote822(address: string): string {
  const colon = address.startsWith('@') ? address.indexOf(':') : -1;
  const route = address.slice(0, colon + 1);
  return route + quoteLocal(address.slice(colon + 1), /["\\\r]/g);
}

/** The external form of an internal address for SMTP commands. */
export function quote821(address: string): string {
  return quoteLocal(address, /["\\\r\n]/g);
}

function quoteLocal(address: string, escaped: RegExp): string {
  const at = address.lastIndexOf('@');
  const local = at < 0 ? address : address.slice(0, at);
  if (isDotString(local)) return address;
  return `"${local.replace(escaped, '\\$&')}"${address.slice(local.length)}`;
}

/** RFC 5321 §4.1.2 Dot-string: atoms with single dots between them. */
function isDotString(local: string): boolean {
  if (local === '' || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  return !SPECIALS_822.test(local);
}

/** The internal form of an external address: quotes and backslashes of the local part removed. */
export function unquote822(text: string): string {
  const colon = text.startsWith('@') ? text.indexOf(':') : -1;
  let internal = text.slice(0, colon + 1);
  let quoted = false;
  let atInternal = -1;
  let atText = -1;
  for (let i = colon + 1; i < text.length; i++) {
    let char = text.charAt(i);
    if (char === '"') {
      quoted = !quoted;
      continue;
    }
    if (char === '@' && !quoted) {
      atInternal = internal.length;
      atText = i;
    } else if (char === '\\') {
      i++;
      if (i === text.length) break;
      char = text.charAt(i);
    }
    internal += char;
  }
  return atInternal < 0 ? internal : internal.slice(0, atInternal) + text.slice(atText);
}
