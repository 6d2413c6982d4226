/** markdown - tables and pages in the one form that all generated documents have. */

/** A table; bars inside cells are escaped, so that a cell stays a cell. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** `code`, also where the text has backquotes or is empty. */
export function code(text: string): string {
  if (text === '') return '';
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A page: title, where it comes from, parts with an empty line between them. */
export function page(title: string, source: string, parts: readonly string[]): string {
  return `${[`# ${title}`, `Made by \`npm run docs\` from ${source}; do not edit.`, ...parts].join('\n\n')}\n`;
}
