/**
 * whole - all that a dialogue leaves behind, in a form in which servers can be compared: replies, letters,
 * log lines, and queue files record by record.
 */
import { readRecords } from '../../core/mail/queue-records.ts';
import { bytesToLatin1 } from '../../core/wire/bytes.ts';
import type { Dialogue } from './dialogue.ts';
import type { Played } from './played.ts';
import { playOnSimulator, recordOnSimulator } from './simulator.ts';

export interface Whole extends Played {
  /** Lines by program; those of smtpd(8) in their order, those of the others sorted. */
  readonly log: readonly string[];
  /** `queue: records`, sorted. */
  readonly files: readonly string[];
}

/** Services that answer with the next hop, sender and recipients that they were given. */
export const TELLING: readonly string[] = ['smtp', 'relay', 'virtual', 'far'].map(
  (name) =>
    `${name} unix - n n - - pipe flags=q user=nobody argv=/bin/echo ${name} \${nexthop} \${sender} \${recipient}`,
);

/**
 * Said by no chart: how processes come and go; what is wrong with the text of a table, which each process of
 * Postfix says when it opens it, and our server once (server/table-files.ts).
 */
const UNSAID = /^(?:master|postlogd|anvil): |: warning: regexp map /;

/** A log without times, ids, ports and delays. @param root folder of the server, told as / */
export function maskedLog(text: string, root: string): readonly string[] {
  const lines = text
    .split('\n')
    .flatMap((line) => /^\w{3} [ \d]\d [\d:]{8} \S+ \S+?\/([\w-]+)\[\d+\]: (.*)$/.exec(line)?.slice(1) ?? [])
    .reduce<string[]>((found, word, at, all) => {
      if (at % 2 === 0) found.push(`${word}: ${all[at + 1] ?? ''}`);
      return found;
    }, [])
    .filter((line) => !UNSAID.test(line))
    .map((line) => mask(line, root));
  const isOrdered = (line: string): boolean => line.startsWith('smtpd: ');
  return [...lines.filter(isOrdered), ...lines.filter((line) => !isOrdered(line)).sort()];
}

function mask(line: string, root: string): string {
  const idLength = /: ([0-9A-F]{6,}): from=.*size=/.exec(line)?.[1]?.length ?? 0;
  return line
    .replaceAll(root, '')
    .replace(/\bdelay=[\d.]+, delays=[\d./]+/, 'delay')
    .replace(/\bsize=(\d+)/, (_all, size) =>
      /from=<(?:double-bounce@.*)?>/.test(line) ? 'size' : `size=${Number(size) - idLength}`,
    )
    .replace(/\b\d{14}\.[0-9A-F]{6,}@/g, '{TIME}.{ID}@')
    .replace(/\b(?=[0-9A-F]*\d)[0-9A-F]{6,12}\b/g, '{ID}');
}

const DATE = /\w{3}, [ \d]\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4} \([A-Z]+\)/g;
/** Times, the client's port, and places in the file. */
const PASSING = /^(?:T|Acreate_time=|Alog_ident=|A(?:log_)?(?:client|server)_port=|p)/;

/** Queue files as records. Files of notices are left out: notices are compared as letters. */
export function maskedFiles(files: readonly (readonly [path: string, bytes: Uint8Array])[]) {
  const texts = files.map(([path, bytes]) => fileText(path, bytes));
  return texts.filter((text) => !text.includes('\nNAuto-Submitted: auto-replied\n')).sort();
}

function fileText(path: string, bytes: Uint8Array): string {
  const queue = /\/(deferred|hold)\//.exec(path)?.[1] ?? '';
  const records = readRecords(bytes)
    .records.map(({ type, start, end }) => type + bytesToLatin1(bytes, start, end))
    .filter((record) => !PASSING.test(record))
    .map((record) => record.replace(/^C +(?:\d+ +){2}(\d+ +\d+) .*$/, 'C$1'))
    .map((record) => record.replace(DATE, '{DATE}').replace(/\bid [0-9A-F]{6,}\b/, 'id {ID}'))
    .map((record) => record.replace(/\b\d{14}\.[0-9A-F]{6,}([@/])/g, '{TIME}.{ID}$1'));
  return `${queue}:\n${records.join('\n')}`;
}

/** Plays what a client sends to the simulator: the dialogue that came of it, and what it left behind. */
export function recordWhole(bare: Dialogue): { readonly dialogue: Dialogue; readonly whole: Whole } {
  const around = { services: [...TELLING, 'retry unix - - n - - error'] };
  const dialogue = recordOnSimulator(bare, around);
  let [log, files]: [readonly string[], readonly string[]] = [[], []];
  const played = playOnSimulator(dialogue, around, (world) => {
    log = maskedLog(world.log().join('\n'), '\0');
    files = maskedFiles(
      world
        .queue()
        .filter(({ queue }) => queue === 'deferred' || queue === 'hold')
        .map(({ path }) => [path, bytesOf(world.file(path) ?? '')]),
    );
  });
  return { dialogue, whole: { ...played, log, files } };
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** What two servers left differently, as text; '' where nothing differs. */
export function wholeDifference(dialogue: Dialogue, ours: Whole, theirs: Whole): string {
  const parts = (['said', 'letters', 'log', 'files'] as const).flatMap((part) => {
    const [mine, other] = [ours[part].flat(), theirs[part].flat()];
    const lines = [
      ...without(mine, other).map((line) => `  ours:   ${line}`),
      ...without(other, mine).map((line) => `  theirs: ${line}`),
    ];
    const order = lines.length === 0 && mine.join('\n') !== other.join('\n') ? ['  in another order'] : [];
    return lines.length + order.length === 0 ? [] : [`${part}:`, ...lines, ...order];
  });
  if (parts.length === 0) return '';
  const sent = dialogue.steps.flatMap((step) => (step.type === 'send' ? [JSON.stringify(step.bytes)] : []));
  return [`# ${dialogue.name}`, ...dialogue.settings, ...sent, ...parts, ''].join('\n');
}

/** Lines of one that the other has not, counted. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
