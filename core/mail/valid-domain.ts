/**
 * valid-domain - could mail be sent to what stands behind the @?
 *
 * RFC 5321 §4.1.2 · RFC 5321 §4.1.3 · Postfix: src/util/valid_hostname.c
 */

/** Four numbers with dots between them. */
export function isDottedQuad(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);
}

/** An IPv6 address as RFC 4291 §2.2 writes it. */
export function isIpv6(text: string): boolean {
  const quad = /^(.*:)([\d.]+)$/.exec(text);
  if (quad?.[2]?.includes('.') === true) {
    return isDottedQuad(quad[2]) && isIpv6(`${quad[1] ?? ''}0:0`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}

function isLabel(label: string): boolean {
  return (
    label.length > 0 && label.length <= 63 && /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(label)
  );
}

/** Labels of letters, digits, - and _, no hyphen at either end, not all digits. */
export function isHostName(name: string): boolean {
  if (name.length === 0 || name.length > 255 || !/[A-Za-z_-]/.test(name)) return false;
  return name.split('.').every(isLabel);
}

/** `[192.0.2.1]` or `[IPv6:2001:db8::1]`. */
export function isLiteral(text: string): boolean {
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  if (inner === undefined) return false;
  return /^ipv6:/i.test(inner) ? isIpv6(inner.slice(5)) : isDottedQuad(inner);
}
