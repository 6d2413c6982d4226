/**
 * cidr - IP addresses and networks, written as 192.0.2.0/24, [2001:db8::]/32 or a plain address.
 *
 * RFC 4632 · RFC 4291 §2.2 · RFC 5952 · Postfix: src/util/cidr_match.c
 */

/** Four or sixteen bytes. */
export type AddressBytes = readonly number[];

/** A network; all bits behind the prefix are zero. */
export interface Network {
  readonly bytes: AddressBytes;
  readonly prefixLength: number;
}

/** Bytes of an IPv4 or IPv6 address, or undefined when the text is none. */
export function addressBytes(text: string): AddressBytes | undefined {
  return text.includes(':') ? v6Bytes(text) : v4Bytes(text);
}

/**
 * Digit by digit: the address of a client is read at several of its commands. Like inet_pton(3) it takes no
 * leading zero, which others would read as octal.
 */
function v4Bytes(text: string): AddressBytes | undefined {
  const bytes: number[] = [];
  let value = 0;
  let digits = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = at === text.length ? '.' : text.charAt(at);
    if (char === '.') {
      if (digits === 0 || value > 255) return undefined;
      bytes.push(value);
      value = 0;
      digits = 0;
    } else {
      digits += 1;
      if (char < '0' || char > '9' || digits > 3 || (digits === 2 && value === 0)) return undefined;
      value = value * 10 + char.charCodeAt(0) - 48;
    }
  }
  return bytes.length === 4 ? bytes : undefined;
}

function groupBytes(text: string): AddressBytes | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [at, group] of groups.entries()) {
    if (group.includes('.') && at === groups.length - 1) {
      const v4 = v4Bytes(group);
      if (v4 === undefined) return undefined;
      bytes.push(...v4);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    }
  }
  return bytes;
}

function v6Bytes(text: string): AddressBytes | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const left = groupBytes(halves[0] ?? '');
  const right = groupBytes(halves[1] ?? '');
  if (left === undefined || right === undefined) return undefined;
  if (halves.length === 1) return left.length === 16 ? left : undefined;
  const gap = 16 - left.length - right.length;
  return gap < 2 ? undefined : [...left, ...new Array<number>(gap).fill(0), ...right];
}

/**
 * The canonical text of an address: for IPv6 lower case, the longest run of zero groups as `::`. RFC 5952
 * §4
 */
export function addressText(bytes: AddressBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2)
    groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  let [start, length] = [-1, 1];
  for (let at = 0; at < 8; at++) {
    let end = at;
    while (groups[end] === '0') end++;
    if (end - at > length) [start, length] = [at, end - at];
  }
  if (start < 0) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

/** The first `prefixLength` bits, the rest zero. */
export function networkBytes(bytes: AddressBytes, prefixLength: number): AddressBytes {
  return bytes.map((byte, at) => {
    const bits = Math.min(8, Math.max(0, prefixLength - at * 8));
    return byte & (0xff << (8 - bits)) & 0xff;
  });
}

function sameBytes(a: AddressBytes, b: AddressBytes): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Takes the brackets off `[address]`, `[address]/length` and `[address/length]`. */
function unbracket(pattern: string): string | { readonly error: string } {
  if (!pattern.startsWith('[')) return pattern;
  const close = pattern.indexOf(']');
  if (close < 0) return { error: `missing ']' character after "${pattern}"` };
  const rest = pattern.slice(close + 1);
  if (rest !== '' && !rest.startsWith('/'))
    return { error: `garbage after "${pattern.slice(0, close + 1)}"` };
  return pattern.slice(1, close) + rest;
}

/** Reads an address or a network, or says in Postfix's words what is wrong with it. */
export function parseNetwork(pattern: string): Network | { readonly error: string } {
  const plain = unbracket(pattern);
  if (typeof plain !== 'string') return plain;
  const slash = plain.indexOf('/');
  const address = slash < 0 ? plain : plain.slice(0, slash);
  const mask = slash < 0 ? undefined : plain.slice(slash + 1);
  const bytes = addressBytes(address);
  if (mask === undefined)
    return bytes === undefined
      ? { error: `bad address pattern: "${address}"` }
      : { bytes, prefixLength: bytes.length * 8 };
  const prefixLength = Number(mask);
  if (!/^\d+$/.test(mask)) return { error: `bad mask value in "${address}/${mask}"` };
  if (prefixLength > (address.includes(':') ? 128 : 32))
    return { error: `bad mask length in "${address}/${mask}"` };
  if (bytes === undefined) return { error: `bad network value in "${address}/${mask}"` };
  const network = networkBytes(bytes, prefixLength);
  if (sameBytes(network, bytes)) return { bytes, prefixLength };
  const better = `${addressText(network)}/${prefixLength}`;
  return {
    error: `non-null host address bits in "${address}/${mask}", perhaps you should use "${better}" instead`,
  };
}

/** Is the address inside the network? Addresses of the other family never are. */
export function isInNetwork({ bytes, prefixLength }: Network, address: AddressBytes): boolean {
  if (address.length !== bytes.length) return false;
  for (let at = 0; at * 8 < prefixLength; at++) {
    const mask = 0xff << Math.max(0, 8 - (prefixLength - at * 8));
    if ((((address[at] ?? 0) ^ (bytes[at] ?? 0)) & mask & 0xff) !== 0) return false;
  }
  return true;
}

/** Two spellings of one address? Text that is no address equals nothing. */
export function sameAddress(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [addressBytes(a), addressBytes(b)];
  return left !== undefined && right !== undefined && sameBytes(left, right);
}
