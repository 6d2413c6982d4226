/**
 * smtpd - the SMTP server: one of these per client connection.
 *
 * RFC 5321 §3, §4 · smtpd(8) · chart: docs/generated/smtpd.svg
 *
 *   client bytes ─► commands.ts ─► this chart ─► replies, and notes to trivial-rewrite and cleanup
 *
 * Read rows.ts as a table: on this command, the first line whose guard holds. States without a `read` tag
 * wait.
 */
import { newSession } from './connection.ts';
import { COUNTING_STATES } from './counting-rows.ts';
import { ASKED, FILTERED, FILTERING, JUDGED, PAUSED } from './judging-rows.ts';
import { named } from './names.ts';
import {
  CHUNK,
  DENIED_ROWS,
  END_OF_DATA,
  ENVELOPE_ROWS,
  FLUSH,
  LINES,
  NEXT,
  READING_CHUNK,
  READY_ROWS,
  RECIPIENT,
  SENDER,
} from './rows.ts';
import { ARRIVING, GREETING, LOST, NOTICING } from './session-rows.ts';
import type { Stage } from './types.ts';

const judge = (stage: Stage) => ({ type: 'judge', params: { stage } }) as const;
const TROUBLE = { target: 'answered', actions: 'sayTrouble', description: 'RFC 5321 §3.8' } as const;
const NOT_OPENED = { target: 'answered', actions: 'sayNotOpened', description: 'RFC 5321 §3.8' } as const;
const NOT_QUEUED = { target: 'answered', actions: 'sayNotQueued', description: 'RFC 5321 §4.2.5' } as const;
const UNANSWERED = {
  target: 'answered',
  actions: 'sayLookupFailed',
  description: 'RFC 5321 §4.2.5',
} as const;

export const smtpd = named.createMachine({
  id: 'smtpd',
  context: ({ input }) => newSession(input),
  initial: 'arriving',
  on: {
    'cleanup.done': { actions: 'noteFailure', description: 'cleanup(8) DIAGNOSTICS' },
    'master.childDied': { actions: 'noteFailure', description: 'master(8) DIAGNOSTICS' },
    'timer.fired': { description: 'postconf(5) smtpd_timeout' },
  },
  states: {
    arriving: {
      entry: 'logConnect',
      always: [...ARRIVING, ...GREETING],
    },
    arrivedAnew: { description: 'It was counted, or XCLIENT has made it another client.', always: GREETING },
    ...COUNTING_STATES,
    connected: { tags: 'read.lines', on: { ...READY_ROWS, ...LINES } },
    ready: { tags: 'read.lines', on: { ...READY_ROWS, ...LINES } },
    envelope: { tags: 'read.lines', on: { ...ENVELOPE_ROWS, ...LINES } },
    denied: {
      description: 'The client was refused when it connected; it may only leave.',
      tags: 'read.lines',
      on: { ...DENIED_ROWS, ...LINES },
    },
    rewriting: {
      description: 'trivial-rewrite puts an address into standard form.',
      on: {
        'rewrite.rewritten': { target: 'resolving', actions: 'askWhere', description: 'trivial-rewrite(8)' },
        'master.childDied': UNANSWERED,
        'timer.fired': TROUBLE,
      },
    },
    resolving: {
      description: 'trivial-rewrite says where mail for it would go.',
      on: {
        'rewrite.resolved': [
          {
            guard: 'addressIsUnroutable',
            target: 'answered',
            actions: 'sayBadAddress',
            description: 'RFC 5321 §4.1.2 · postconf(5) resolve_numeric_domain',
          },
          {
            guard: 'isSender',
            target: 'sender',
            actions: 'keepResolution',
            description: 'trivial-rewrite(8)',
          },
          {
            guard: 'isVrfy',
            target: 'judging',
            actions: ['keepResolution', judge('vrfy')],
            description: 'RFC 5321 §7.3',
          },
          { target: 'recipient', actions: 'keepResolution', description: 'trivial-rewrite(8)' },
        ],
        'master.childDied': UNANSWERED,
        'timer.fired': TROUBLE,
      },
    },
    sender: { always: SENDER },
    senderAccepted: {
      entry: 'beginTransaction',
      always: [
        {
          guard: 'opensAtMail',
          target: 'openingMessage',
          actions: 'openMessage',
          description: 'postconf(5) smtpd_delay_open_until_valid_rcpt',
        },
        { target: 'answered', actions: 'acceptSender', description: 'RFC 5321 §4.1.1.2' },
      ],
    },
    recipient: { always: RECIPIENT },
    judging: { description: 'What do the lists say?', always: JUDGED },
    pausing: {
      description: 'A restriction wants time to pass.',
      on: PAUSED,
    },
    asking: { description: 'A restriction waits for what another service knows.', on: ASKED },
    filtering: { description: 'The milters hear of it.', on: FILTERING },
    filtered: { always: FILTERED },
    flushing: { always: FLUSH },
    openingMessage: {
      description: 'cleanup makes the queue file; only then is the first recipient accepted.',
      on: {
        'cleanup.opened': [
          {
            guard: 'openedForSender',
            target: 'answered',
            actions: ['noteOpened', 'acceptSender'],
            description: 'postconf(5) smtpd_delay_open_until_valid_rcpt',
          },
          {
            target: 'answered',
            actions: ['noteOpened', 'acceptRecipient'],
            description: 'RFC 5321 §4.1.1.3',
          },
        ],
        'cleanup.done': NOT_OPENED,
        'master.childDied': NOT_OPENED,
        'timer.fired': NOT_OPENED,
      },
    },
    receiving: {
      entry: 'enterText',
      tags: 'read.data',
      on: {
        'data.chunk': {
          actions: 'passText',
          description: 'RFC 5321 §4.5.2 · postconf(5) message_size_limit',
        },
        'data.end': END_OF_DATA,
        'net.closed': LOST,
        'timer.fired': { target: 'answered', actions: 'sayTimeout', description: 'RFC 5321 §4.5.3.2.5' },
      },
    },
    chunk: { description: 'A chunk was announced, or is read.', always: CHUNK },
    readingChunk: { tags: 'read.data', on: READING_CHUNK },
    queueing: {
      description: 'Nothing is read until cleanup has the message on disk. RFC 5321 §6.1',
      on: {
        'cleanup.done': [
          { guard: 'messageIsQueued', target: 'answered', actions: 'promise', description: 'RFC 5321 §6.1' },
          NOT_QUEUED,
        ],
        'master.childDied': NOT_QUEUED,
      },
    },
    answered: {
      description: 'The top of the command loop: a reply was given, or will be after a sleep.',
      always: NEXT,
    },
    sleeping: {
      description: 'A client that makes many mistakes waits for each answer.',
      on: {
        'timer.fired': {
          guard: 'isSleepTimer',
          target: 'answered',
          actions: 'sayPending',
          description: 'postconf(5) smtpd_error_sleep_time',
        },
      },
    },
    noticing: {
      description: 'The postmaster gets a transcript of the session so far; the client waits.',
      entry: 'openNotice',
      on: NOTICING,
    },
    closing: { entry: 'hangUp', type: 'final' },
  },
});
