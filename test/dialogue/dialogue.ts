/**
 * dialogue - the file format: what a client sends (C:), what the server must say (S:).
 *
 * scenarios/dialogues/README.md describes it for those who write one. docs/decisions/0007-dialogues.md
 */
import { escapeBytes, unescapeBytes } from './escape.ts';

export type Profile = '2.3' | '3.x';

export type Step =
  /** One write; `split`: a write for every byte. One character a byte. */
  | { readonly type: 'send'; readonly bytes: string; readonly split: boolean }
  /** The server must say this; without line ends. */
  | { readonly type: 'hear'; readonly lines: readonly string[] }
  | { readonly type: 'wait'; readonly ms: number }
  /** The client says that it will send no more. */
  | { readonly type: 'end' }
  /** The server must hang up. */
  | { readonly type: 'closed' };

export interface Dialogue {
  readonly name: string;
  readonly profile: Profile;
  /** main.cf lines beyond those of configuration.ts. */
  readonly settings: readonly string[];
  readonly steps: readonly Step[];
}

/**
 * Reads a file; one dialogue for each profile it names. Throws where the file is wrong: this is a tool of
 * tests.
 */
export function parseDialogue(name: string, text: string): readonly Dialogue[] {
  const profiles: Profile[] = [];
  const settings: string[] = [];
  let steps: readonly Step[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const [, profile] = /^# profile: (.*)$/.exec(line) ?? [];
    const [, setting] = /^# settings: (.*)$/.exec(line) ?? [];
    if (profile !== undefined) profiles.push(...(profile.split(/,\s*/) as Profile[]));
    else if (setting !== undefined) settings.push(setting);
    else if (line !== '' && !/^#( |$)/.test(line)) {
      const step = parseStep(line);
      if (step === undefined) throw new Error(`${name}:${at + 1}: not a line of a dialogue: ${line}`);
      steps = joined(steps, step);
    }
  }
  const known = profiles.every((profile) => profile === '2.3' || profile === '3.x');
  if (!known || profiles.length === 0) throw new Error(`${name}: # profile: is 3.x, 2.3 or both`);
  return profiles.map((profile) => ({ name, profile, settings, steps }));
}

function parseStep(line: string): Step | undefined {
  const [, key = '', , rest = ''] = /^([A-Za-z-]+!?):( (.*)|)$/s.exec(line) ?? [];
  const typed = `${Buffer.from(rest, 'utf8').toString('latin1')}\r\n`;
  const raw = unescapeBytes(rest);
  switch (key) {
    case 'C':
      return { type: 'send', bytes: typed, split: false };
    case 'C!':
      return raw === undefined ? undefined : { type: 'send', bytes: raw, split: false };
    case 'C-split':
      return { type: 'send', bytes: typed, split: true };
    case 'C-close':
      return { type: 'end' };
    case 'S':
      return { type: 'hear', lines: [rest] };
    case 'S-close':
      return { type: 'closed' };
    case 'W':
      return /^\d+$/.test(rest) ? { type: 'wait', ms: Number(rest) } : undefined;
    default:
      return undefined;
  }
}

/** Lines of one speaker in a row are one step. */
function joined(steps: readonly Step[], step: Step): readonly Step[] {
  const last = steps.at(-1);
  const before = steps.slice(0, -1);
  if (last?.type === 'hear' && step.type === 'hear')
    return [...before, { type: 'hear', lines: [...last.lines, ...step.lines] }];
  if (last?.type === 'send' && step.type === 'send' && last.split === step.split)
    return [...before, { ...last, bytes: last.bytes + step.bytes }];
  return [...steps, step];
}

/** The file of one dialogue. */
export function formatDialogue({ profile, settings, steps }: Omit<Dialogue, 'name'>): string {
  const header = [`# profile: ${profile}`, ...settings.map((line) => `# settings: ${line}`)];
  return `${[...header, ...steps.flatMap(formatStep)].join('\n')}\n`;
}

function formatStep(step: Step): readonly string[] {
  switch (step.type) {
    case 'send':
      return sentLines(step.bytes).map((line) => formatSent(line, step.split));
    case 'hear':
      return step.lines.map((line) => `S: ${line}`);
    case 'wait':
      return [`W: ${step.ms}`];
    case 'end':
      return ['C-close:'];
    case 'closed':
      return ['S-close:'];
    default:
      step satisfies never;
      return [];
  }
}

function sentLines(bytes: string): readonly string[] {
  return bytes.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function formatSent(line: string, split: boolean): string {
  const [, plain] = /^([ -~]{0,200})\r\n$/.exec(line) ?? [];
  if (split) return `C-split: ${plain ?? line}`;
  if (plain === undefined) return `C!: ${escapeBytes(line)}`;
  return plain === '' ? 'C:' : `C: ${plain}`;
}

/** Complete replies in a text: the last line of one has a blank behind its code. RFC 5321 §4.2.1 */
export function countReplies(text: string): number {
  return text.match(/^\d{3} [^\n]*\n/gm)?.length ?? 0;
}
