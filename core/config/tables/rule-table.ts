/**
 * rule-table - makes the table of a `cidr:`, `regexp:` or `pcre:` name, be it a file or rules in braces.
 *
 * cidr_table(5) · regexp_table(5) · pcre_table(5)
 */
import { cidrTable } from './cidr-table.ts';
import { inlineRules } from './inline.ts';
import { patternTable } from './pattern-table.ts';
import type { Table } from './table.ts';

/**
 * @param type one of RULE_TYPES
 * @param name a path, or `{{rule}, {rule}}`
 * @param read gives the text of the file, latin1; not called for rules in braces, may throw
 */
export function ruleTable(type: string, name: string, read: () => string): Table {
  const inline = inlineRules(type, name);
  if (inline !== undefined && 'error' in inline) return { type: 'error', text: inline.error };
  const text = inline === undefined ? read() : inline.text;
  return type === 'regexp' || type === 'pcre' ? patternTable(type, text, name) : cidrTable(text, name);
}
