/** Rows of the beginning and the end of a session. RFC 5321 §3.1, §3.8 */
import { answer, filtered, judged, otherwise } from './row.ts';

/** The client has gone. */
export const LOST = [
  {
    guard: 'lossIsNoticed',
    target: 'noticing',
    actions: 'logLost',
    description: 'postconf(5) notify_classes',
  },
  { target: 'closing', actions: 'logLost', description: 'RFC 5321 §3.8' },
] as const;

/** While cleanup takes a notice to the postmaster; one that is silent for too long ends the session. */
export const NOTICING = {
  'cleanup.opened': { actions: 'postNotice', description: 'postconf(5) error_notice_recipient' },
  'cleanup.done': [
    answer('noticeIsQueued', 'goOn', 'postconf(5) notify_classes, smtpd_history_flush_threshold'),
    otherwise(['warnNoNotice', 'goOn'], 'cleanup(8) DIAGNOSTICS'),
  ],
  'master.childDied': otherwise(['warnNoNotice', 'goOn'], 'master(8) DIAGNOSTICS'),
  'timer.fired': { target: 'closing', actions: 'warnNoNotice', description: 'postconf(5) smtpd_timeout' },
} as const;

/** A client that has come. */
export const ARRIVING = [
  answer('relaysForAll', 'dieOfConfiguration', 'SMTPD_ACCESS_README'),
  {
    guard: 'clientIsCounted',
    target: 'counting',
    actions: 'countConnection',
    description: 'postconf(5) smtpd_client_event_limit_exceptions',
  },
] as const;

/** A client that has come, or that has become another, hears who we are. */
export const GREETING = [
  judged('clientIsJudgedNow', 'connect', 'postconf(5) smtpd_delay_reject'),
  filtered('filtersWantClient', 'connect'),
  otherwise('greet', 'RFC 5321 §3.1'),
] as const;
