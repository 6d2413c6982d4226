import { expect, test } from 'vitest';
import { ghostLine, isAllTyped } from './ghost.ts';
import type { ScenarioInfo } from './protocol.ts';
import type { TerminalLine, TerminalView } from './view.ts';

const two = { fr: '', en: '' };
const scenario: ScenarioInfo = {
  ...{ id: 'x', title: two, intro: two, call: '', offsetMinutes: 0 },
  lines: ['ehlo mail', 'mail from: <a@b>', 'data', '', '.', 'quit'],
};

function terminal(...typed: readonly string[]): TerminalView {
  const lines = typed.map((text, n): TerminalLine => ({ n, from: text === 'END' ? 'note' : 'client', text }));
  return { name: 't1', title: '', isOpen: true, canType: true, lines };
}

test('ghost: the next line of the scenario, however the one before was written', () => {
  expect(ghostLine(scenario, terminal())).toBe('ehlo mail');
  expect(ghostLine(scenario, terminal('EHLO mail', 'MAIL FROM:<a@b>'))).toBe('data');
  expect(ghostLine(scenario, terminal('ehlo mail', 'noop', 'mail from: <a@b>', 'data'))).toBe('');
});

test('ghost: lines of one’s own do not stop it', () => {
  expect(ghostLine(scenario, terminal('ehlo mail', 'mail from:a@b', 'data', 'hello', '.'))).toBe('quit');
});

test('ghost: another call begins anew; without a call there is none', () => {
  expect(ghostLine(scenario, terminal('ehlo mail', 'END'))).toBe('ehlo mail');
  expect(ghostLine(scenario, { ...terminal(), isOpen: false })).toBeUndefined();
  expect(ghostLine(scenario, terminal(...scenario.lines))).toBeUndefined();
  expect(isAllTyped(scenario, terminal(...scenario.lines))).toBe(true);
});
