/** The right-hand side of an alias, or a .forward, as a list of what it asks for. aliases(5) */

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

/** `Full Name <user>` is user. */
function withoutBrackets(member: string): string {
  if (member.startsWith('|') || member.startsWith('/')) return member;
  return /<([^<>]*)>$/.exec(member)?.[1] ?? member;
}

/** The lines of a .forward: # begins a comment line, a line end separates like a comma. forward(5) */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines.flatMap((line) => membersOf(line));
}

/** What a member asks for. */
export type Member =
  | { readonly type: 'command' | 'list' | 'file'; readonly text: string }
  | { readonly type: 'address'; readonly text: string; readonly direct: boolean };

/** Sorts a member by its first characters. */
export function memberOf(member: string): Member {
  if (member.startsWith('|')) return { type: 'command', text: member.slice(1).trim() };
  if (/^:include:/i.test(member)) return { type: 'list', text: member.slice(':include:'.length).trim() };
  if (member.startsWith('/')) return { type: 'file', text: member };
  if (member.startsWith('\\')) return { type: 'address', text: member.slice(1), direct: true };
  return { type: 'address', text: member, direct: false };
}
