/** parameters - every parameter of main.cf with its type, its defaults and its meaning. postconf(5) */
import { meaningOf } from '../../core/config/meanings.ts';
import { parameterNames, parameterOf } from '../../core/config/registry.ts';
import { code, page, table } from './markdown.ts';

const TEXTS = {
  en: {
    title: 'Parameters of main.cf',
    heads: ['parameter', 'type', 'default in 2.3.6', 'default in 3.x', 'meaning'],
    legend:
      'A dash means that the version does not know the name. A star marks a parameter of Postscope that Postfix does not have. “Computed” defaults come from the host; the text is a stand-in.',
    computed: 'computed',
  },
  fr: {
    title: 'Paramètres de main.cf',
    heads: ['paramètre', 'type', 'défaut en 2.3.6', 'défaut en 3.x', 'sens'],
    legend:
      'Un tiret : la version ne connaît pas ce nom. Une étoile : paramètre de Postscope, que Postfix n’a pas. « Calculé » : le défaut vient de la machine, le texte en tient lieu.',
    computed: 'calculé',
  },
} as const;

/** Text of parameters.<language>.md. */
export function parametersPage(language: 'en' | 'fr'): string {
  const { title, heads, legend, computed } = TEXTS[language];
  const names = [...new Set([...parameterNames('2.3'), ...parameterNames('3.x')])].sort();
  const rows = names.map((name) => {
    const entry = parameterOf(name);
    if (entry === undefined) throw new Error(`core/config/registry.ts lists ${name} and does not know it`);
    const type = entry.unit === undefined ? entry.type : `${entry.type} (${entry.unit})`;
    const value = (text: string | undefined) => (text === undefined ? '–' : code(text));
    return [
      `${code(name)}${entry.ours ? ' \\*' : ''}`,
      entry.computed ? `${type}, ${computed}` : type,
      ...[value(entry.v2), value(entry.v3), meaningOf(name, language) ?? ''],
    ];
  });
  return page(title, '`core/config/parameters`', [legend, `${names.length}`, table(heads, rows)]);
}
