/** Every sentence that smtpd says, letter for letter as Postfix says it. RFC 5321 §4.2 · RFC 3463 */
import type { Profile } from '../config/profile.ts';
import type { Because } from '../mail/because.ts';
import type { Reply } from '../mail/reply.ts';

/** @param parameter that wants it said, where one does; most is said because an RFC says so */
const reply = (code: number, enhanced: string | undefined, text: string, parameter?: string): Reply => ({
  ...(enhanced === undefined ? { code, text } : { code, enhanced, text }),
  ...(parameter === undefined ? {} : { because: { parameter } }),
});

export const R = {
  ok: reply(250, '2.0.0', 'Ok'),
  senderOk: reply(250, '2.1.0', 'Ok'),
  recipientOk: reply(250, '2.1.5', 'Ok'),
  bye: reply(221, '2.0.0', 'Bye'),
  goAhead: reply(354, undefined, 'End data with <CR><LF>.<CR><LF>'),
  badSyntax: reply(500, '5.5.2', 'Error: bad syntax'),
  helloFirst: reply(503, '5.5.1', 'Error: send HELO/EHLO first', 'smtpd_helo_required'),
  heloSyntax: reply(501, undefined, 'Syntax: HELO hostname'),
  ehloSyntax: reply(501, undefined, 'Syntax: EHLO hostname'),
  nestedMail: reply(503, '5.5.1', 'Error: nested MAIL command'),
  mailSyntax: reply(501, '5.5.4', 'Syntax: MAIL FROM:<address>'),
  badSender: reply(501, '5.1.7', 'Bad sender address syntax'),
  badSize: reply(501, '5.5.4', 'Bad message size syntax'),
  hugeSize: reply(552, '5.3.4', 'Message size exceeds file system imposed limit'),
  tooBig: reply(552, '5.3.4', 'Message size exceeds fixed limit', 'message_size_limit'),
  badRet: reply(501, '5.5.4', 'Bad RET parameter syntax'),
  badEnvid: reply(501, '5.5.4', 'Bad ENVID parameter syntax'),
  dsnDisabled: reply(501, '5.7.1', 'DSN support is disabled', 'smtpd_discard_ehlo_keywords'),
  manyAuth: reply(503, '5.5.4', 'Error: multiple AUTH= options'),
  needMail: reply(503, '5.5.1', 'Error: need MAIL command'),
  rcptSyntax: reply(501, '5.5.4', 'Syntax: RCPT TO:<address>'),
  badRecipient: reply(501, '5.1.3', 'Bad recipient address syntax'),
  badNotify: reply(501, '5.5.4', 'Error: Bad NOTIFY parameter syntax'),
  badOrcpt: reply(501, '5.5.4', 'Error: Bad ORCPT parameter syntax'),
  tooManyRecipients: reply(452, '4.5.3', 'Error: too many recipients', 'smtpd_recipient_limit'),
  needRcpt: reply(503, '5.5.1', 'Error: need RCPT command'),
  noRecipients: reply(554, '5.5.1', 'Error: no valid recipients'),
  dataSyntax: reply(501, '5.5.4', 'Syntax: DATA'),
  rsetSyntax: reply(501, '5.5.4', 'Syntax: RSET'),
  vrfyDisabled: reply(502, '5.5.1', 'VRFY command is disabled', 'disable_vrfy_command'),
  vrfySyntax: reply(501, '5.5.4', 'Syntax: VRFY address'),
  etrnHello: reply(503, undefined, 'Error: send HELO/EHLO first', 'smtpd_helo_required'),
  etrnBusy: reply(503, undefined, 'Error: MAIL transaction in progress'),
  etrnSyntax: reply(500, undefined, 'Syntax: ETRN domain'),
  etrnBad: reply(501, undefined, 'Error: invalid parameter syntax'),
  etrnStarted: reply(250, undefined, 'Queuing started'),
  etrnFailed: reply(458, undefined, 'Unable to queue messages'),
  busy: reply(503, '5.5.1', 'Error: MAIL transaction in progress'),
  starttlsSyntax: reply(501, '5.5.4', 'Syntax: STARTTLS'),
  notImplemented: reply(502, '5.5.1', 'Error: command not implemented', 'smtpd_tls_security_level'),
  noAuthentication: reply(503, '5.5.1', 'Error: authentication not enabled', 'smtpd_sasl_auth_enable'),
  xclientSyntax: reply(501, '5.5.4', 'Syntax: XCLIENT attribute=value...'),
  xforwardSyntax: reply(501, '5.5.4', 'Syntax: XFORWARD attribute=value...'),
  notAuthorised: reply(550, '5.7.0', 'Error: insufficient authorization'),
  bdatSyntax: reply(521, '5.5.4', 'Syntax: BDAT count [LAST]'),
  noBdat: reply(521, '5.5.1', 'Error: command not implemented', 'smtpd_discard_ehlo_keywords'),
  nullChunk: reply(551, '5.7.1', 'Null BDAT request'),
  chunkTooBig: reply(552, '5.3.4', 'Chunk exceeds message size limit', 'message_size_limit'),
  mailAfterBdat: reply(503, '5.5.1', 'Error: MAIL after BDAT'),
  rcptAfterBdat: reply(503, '5.5.1', 'Error: RCPT after BDAT'),
  dataAfterBdat: reply(503, '5.5.1', 'Error: DATA after BDAT'),
  attributeExpected: reply(501, '5.5.4', 'Error: attribute=value expected'),
  attributeTooLong: reply(501, '5.5.4', 'Error: attribute value too long'),
  breakRules: reply(221, '2.7.0', 'Error: I can break rules, too. Goodbye.', 'smtpd_forbidden_commands'),
  synchronization: reply(
    554,
    '5.5.0',
    'Error: SMTP protocol synchronization',
    'smtpd_forbid_unauth_pipelining',
  ),
  messageTooBig: reply(552, '5.3.4', 'Error: message file too big', 'message_size_limit'),
  tooManyHops: reply(554, '5.4.0', 'Error: too many hops', 'hopcount_limit'),
  rejected: reply(550, '5.7.1', 'Error: message content rejected'),
  writeError: reply(451, '4.3.0', 'Error: queue file write error'),
  internal: reply(451, '4.3.0', 'Error: internal error 1'),
  // CLEANUP_STAT_RCPT, which cannot happen over SMTP.
  internalRcpt: reply(451, '4.3.0', 'Error: internal error 64'),
} as const satisfies Readonly<Record<string, Reply>>;

/** `555 5.5.4 Unsupported option: X`. */
export function unsupported(option: string): Reply {
  return reply(555, '5.5.4', `Unsupported option: ${option}`);
}

/** Unknown commands: 502 until 3.6, 500 from 3.7 on. */
export function unknownCommand(profile: Profile): Reply {
  return reply(profile === '2.3' ? 502 : 500, '5.5.2', 'Error: command not recognized');
}

/** The sentences before a hang-up that name the host. */
export function closing(
  host: string,
  kind: 'errors' | 'timeout' | 'trouble' | 'connections',
  client = '',
): Reply {
  const texts = {
    connections: ['4.7.0', `Error: too many connections from ${client}`, undefined],
    errors: ['4.7.0', 'Error: too many errors', 'smtpd_hard_error_limit'],
    timeout: ['4.4.2', 'Error: timeout exceeded', 'smtpd_timeout'],
    trouble: ['4.3.0', 'Server local error', undefined],
  } as const;
  const [enhanced, text, parameter] = texts[kind];
  return reply(421, enhanced, `${host} ${text}`, parameter);
}

/** Why bare newlines are refused. */
export const BARE_NEWLINE: Because = { parameter: 'smtpd_forbid_bare_newline' };

/** `550 5.5.2 HOST Error: bare <LF> received`. @param code smtpd_forbid_bare_newline_reject_code */
export function bareNewline(host: string, code: number): Reply {
  return reply(code, '5.5.2', `${host} Error: bare <LF> received`, BARE_NEWLINE.parameter);
}

/** `503 5.7.0 Error: access denied for name[address]`. */
export function accessDenied(client: string): Reply {
  return reply(503, '5.7.0', `Error: access denied for ${client}`, 'smtpd_client_restrictions');
}
