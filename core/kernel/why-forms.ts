/** why-forms - log lines whose own words say why they came about: a parameter, or a plain fact. */
import type { Because } from '../mail/because.ts';

/** `why`: the cause whenever this is said, or the name of a class of plain facts. The first fit counts. */
interface Form {
  readonly form: RegExp;
  readonly why: Because | string;
}

const by = (parameter: string): Because => ({ parameter });

/** In front of some lines. */
const ID = '^(?:\\w+: )?';
const form = (pattern: string, why: Because | string): Form => ({ form: new RegExp(ID + pattern), why });

const FORMS: readonly Form[] = [
  form('timeout after ', by('smtpd_timeout')),
  form('too many errors after ', by('smtpd_hard_error_limit')),
  form('.*: request longer than ', by('line_length_limit')),
  form('improper command pipelining after ', 'protocol'),
  form('non-SMTP command from ', by('smtpd_forbidden_commands')),
  form('discarding EHLO keywords: ', by('smtpd_discard_ehlo_keywords')),
  form('queue file size limit exceeded', by('message_size_limit')),
  form('BDAT request from \\S+ exceeds message size limit', by('message_size_limit')),
  form('maildrop/.*: message file too big', by('message_size_limit')),
  form('statistics: max ', by('anvil_status_update_time')),
  form('reject: ETRN .* from ', by('smtpd_etrn_restrictions')),
  form('restriction class .* needs a definition', by('smtpd_restriction_classes')),
  form('(?:in )?parameter "?smtpd_.*restrictions', by('smtpd_recipient_restrictions')),
  form('do not list domain ', by('helpful_warnings')),
  form('transport \\S+ failure ', by('transport_retry_time')),
  form('connect to transport private/', by('transport_retry_time')),
  form('timeout on \\S+ while reading input attribute', by('smtpd_policy_service_timeout')),
  form('main.cf configuration error: mailbox_size_limit ', by('mailbox_size_limit')),
  form('postmaster notify: ', by('notify_classes')),
  form('(?:dis)?connect(?:ion)? from ', 'client'),
  form('lost connection after ', 'client'),
  form('client=', 'message'),
  form('(?:resent-)?message-id=', 'message'),
  form('uid=\\d+ from=<', 'message'),
  form('from=<.*>, size=\\d+, nrcpt=\\d+ \\(queue active\\)$', 'message'),
  form('message (?:dated|has been queued for) ', 'message'),
  form('removed$', 'message'),
  form('(?:null BDAT request|malformed BDAT command syntax) from ', 'protocol'),
  form('unknown DSN NOTIFY command value ', 'protocol'),
  form('Illegal address syntax from ', 'protocol'),
  form(
    '(?:connect to|problem talking to server|missing attribute|string length|premature end-of-input) ',
    'peer',
  ),
  form('unable to connect to the public cleanup service', 'service'),
  form('write queue file: ', 'disk'),
  form('mail_queue_enter: create file ', 'disk'),
];

/** Notes that are sent for one reason only; by type, and kind or status. */
const NOTES: Readonly<Record<string, Because>> = {
  'flush.add': by('fast_flush_domains'),
  'bounce.flush failed': { rule: 'return to sender' },
  'bounce.flush delayed': by('delay_warning_time'),
  'bounce.flush success': { rule: 'NOTIFY=SUCCESS' },
  'cleanup.done hops': by('hopcount_limit'),
  'cleanup.done toobig': by('message_size_limit'),
  'cleanup.done norcpt': { rule: 'no recipients' },
  'cleanup.done write': { rule: 'disk' },
  'cleanup.done internal': { rule: 'disk' },
};

/** Why a note of this type, with this kind or status, is sent; undefined: it must carry its reason itself. */
export function noteCause(type: string, kind: string): Because | undefined {
  return NOTES[`${type} ${kind}`.trim()];
}

/** The form of a log line; undefined: it must carry its reason itself. */
export function formOf(text: string): Form | undefined {
  return FORMS.find(({ form }) => form.test(text));
}
