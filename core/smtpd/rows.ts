/** The rows of each verb, in Postfix's order of checks. The last row of a verb has no guard. */
import { answer, filtered, judge, judged, otherwise, say } from './row.ts';
import { LOST } from './session-rows.ts';

const SYNC = answer(
  'pipelinedTooEarly',
  'saySynchronization',
  'RFC 2920 §3.1 · postconf(5) smtpd_forbid_unauth_pipelining',
);
const HELO_FIRST = answer(
  'helloIsRequired',
  say('helloFirst'),
  'RFC 5321 §4.1.4 · postconf(5) smtpd_helo_required',
);
const NAME_JUDGED = judged('nameIsJudgedNow', 'helo', 'postconf(5) smtpd_delay_reject');

const NAME_FILTERED = filtered('filtersWantMore', 'helo');

/** Once a message is sent in chunks, it goes on so. */
const CHUNKED_MAIL = answer('isInChunks', say('mailAfterBdat'), 'RFC 3030 §2');
const CHUNKED_RCPT = answer('isInChunks', say('rcptAfterBdat'), 'RFC 3030 §2');
const CHUNKED_DATA = answer('isInChunks', say('dataAfterBdat'), 'RFC 3030 §2');

export const HELO = [
  SYNC,
  answer('lacksArguments', say('heloSyntax'), 'RFC 5321 §4.1.1.1'),
  NAME_JUDGED,
  NAME_FILTERED,
  otherwise('greetByName', 'RFC 5321 §4.1.1.1'),
] as const;

export const EHLO = [
  SYNC,
  answer('lacksArguments', say('ehloSyntax'), 'RFC 5321 §4.1.1.1'),
  NAME_JUDGED,
  NAME_FILTERED,
  otherwise('greetByName', 'RFC 5321 §4.1.1.1'),
] as const;

const COUNTED = {
  guard: 'clientIsCounted',
  target: 'counting',
  actions: 'countCommand',
  description: 'postconf(5) smtpd_client_event_limit_exceptions',
} as const;

/** Behind a MAIL whose client may send more. */
export const SENDER_COUNTED = [
  answer('addressIsBad', 'sayBadAddress', 'RFC 5321 §4.1.2'),
  { guard: 'senderIsNull', target: 'sender', actions: 'takeNullSender', description: 'RFC 5321 §4.5.5' },
  { target: 'rewriting', actions: 'askStandardForm', description: 'RFC 5321 §4.1.1.2' },
] as const;

export const MAIL = [
  SYNC,
  HELO_FIRST,
  CHUNKED_MAIL,
  answer('addressIsMissing', say('mailSyntax'), 'RFC 5321 §4.1.1.2'),
  answer('wordIsBroken', say('badSender'), 'RFC 5321 §4.1.2'),
  COUNTED,
  ...SENDER_COUNTED,
] as const;

export const NESTED_MAIL = [SYNC, HELO_FIRST, otherwise(say('nestedMail'), 'RFC 5321 §4.1.4')] as const;

/** Behind a sender that was read and resolved. */
export const SENDER = [
  answer('mailOptionIsBad', 'sayMailOption', 'RFC 1870 §6 · RFC 3461 §4.3 · RFC 6152 §2'),
  answer('declaredTooBig', 'sayTooBig', 'RFC 1870 §6.1'),
  judged('senderIsJudgedNow', 'mail', 'postconf(5) smtpd_delay_reject'),
  filtered('filtersWantMore', 'mail'),
  { target: 'senderAccepted', description: 'RFC 5321 §4.1.1.2' },
] as const;

export const EARLY_RCPT = [SYNC, otherwise(say('needMail'), 'RFC 5321 §4.1.4')] as const;

/** Behind a RCPT whose client may name more. */
export const RCPT_COUNTED = [
  answer('addressIsBad', 'sayBadAddress', 'RFC 5321 §4.1.2'),
  { target: 'rewriting', actions: 'askStandardForm', description: 'RFC 5321 §4.1.1.3' },
] as const;

export const RCPT = [
  SYNC,
  CHUNKED_RCPT,
  answer('addressIsMissing', say('rcptSyntax'), 'RFC 5321 §4.1.1.3'),
  answer('wordIsBroken', say('badRecipient'), 'RFC 5321 §4.1.2'),
  COUNTED,
  ...RCPT_COUNTED,
] as const;

/** Behind a recipient that was read and resolved. */
export const RECIPIENT = [
  answer('rcptOptionIsBad', 'sayRcptOption', 'RFC 3461 §4.1, §4.2'),
  answer(
    'tooManyRecipients',
    'sayTooManyRecipients',
    'RFC 5321 §4.5.3.1.10 · postconf(5) smtpd_recipient_limit',
  ),
  { target: 'judging', actions: judge('rcpt'), description: 'RFC 5321 §4.1.1.3 · SMTPD_ACCESS_README' },
] as const;

export const EARLY_DATA = [SYNC, CHUNKED_DATA, otherwise(say('needRcpt'), 'RFC 5321 §4.1.4')] as const;

export const DATA = [
  SYNC,
  CHUNKED_DATA,
  answer('noRecipientAccepted', say('noRecipients'), 'RFC 5321 §3.3'),
  answer('hasArguments', say('dataSyntax'), 'RFC 5321 §4.1.1.4'),
  judged('dataIsJudged', 'data', 'postconf(5) smtpd_data_restrictions'),
  filtered('filtersWantMore', 'data'),
  otherwise('beginText', 'RFC 5321 §4.1.1.4'),
] as const;

export const END_OF_DATA = [
  answer('bareNewlineSeen', 'sayBareNewline', 'RFC 5321 §2.3.8 · postconf(5) smtpd_forbid_bare_newline'),
  answer('messageHasFailed', 'sayNotQueued', 'RFC 1870 §6.3'),
  judged('messageIsJudged', 'endOfData', 'postconf(5) smtpd_end_of_data_restrictions'),
  { target: 'queueing', actions: 'closeMessage', description: 'RFC 5321 §4.1.1.4' },
] as const;

export const BDAT = [
  SYNC,
  answer('chunkingIsHidden', say('noBdat'), 'postconf(5) smtpd_discard_ehlo_keywords'),
  answer('chunkSyntaxIsBad', 'sayChunkSyntax', 'RFC 3030 §2'),
  { guard: 'chunkIsOutOfPlace', target: 'chunk', actions: 'refuseChunk', description: 'RFC 3030 §2' },
  judged('chunkIsJudged', 'data', 'postconf(5) smtpd_data_restrictions'),
  filtered('filtersWantChunk', 'data'),
  { target: 'chunk', actions: 'takeChunk', description: 'RFC 3030 §2 · RFC 1870 §6.3' },
] as const;

/** Behind a chunk that was announced, and then read. */
export const CHUNK = [
  { guard: 'chunkIsUnread', target: 'readingChunk', description: 'RFC 3030 §2' },
  answer('chunkWasRefused', 'sayChunkRefused', 'RFC 3030 §4.2'),
  answer('chunkHasBareNewline', 'sayChunkBareNewline', 'postconf(5) smtpd_forbid_bare_newline'),
  answer('chunkHasFailed', 'sayChunkFailed', 'RFC 1870 §6.3'),
  answer('chunkIsNotLast', 'sayChunkTaken', 'RFC 3030 §2'),
  judged('messageIsJudged', 'endOfData', 'postconf(5) smtpd_end_of_data_restrictions'),
  { target: 'queueing', actions: 'closeMessage', description: 'RFC 3030 §2' },
] as const;

export const READING_CHUNK = {
  'chunk.text': { actions: 'passChunk', description: 'RFC 3030 §2 · postconf(5) message_size_limit' },
  'chunk.end': { target: 'chunk', description: 'RFC 3030 §2' },
  'net.closed': LOST,
  'timer.fired': otherwise('sayTimeout', 'RFC 5321 §4.5.3.2.5'),
} as const;

export const RSET = [
  SYNC,
  answer('hasArguments', say('rsetSyntax'), 'RFC 5321 §4.1.1.5'),
  otherwise(['forgetTransaction', say('ok')], 'RFC 5321 §4.1.1.5'),
] as const;

export const NOOP = [SYNC, otherwise(say('ok'), 'RFC 5321 §4.1.1.9')] as const;

const ALREADY_FILTERED = answer('filterHasRefused', 'sayFilteredAgain', 'MILTER_README');

export const VRFY = [
  SYNC,
  answer('vrfyIsDisabled', say('vrfyDisabled'), 'RFC 5321 §7.3 · postconf(5) disable_vrfy_command'),
  answer('lacksArguments', say('vrfySyntax'), 'RFC 5321 §4.1.1.6'),
  ALREADY_FILTERED,
  answer('addressIsBad', 'sayBadAddress', 'RFC 5321 §4.1.2'),
  { target: 'rewriting', actions: 'askStandardForm', description: 'RFC 5321 §4.1.1.6' },
] as const;

const ETRN_HELO_FIRST = answer(
  'helloIsRequired',
  say('etrnHello'),
  'RFC 1985 §5 · postconf(5) smtpd_helo_required',
);

export const ETRN = [
  SYNC,
  ETRN_HELO_FIRST,
  ALREADY_FILTERED,
  answer('etrnSyntaxIsBad', say('etrnSyntax'), 'RFC 1985 §5'),
  answer('etrnNameIsBad', say('etrnBad'), 'RFC 1985 §5'),
  answer('isStdin', 'refuseEtrn', 'sendmail(1) -bs'),
  { target: 'judging', actions: judge('etrn'), description: 'postconf(5) smtpd_etrn_restrictions' },
] as const;

/** Behind an ETRN that the lists permit. */
export const FLUSH = [
  answer('etrnIsUnavailable', 'sayEtrnUnavailable', 'RFC 1985 §5 · postconf(5) fast_flush_domains'),
  answer('etrnLookupFails', say('etrnFailed'), 'RFC 1985 §5'),
  answer('flushIsMissing', say('etrnFailed'), 'RFC 1985 §5 · flush(8)'),
  otherwise('startEtrn', 'RFC 1985 §5'),
] as const;

export const ETRN_IN_TRANSACTION = [
  SYNC,
  ETRN_HELO_FIRST,
  ALREADY_FILTERED,
  otherwise(say('etrnBusy'), 'RFC 1985 §5'),
] as const;

export const STARTTLS = [
  SYNC,
  answer('hasArguments', say('starttlsSyntax'), 'RFC 3207 §4'),
  otherwise(say('notImplemented'), 'postconf(5) smtpd_tls_security_level'),
] as const;

export const AUTH = [
  SYNC,
  HELO_FIRST,
  otherwise(say('noAuthentication'), 'postconf(5) smtpd_sasl_auth_enable'),
] as const;

const BUSY = [SYNC, otherwise(say('busy'), 'XCLIENT_README')] as const;

export const XCLIENT = [
  SYNC,
  answer('lacksArguments', say('xclientSyntax'), 'XCLIENT_README'),
  answer('xclientIsForbidden', say('notAuthorised'), 'postconf(5) smtpd_authorized_xclient_hosts'),
  answer('xclientIsWrong', 'sayXclientWrong', 'XCLIENT_README'),
  { target: 'arrivedAnew', actions: 'becomeClient', description: 'XCLIENT_README' },
] as const;

export const XFORWARD = [
  SYNC,
  answer('lacksArguments', say('xforwardSyntax'), 'XFORWARD_README'),
  answer('xforwardIsForbidden', say('notAuthorised'), 'postconf(5) smtpd_authorized_xforward_hosts'),
  answer('xforwardIsWrong', 'sayXforwardWrong', 'XFORWARD_README'),
  otherwise('acceptForwarded', 'XFORWARD_README'),
] as const;

export const QUIT = [SYNC, otherwise('sayBye', 'RFC 5321 §4.1.1.10')] as const;

const EMPTY = answer('isEmpty', 'sayBadSyntax', 'RFC 5321 §4.2.4');
const NOTHING = answer('isNoopCommand', 'sayNothingDone', 'postconf(5) smtpd_noop_commands');
const FORBIDDEN = answer('isForbidden', 'sayForbidden', 'postconf(5) smtpd_forbidden_commands');

export const UNKNOWN = [
  EMPTY,
  NOTHING,
  FORBIDDEN,
  filtered('filtersWantMore', 'unknown'),
  otherwise('sayUnknown', 'RFC 5321 §4.2.4'),
] as const;

const DENIED = otherwise('sayDenied', 'RFC 5321 §3.1');

/** Every verb after a refusal at the door. */
export const DENIED_ROWS = {
  ...({ HELO: DENIED, EHLO: DENIED, MAIL: DENIED, RCPT: DENIED, DATA: DENIED } as const),
  ...({ RSET: DENIED, NOOP: DENIED, VRFY: DENIED, ETRN: DENIED, STARTTLS: DENIED, AUTH: DENIED } as const),
  ...({ BDAT: DENIED, XCLIENT: DENIED, XFORWARD: DENIED, QUIT } as const),
  UNKNOWN: [EMPTY, NOTHING, FORBIDDEN, DENIED],
} as const;

/** Verbs that are answered alike in every state. */
const EVERYWHERE = { HELO, EHLO, BDAT, RSET, NOOP, VRFY, STARTTLS, AUTH, QUIT, UNKNOWN } as const;

/** No transaction is open. */
export const READY_ROWS = {
  ...EVERYWHERE,
  ...({ MAIL, RCPT: EARLY_RCPT, DATA: EARLY_DATA, ETRN, XCLIENT, XFORWARD } as const),
} as const;

/** Between MAIL and DATA. */
export const ENVELOPE_ROWS = {
  ...EVERYWHERE,
  ...({ MAIL: NESTED_MAIL, RCPT, DATA, ETRN: ETRN_IN_TRANSACTION, XCLIENT: BUSY, XFORWARD: BUSY } as const),
} as const;

/** What may happen in every state that waits for a line. */
export const LINES = {
  'line.bare': otherwise('sayBareLine', 'RFC 5321 §2.3.8 · postconf(5) smtpd_forbid_bare_newline'),
  'line.long': { actions: 'holdLongLine', description: 'postconf(5) line_length_limit' },
  'net.closed': LOST,
  'timer.fired': otherwise('sayTimeout', 'RFC 5321 §4.5.3.2.7 · postconf(5) smtpd_timeout'),
} as const;

/** After an answer: a sleep, the end, or the next thing to be read. Postfix looks for these in this order. */
export const NEXT = [
  { guard: 'mustSleep', target: 'sleeping', description: 'postconf(5) smtpd_error_sleep_time' },
  { guard: 'noticeIsDue', target: 'noticing', description: 'postconf(5) notify_classes' },
  { guard: 'mustHangUp', target: 'closing', description: 'RFC 5321 §3.8' },
  answer('hasTooManyErrors', 'sayTooManyErrors', 'postconf(5) smtpd_hard_error_limit'),
  { guard: 'expectsText', target: 'receiving', description: 'RFC 5321 §4.1.1.4' },
  { guard: 'isDenied', target: 'denied', description: 'RFC 5321 §3.1' },
  { guard: 'inTransaction', target: 'envelope', description: 'RFC 5321 §3.3' },
  { guard: 'hasSaidHello', target: 'ready', description: 'RFC 5321 §4.1.4' },
  { target: 'connected', description: 'RFC 5321 §3.1' },
] as const;
