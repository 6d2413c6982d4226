/** hops - what of a trace event can be seen moving on the stage: who hands what to whom. */
import type { TraceEvent } from '#core';
import {
  placeOfParameter,
  placeOfPath,
  placeOfService,
  queueIdOfPath,
  queueOfPath,
  serviceOfProcess,
} from './places.ts';

/** How a message fares; each has a colour and a glyph of its own. */
export type Status = 'transit' | 'deferred' | 'returned' | 'delivered' | 'refused' | 'held';

/** Something that goes from one node to another. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  /** `mail`: an envelope with its letter; `line`: a line of SMTP; `note`: a question or an answer. */
  readonly kind: 'mail' | 'line' | 'note';
  readonly status: Status;
  /** The last four of the queue id, the verb or the reply code. */
  readonly label: string;
}

type Thing = TraceEvent['effects'][number];

/**
 * The hops of a trace event, in order; none when nothing moves.
 *
 * @param queueId the message its process works on, for events that do not say it
 */
export function hopsOf(event: TraceEvent, queueId = event.queueId): readonly Hop[] {
  const here = placeOfService(event.service);
  if (event.service === 'telnet') return hopsOfPerson(event);
  const known = queueId === undefined ? event : { ...event, queueId };
  const hops = event.effects.flatMap((effect) => hopsOfEffect(known, here, effect));
  return hops.filter(({ from, to }) => from !== to);
}

function hopsOfPerson({ event }: TraceEvent): readonly Hop[] {
  if (event.type === 'net.connecting') return [line('net-in', 'smtpd', '···')];
  if (event.type !== 'net.sent') return [];
  return [line('net-in', 'smtpd', verbOf(textIn(event, 'text')))];
}

function line(from: string, to: string, label: string, status: Status = 'transit'): Hop {
  return { from, to, kind: 'line', status, label };
}

/** `mail from: a@b` → `MAIL`; a line of the letter → `…`. */
function verbOf(text: string): string {
  const [word = ''] = text.trim().split(/[\s:]/);
  if (word === '.') return '.';
  return /^(?:helo|ehlo|mail|rcpt|data|rset|noop|quit|vrfy|etrn|expn|help|auth|starttls)$/i.test(word)
    ? word.toUpperCase()
    : '…';
}

function hopsOfEffect(event: TraceEvent, here: string, effect: Thing): readonly Hop[] {
  switch (effect.type) {
    case 'net.write': {
      const code = textIn(effect, 'text').slice(0, 3);
      return [
        line(here, here === 'smtpd' ? 'net-in' : 'net-out', code, /^[45]/.test(code) ? 'refused' : 'transit'),
      ];
    }
    case 'send':
      return hopsOfNote(event, here, textIn(effect, 'to'), (effect.note ?? {}) as Thing);
    case 'file.create':
    case 'file.open':
      return hopsToFile(event, here, textIn(effect, 'path'));
    case 'file.rename':
      return hopsOfRename(event, here, textIn(effect, 'from'), textIn(effect, 'to'));
    case 'file.read':
      return hopsFromFile(here, textIn(effect, 'path'));
    default:
      return [];
  }
}

function hopsToFile(event: TraceEvent, here: string, path: string): readonly Hop[] {
  const to = placeOfPath(path);
  // A letter in Maildir is seen when it gets its name in `new`, not while it is written in `tmp`.
  if (to === undefined || path.includes('/tmp/')) return [];
  if (to === 'blog') return [mail(here, to, statusOf(path), queueIdOfPath(path))];
  return [mail(here, to, to === 'mailbox' ? 'delivered' : 'transit', event.queueId ?? '')];
}

function hopsFromFile(here: string, path: string): readonly Hop[] {
  const from = placeOfPath(path);
  if (from === 'forward') return [{ from: here, to: from, kind: 'note', status: 'transit', label: '?' }];
  const isFirstReader = from === 'active' && here === 'qmgr';
  const isPickup = from === 'maildrop' && here === 'pickup';
  return from !== undefined && (isFirstReader || isPickup)
    ? [mail(from, here, 'transit', queueIdOfPath(path))]
    : [];
}

function hopsOfRename(event: TraceEvent, here: string, from: string, to: string): readonly Hop[] {
  const [source, target] = [queueOfPath(from), queueOfPath(to)];
  if (source === undefined || target === undefined) {
    const box = placeOfPath(to);
    return box === 'mailbox' ? [mail(here, box, 'delivered', event.queueId ?? '')] : [];
  }
  const id = queueIdOfPath(to);
  if (target === 'deferred') return [mail(here, target, 'deferred', id)];
  return source === target ? [] : [mail(source, target, target === 'hold' ? 'held' : 'transit', id)];
}

/** Notes that carry a letter or a part of it. */
const WITH_MAIL = new Set([
  'cleanup.open',
  'cleanup.chunk',
  'cleanup.close',
  'deliver.request',
  'bounce.append',
]);

function hopsOfNote(event: TraceEvent, here: string, receiver: string, note: Thing): readonly Hop[] {
  const to = placeOfService(serviceOfProcess(receiver));
  const id = textIn(note, 'queueId') || (event.queueId ?? '');
  if (note.type === 'bounce.append') return [mail(here, to, statusOf(textIn(note, 'log')), id)];
  if (note.type === 'deliver.done') return [mail(here, to, worstOf(note.results), id)];
  if (WITH_MAIL.has(note.type)) return [mail(here, to, 'transit', id)];
  const hop: Hop = {
    from: here,
    to,
    kind: 'note',
    status: 'transit',
    label: note.type.startsWith('rewrite.re') ? asked(note) : '',
  };
  const table = placeOfParameter(textIn((note.because ?? {}) as Thing, 'parameter'));
  return table === undefined ? [hop] : [{ ...hop, to: table, from: here, label: '?' }, hop];
}

function asked(note: Thing): string {
  return note.type === 'rewrite.rewrite' || note.type === 'rewrite.resolve' ? '?' : '=';
}

function mail(from: string, to: string, status: Status, id: string): Hop {
  return { from, to, kind: 'mail', status, label: id.slice(-4) };
}

function statusOf(pathOrLog: string): Status {
  return pathOrLog.startsWith('bounce') ? 'returned' : 'deferred';
}

function worstOf(results: unknown): Status {
  const all = Array.isArray(results) ? (results as readonly Thing[]).map(({ status }) => status) : [];
  if (all.includes('bounced')) return 'returned';
  return all.includes('deferred') ? 'deferred' : 'delivered';
}

/** A field that should be text; '' when it is not. */
export function textIn(thing: Thing, field: string): string {
  const value = thing[field];
  return typeof value === 'string' ? value : '';
}

/** Remembers which message a process works on while it lives. qmgr(8) works on many and says which. */
export function createQueueIds(): (event: TraceEvent) => string | undefined {
  const ids = new Map<string, string>();
  return ({ process, queueId, effects }) => {
    const id = queueId ?? ids.get(process);
    if (id !== undefined) ids.set(process, id);
    if (effects.some(({ type }) => type === 'exit')) ids.delete(process);
    return process === 'qmgr' ? queueId : id;
  };
}
