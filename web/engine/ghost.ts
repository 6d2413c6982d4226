/** ghost - the line that a scenario would type next, after what has been typed so far. */
import type { ScenarioInfo } from './protocol.ts';
import type { TerminalView } from './view.ts';

/** `MAIL FROM:<a@b>` and `mail from: a@b` say the same. */
function plainForm(line: string): string {
  return line.toLowerCase().replace(/[<>]/g, '').replace(/:\s+/g, ':').trim();
}

/** The next line of the scenario; undefined without a connection, or when all has been typed. */
export function ghostLine(
  scenario: ScenarioInfo | undefined,
  terminal: TerminalView | undefined,
): string | undefined {
  if (scenario === undefined || terminal?.isOpen !== true) return undefined;
  return scenario.lines[placeIn(scenario.lines, typedLines(terminal))];
}

/** Lines typed since the last call. */
function typedLines({ lines }: TerminalView): readonly string[] {
  const lastEnd = lines.findLastIndex(({ from }) => from === 'note');
  return lines
    .slice(lastEnd + 1)
    .filter(({ from }) => from === 'client')
    .map(({ text }) => text);
}

/** Where the scenario goes on: behind its last line that was typed; lines of one's own do not matter. */
function placeIn(lines: readonly string[], typed: readonly string[]): number {
  const forms = lines.map(plainForm);
  let place = 0;
  for (const line of typed) place = Math.max(place, forms.indexOf(plainForm(line), place) + 1);
  return place;
}

/** Whether all that the scenario types has been typed, in this call or the last one. */
export function isAllTyped({ lines }: ScenarioInfo, terminal: TerminalView | undefined): boolean {
  if (terminal === undefined) return false;
  const typed = terminal.lines.filter(({ from }) => from === 'client').map(({ text }) => text);
  return placeIn(lines, typed) >= lines.length;
}
