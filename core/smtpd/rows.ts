/** The rows of each verb, in Postfix's order of checks. The last row of a verb has no guard. */
import type { R } from './replies.ts';

const say = (reply: keyof typeof R) => ({ type: 'say', params: { reply } }) as const;
const junk = (reply: keyof typeof R) => ({ type: 'sayJunk', params: { reply } }) as const;
const SYNC = { guard: 'pipelinedTooEarly', target: 'answered', actions: 'saySynchronization' } as const;

export const HELO = [
  { ...SYNC, description: 'RFC 2920 §3.1 · postconf(5) smtpd_forbid_unauth_pipelining' },
  {
    guard: 'nameIsMissing',
    target: 'answered',
    actions: say('heloSyntax'),
    description: 'RFC 5321 §4.1.1.1',
  },
  { target: 'answered', actions: ['resetTransaction', 'greetHelo'], description: 'RFC 5321 §4.1.1.1' },
] as const;

export const EHLO = [
  { ...SYNC, description: 'RFC 2920 §3.1 · postconf(5) smtpd_forbid_unauth_pipelining' },
  {
    guard: 'nameIsMissing',
    target: 'answered',
    actions: say('ehloSyntax'),
    description: 'RFC 5321 §4.1.1.1',
  },
  {
    target: 'answered',
    actions: ['resetTransaction', 'greetEhlo'],
    description: 'RFC 5321 §4.1.1.1 · RFC 1869',
  },
] as const;

export const MAIL = [
  {
    guard: 'helloIsRequired',
    target: 'answered',
    actions: say('helloFirst'),
    description: 'RFC 5321 §4.1.4',
  },
  { guard: 'inTransaction', target: 'answered', actions: say('nestedMail'), description: 'RFC 5321 §4.1.4' },
  {
    guard: 'mailSyntaxIsBad',
    target: 'answered',
    actions: say('mailSyntax'),
    description: 'RFC 5321 §4.1.1.2',
  },
  { guard: 'senderIsBad', target: 'answered', actions: 'sayBadSender', description: 'RFC 5321 §4.1.2' },
  {
    guard: 'mailOptionIsBad',
    target: 'answered',
    actions: 'sayOptionError',
    description: 'RFC 1870 §6 · RFC 3461 §4',
  },
  { guard: 'declaredTooBig', target: 'answered', actions: say('tooBig'), description: 'RFC 1870 §6.1' },
  { target: 'askingSender', actions: 'askSender', description: 'RFC 5321 §4.1.1.2' },
] as const;

const needsMail = { target: 'answered', actions: say('needMail') } as const;

export const RCPT = [
  { guard: 'noTransaction', ...needsMail, description: 'RFC 5321 §4.1.4' },
  {
    guard: 'rcptSyntaxIsBad',
    target: 'answered',
    actions: say('rcptSyntax'),
    description: 'RFC 5321 §4.1.1.3',
  },
  { guard: 'recipientIsBad', target: 'answered', actions: 'sayBadRecipient', description: 'RFC 5321 §4.1.2' },
  { guard: 'rcptOptionIsBad', target: 'answered', actions: 'sayRcptOptionError', description: 'RFC 3461 §4' },
  {
    guard: 'tooManyRecipients',
    target: 'answered',
    actions: 'sayTooManyRecipients',
    description: 'RFC 5321 §4.5.3.1.8',
  },
  { target: 'askingRecipient', actions: 'askRecipient', description: 'RFC 5321 §4.1.1.3' },
] as const;

export const DATA = [
  { guard: 'noTransaction', target: 'answered', actions: say('needRcpt'), description: 'RFC 5321 §4.1.4' },
  {
    guard: 'noRecipientAccepted',
    target: 'answered',
    actions: say('noRecipients'),
    description: 'RFC 5321 §3.3',
  },
  { guard: 'hasArguments', target: 'answered', actions: say('dataSyntax'), description: 'RFC 5321 §4.1.1.4' },
  { ...SYNC, description: 'RFC 2920 §3.1 · postconf(5) smtpd_forbid_unauth_pipelining' },
  { target: 'promptingData', actions: 'beginData', description: 'RFC 5321 §4.1.1.4' },
] as const;

export const RSET = [
  { guard: 'hasArguments', target: 'answered', actions: say('rsetSyntax'), description: 'RFC 5321 §4.1.1.5' },
  { target: 'answered', actions: ['resetTransaction', junk('ok')], description: 'RFC 5321 §4.1.1.5' },
] as const;

export const NOOP = [{ target: 'answered', actions: junk('ok'), description: 'RFC 5321 §4.1.1.9' }] as const;

export const VRFY = [
  { guard: 'vrfyIsDisabled', target: 'answered', actions: say('vrfyDisabled'), description: 'RFC 5321 §7.3' },
  {
    guard: 'vrfySyntaxIsBad',
    target: 'answered',
    actions: say('vrfySyntax'),
    description: 'RFC 5321 §4.1.1.6',
  },
  {
    guard: 'vrfyAddressIsBad',
    target: 'answered',
    actions: say('badRecipient'),
    description: 'RFC 5321 §4.1.2',
  },
  { target: 'askingRecipient', actions: 'askVrfy', description: 'RFC 5321 §4.1.1.6' },
] as const;

export const ETRN = [
  { guard: 'helloIsRequired', target: 'answered', actions: say('etrnHello'), description: 'RFC 1985 §5' },
  { guard: 'inTransaction', target: 'answered', actions: say('etrnBusy'), description: 'RFC 1985 §5' },
  { guard: 'etrnIsBad', target: 'answered', actions: say('etrnSyntax'), description: 'RFC 1985 §5' },
  { guard: 'etrnNameIsBad', target: 'answered', actions: say('etrnBad'), description: 'RFC 1985 §5' },
  {
    guard: 'etrnIsUnavailable',
    target: 'answered',
    actions: 'sayEtrnUnavailable',
    description: 'RFC 1985 §5.3',
  },
  { target: 'answered', actions: 'startEtrn', description: 'RFC 1985 §5' },
] as const;

export const QUIT = [{ target: 'leaving', actions: say('bye'), description: 'RFC 5321 §4.1.1.10' }] as const;

export const UNKNOWN = [
  { guard: 'isEmpty', target: 'answered', actions: say('badSyntax'), description: 'RFC 5321 §4.2.4' },
  {
    guard: 'isNoopCommand',
    target: 'answered',
    actions: junk('ok'),
    description: 'postconf(5) smtpd_noop_commands',
  },
  {
    guard: 'isForbidden',
    target: 'answered',
    actions: 'sayForbidden',
    description: 'postconf(5) smtpd_forbidden_commands',
  },
  { target: 'answered', actions: 'sayUnknown', description: 'RFC 5321 §4.2.4' },
] as const;

/** After QUIT: one more sleep if the client has earned it. */
export const LEAVING = {
  leaving: {
    always: [
      {
        guard: 'mustSleep',
        target: 'sleepingBeforeBye',
        description: 'postconf(5) smtpd_error_sleep_time',
      },
      { target: 'closing', description: 'RFC 5321 §4.1.1.10' },
    ],
  },
  sleepingBeforeBye: {
    on: {
      'timer.fired': [
        { guard: 'isIdleTimer', description: 'smtpd(8)' },
        { target: 'closing', actions: 'sayPending', description: 'RFC 5321 §4.1.1.10' },
      ],
    },
  },
} as const;
