/** The right-hand side of an alias, or a .forward: addresses, files, commands, lists. aliases(5) */
import { isLocalDomain } from '../config/own-address.ts';
import type { Settings } from '../config/settings.ts';
import { splitLocalDomain } from '../mail/split-address.ts';

/** Splits at commas outside quotes; `"|cmd args"` loses its quotes, comments in () are dropped. */
export function membersOf(text: string): readonly string[] {
  const members: string[] = [];
  let current = '';
  let quoted = false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\' && quoted) {
      at += 1;
      current += text[at] ?? '';
    } else if (char === '"' && depth === 0) quoted = !quoted;
    else if (char === '(' && !quoted) depth += 1;
    else if (char === ')' && !quoted && depth > 0) depth -= 1;
    else if (depth > 0) continue;
    else if (char === ',' && !quoted) {
      members.push(current.trim());
      current = '';
    } else current += char;
  }
  members.push(current.trim());
  return members.map(withoutBrackets).filter((member) => member !== '');
}

function withoutBrackets(member: string): string {
  const match = /<([^<>]*)>$/.exec(member);
  return match?.[1] ?? member;
}

/** A bare name, or an address in a domain of ours. */
export function isOurDomain(settings: Settings, member: string): boolean {
  const { domain } = splitLocalDomain(member);
  return domain === undefined || isLocalDomain(settings, domain).type === 'match';
}
