/** observed - SMTP sessions as a running server's trace tells them: what was read and what was written. */
import type { TraceEvent } from '#core';
import type { TerminalLine, TerminalView } from './view.ts';

/** A session of smtpd(8); `client` is `unknown[192.168.0.10]` once it is known. */
export interface SessionNow {
  readonly process: string;
  readonly pid: number;
  readonly client: string;
  readonly isOpen: boolean;
  readonly lines: readonly TerminalLine[];
}

/** The session after an event of its process; undefined when the event is not one of a session. */
export function sessionAfter(known: SessionNow | undefined, event: TraceEvent): SessionNow | undefined {
  if (event.service !== 'smtpd') return undefined;
  const { process, pid, n, effects } = event;
  const before = known ?? { process, pid, client: '', isOpen: true, lines: [] };
  const read = event.event.type === 'net.received' ? linesOf(n, 'client', event.event.text) : [];
  const written = effects.flatMap((effect) =>
    effect.type === 'net.write' ? linesOf(n, 'server', effect.text) : [],
  );
  const isOpen = before.isOpen && !effects.some(({ type }) => type === 'net.close' || type === 'exit');
  const client = before.client || clientIn(event);
  const lines = read.length + written.length === 0 ? before.lines : [...before.lines, ...read, ...written];
  return { process, pid, client, isOpen, lines };
}

function clientIn({ effects }: TraceEvent): string {
  for (const { type, text } of effects) {
    const found = type === 'log' && typeof text === 'string' ? /^connect from (\S+)$/.exec(text) : null;
    if (found?.[1] !== undefined) return found[1];
  }
  return '';
}

/** Lines without their ends. */
export function linesOf(n: number, from: TerminalLine['from'], text: unknown): readonly TerminalLine[] {
  if (typeof text !== 'string') return [];
  const lines = text.split('\r\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => ({ n, from, text: line }));
}

export function sessionTerminal({ process, pid, client, isOpen, lines }: SessionNow): TerminalView {
  return { name: process, title: `smtpd[${pid}] ${client}`, isOpen, canType: false, lines };
}
