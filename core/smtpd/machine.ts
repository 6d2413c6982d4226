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
import { startFirstLine } from '../mail/first-line.ts';
import { named } from './names.ts';
import { DATA, EHLO, ETRN, HELO, LEAVING, MAIL, NOOP, QUIT, RCPT, RSET, UNKNOWN, VRFY } from './rows.ts';

const LOST = { target: 'closing', actions: 'logLost', description: 'smtpd(8)' } as const;
const TROUBLE = { target: 'answered', actions: 'sayNotQueued', description: 'RFC 5321 §4.2.5' } as const;
const WAITING = { 'timer.fired': { description: 'smtpd(8) · The client is waiting for us.' } } as const;

export const smtpd = named.createMachine({
  id: 'smtpd',
  context: ({ input }) => ({
    ...{ settings: input.settings, zone: input.zone, pid: input.pid, client: input.client },
    ...{ serverAddress: input.serverAddress ?? '', helo: '', protocol: 'SMTP', where: 'CONNECT' },
    ...{ errors: 0, junk: 0, overshoot: 0, counts: {}, transaction: undefined, question: undefined },
    ...{ resolution: undefined, pendingReply: undefined, hangUp: false, firstLine: startFirstLine },
    ...{ dataBytes: 0, tooBig: false, bareLf: false },
  }),
  initial: 'arriving',
  states: {
    arriving: {
      always: [
        {
          guard: 'relaysForAll',
          target: 'closing',
          actions: 'dieOfConfiguration',
          description: 'SMTPD_ACCESS_README',
        },
        {
          guard: 'clientIsRefused',
          target: 'answered',
          actions: 'sayClientRefused',
          description: 'smtpd(8)',
        },
        { target: 'ready', actions: 'greet', description: 'RFC 5321 §3.1' },
      ],
    },
    ready: {
      tags: 'read.lines',
      on: {
        ...{ HELO, EHLO, MAIL, RCPT, DATA, RSET, NOOP, VRFY, ETRN, QUIT, UNKNOWN },
        'net.closed': LOST,
        'timer.fired': { target: 'closing', actions: 'sayTimeout', description: 'RFC 5321 §4.5.3.2.7' },
      },
    },
    askingSender: {
      description: 'trivial-rewrite puts the sender into standard form.',
      on: {
        'rewrite.rewritten': {
          target: 'answered',
          actions: 'acceptSender',
          description: 'RFC 5321 §4.1.1.2',
        },
        'master.childDied': TROUBLE,
        ...WAITING,
      },
    },
    askingRecipient: {
      description: 'trivial-rewrite says who is meant and where the mail would go; then the lists decide.',
      on: {
        'rewrite.rewritten': { actions: 'askWhere', description: 'trivial-rewrite(8)' },
        'rewrite.resolved': [
          {
            guard: 'lookupFailed',
            target: 'answered',
            actions: 'sayLookupFailed',
            description: 'RFC 5321 §4.2.5',
          },
          {
            guard: 'addressIsUnroutable',
            target: 'answered',
            actions: 'sayUnroutable',
            description: 'RFC 5321 §4.1.2',
          },
          {
            guard: 'isRefused',
            target: 'answered',
            actions: 'sayRefused',
            description: 'SMTPD_ACCESS_README',
          },
          { guard: 'isVrfy', target: 'answered', actions: 'sayVrfy', description: 'RFC 5321 §7.3' },
          {
            guard: 'fileIsOpen',
            target: 'answered',
            actions: 'acceptRecipient',
            description: 'RFC 5321 §4.1.1.3',
          },
          { target: 'openingMessage', actions: 'openMessage', description: 'cleanup(8)' },
        ],
        'master.childDied': TROUBLE,
        ...WAITING,
      },
    },
    openingMessage: {
      description: 'cleanup makes the queue file; only then is the first recipient accepted.',
      on: {
        'cleanup.opened': {
          target: 'answered',
          actions: ['noteOpened', 'acceptRecipient'],
          description: 'cleanup(8)',
        },
        'cleanup.done': { target: 'answered', actions: 'sayNotOpened', description: 'RFC 5321 §4.2.5' },
        'master.childDied': { target: 'answered', actions: 'sayNotOpened', description: 'RFC 5321 §4.2.5' },
        ...WAITING,
      },
    },
    promptingData: {
      always: [
        {
          guard: 'mustSleep',
          target: 'sleepingBeforeData',
          description: 'postconf(5) smtpd_error_sleep_time',
        },
        { target: 'receiving', description: 'RFC 5321 §4.1.1.4' },
      ],
    },
    sleepingBeforeData: {
      on: {
        'timer.fired': [
          { guard: 'isIdleTimer', description: 'smtpd(8)' },
          { target: 'receiving', actions: 'sayPending', description: 'postconf(5) smtpd_error_sleep_time' },
        ],
      },
    },
    receiving: {
      tags: 'read.data',
      on: {
        'data.chunk': { actions: 'passText', description: 'RFC 5321 §4.5.2' },
        'data.end': [
          {
            guard: 'bareNewlineSeen',
            target: 'answered',
            actions: 'sayBareNewline',
            description: 'RFC 5321 §2.3.8',
          },
          {
            guard: 'textIsTooBig',
            target: 'answered',
            actions: 'sayTextTooBig',
            description: 'RFC 1870 §6.2',
          },
          { target: 'queueing', actions: 'closeMessage', description: 'RFC 5321 §4.1.1.4' },
        ],
        'net.closed': LOST,
        'timer.fired': { target: 'closing', actions: 'sayTimeout', description: 'RFC 5321 §4.5.3.2.5' },
      },
    },
    queueing: {
      description: 'Nothing is read until cleanup has the message on disk. RFC 5321 §6.1',
      on: {
        'cleanup.done': [
          { guard: 'messageIsQueued', target: 'answered', actions: 'promise', description: 'RFC 5321 §6.1' },
          TROUBLE,
        ],
        'master.childDied': TROUBLE,
        ...WAITING,
      },
    },
    answered: {
      always: [
        { guard: 'mustSleep', target: 'sleeping', description: 'postconf(5) smtpd_error_sleep_time' },
        { guard: 'mustHangUp', target: 'closing', description: 'RFC 5321 §3.8' },
        {
          guard: 'hasTooManyErrors',
          target: 'closing',
          actions: 'sayTooManyErrors',
          description: 'smtpd(8)',
        },
        { target: 'ready', description: 'RFC 5321 §3.1' },
      ],
    },
    sleeping: {
      description: 'A client that makes many mistakes waits for each answer.',
      on: {
        'timer.fired': [
          { guard: 'isIdleTimer', description: 'smtpd(8)' },
          { target: 'answered', actions: 'sayPending', description: 'postconf(5) smtpd_error_sleep_time' },
        ],
      },
    },
    ...LEAVING,
    closing: { entry: 'hangUp', type: 'final' },
  },
});
