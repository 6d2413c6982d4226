/** cidr - networks written as 192.168.0.0/24, [::1]/128 or a plain address. RFC 4632 · RFC 4291 §2.2 */

/** Bytes of an IPv4 or IPv6 address, or undefined when it is none. */
export function addressBytes(text: string): readonly number[] | undefined {
  return text.includes(':') ? v6Bytes(text) : v4Bytes(text);
}

function v4Bytes(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function groupBytes(text: string): readonly number[] | undefined {
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

function v6Bytes(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const left = groupBytes(halves[0] ?? '');
  const right = groupBytes(halves[1] ?? '');
  if (left === undefined || right === undefined) return undefined;
  if (halves.length === 1) return left.length === 16 ? left : undefined;
  const gap = 16 - left.length - right.length;
  return gap < 2 ? undefined : [...left, ...new Array<number>(gap).fill(0), ...right];
}

/** A network as bytes and prefix length; host bits need not be zero here (checkers complain elsewhere). */
function parseNetwork(
  text: string,
): { readonly bytes: readonly number[]; readonly bits: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9a-fA-F:.]+?))(?:\/(\d{1,3}))?$/.exec(text);
  const bytes = addressBytes(match?.[1] ?? match?.[2] ?? '');
  if (match === null || bytes === undefined) return undefined;
  const bits = match[3] === undefined ? bytes.length * 8 : Number(match[3]);
  return bits > bytes.length * 8 ? undefined : { bytes, bits };
}

const networks = new Map<string, ReturnType<typeof parseNetwork>>();

/** True when `item` is a network or address that contains `address`. */
export function matchesNetwork(item: string, address: string): boolean {
  let network = networks.get(item);
  if (network === undefined && !networks.has(item)) {
    if (networks.size > 10_000) networks.clear();
    network = parseNetwork(item);
    networks.set(item, network);
  }
  const bytes = network === undefined ? undefined : addressBytes(address);
  if (network === undefined || bytes === undefined || bytes.length !== network.bytes.length) return false;
  for (let bit = 0; bit < network.bits; bit += 8) {
    const left = Math.min(8, network.bits - bit);
    const mask = (0xff << (8 - left)) & 0xff;
    const at = bit / 8;
    if (((bytes[at] ?? 0) & mask) !== ((network.bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}
