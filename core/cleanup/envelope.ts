/**
 * The envelope in the queue file: what comes before the text, in the order of Postfix.
 *
 * cleanup(8) · Postfix: src/cleanup/cleanup_envelope.c, cleanup_addr.c
 */
import { textOf, timeMsOf } from '../config/settings.ts';
import { buildEnvelope, sizeRecord } from '../mail/queue-envelope.ts';
import { encodeRecord, encodeRecords, type RecordType } from '../mail/queue-records.ts';
import { concatBytes, EMPTY_BYTES } from '../wire/bytes.ts';
import { standardForm } from './address-maps.ts';
import { copyOfSender } from './bcc.ts';
import { moment } from './file.ts';
import { finalForm } from './masquerade.ts';
import { type Args, append, type Decision, explained, inTurn, logLine, reasonOf, worse } from './out.ts';
import type { CleanupContext } from './types.ts';

/** So many recipients are written together; a list of any length needs no more memory. */
const BATCH = 100;

/** Bounces are sent to nobody's name but the null sender's, however it was written. RFC 5321 §4.5.5 */
function withoutDaemon({ settings, message }: CleanupContext): string {
  const daemon = standardForm(settings, 'MAILER-DAEMON');
  return message.sender.toLowerCase() === daemon.toLowerCase() ? '' : message.sender;
}

/**
 * The envelope sender after canonical(5) and masquerading, and who gets a copy of all he sends. postconf(5)
 * sender_canonical_maps, sender_bcc_maps
 */
export function startEnvelope({ context }: Args): Decision {
  const { settings, queueId, status } = context;
  const sender = withoutDaemon(context);
  if (sender === '') return { context: { sender } };
  const mapped = finalForm(settings, sender, 'envelope_sender');
  const { addresses, warning, failed, causes } = mapped;
  const final = addresses[0] ?? sender;
  const known: Decision = {
    context: {
      sender: final,
      ...(failed === undefined ? {} : { status: worse('map', status), ...reasonOf(context, mapped) }),
    },
    effects:
      warning === undefined
        ? explained(context, sender, mapped)
        : [logLine('warning', `${queueId}: ${warning}`, causes?.[0])],
  };
  return inTurn(
    context,
    () => known,
    (next) => {
      const { records, changes, effects } = copyOfSender(next, final);
      return { context: { ...changes, senderCopies: records }, effects };
    },
  );
}

/** The size record while nothing is known yet, and as it is at the end. */
export function sizeBytes(context: CleanupContext, contentSize: number): Uint8Array {
  const { settings, dataOffset, recipientCount, qmgrFlags } = context;
  const fields = { contentSize, dataOffset, recipientCount, qmgrFlags, contentLength: contentSize };
  return sizeRecord({ ...fields, sendOptions: 0 }, settings.profile === '2.3' ? 4 : 6);
}

/** postconf(5) delay_warning_time: when the sender of a message that waits is to be told. */
function warnTime({ settings, sender, arrivalAt }: CleanupContext): number | undefined {
  const delayMs = timeMsOf(settings, 'delay_warning_time');
  return delayMs > 0 && sender !== '' ? moment(arrivalAt + delayMs).sec : undefined;
}

function networkEnvelope(context: CleanupContext): Uint8Array {
  const { settings, message, sender, arrivalAt, createdAt, queueId, encoding } = context;
  const { client, rewriteContext, dsn, senderFullName, contentFilter } = message;
  const afterSender = concatBytes(context.senderCopies);
  const warnTimeSec = warnTime(context);
  return buildEnvelope({
    arrivalTime: moment(arrivalAt),
    ...{ createTimeSec: moment(createdAt).sec, rewriteContext, sender, retFlags: dsn.ret, afterSender },
    ...(client === undefined ? {} : { client }),
    ...(contentFilter === undefined ? {} : { contentFilter }),
    ...(settings.profile === '2.3' ? {} : { logIdent: client?.ident ?? queueId }),
    ...(client?.login === undefined ? {} : { saslMethod: 'XCLIENT', saslUsername: client.login }),
    ...(dsn.envid === '' ? {} : { envelopeId: dsn.envid }),
    ...(senderFullName === undefined ? {} : { fullName: senderFullName }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(warnTimeSec === undefined ? {} : { warnTimeSec }),
  });
}

/** Mail of the machine itself: sendmail(1) says the attributes in this order, bounce(8) says fewer. */
function localEnvelope(context: CleanupContext): Uint8Array {
  const { message, sender, arrivalAt, createdAt, encoding } = context;
  const { dsn, rewriteContext, senderFullName, origin } = message;
  const { sec, usec } = moment(arrivalAt);
  const warnTimeSec = warnTime(context);
  const records: [RecordType, string][] = [
    ['T', `${sec} ${usec}`],
    ['A', `create_time=${moment(createdAt).sec}`],
  ];
  if (message.contentFilter !== undefined) records.push(['L', message.contentFilter]);
  if (origin === 'bounce')
    records.push(['A', 'log_message_origin=local'], ['A', `trace_flags=${message.traceFlags ?? 0}`]);
  if (dsn.envid !== '') records.push(['A', `envelope_id=${dsn.envid}`]);
  if (dsn.ret !== 0) records.push(['A', `ret_flags=${dsn.ret}`]);
  if (origin !== 'bounce') records.push(['A', `rewrite_context=${rewriteContext}`]);
  if (senderFullName !== undefined) records.push(['F', senderFullName]);
  records.push(['S', sender]);
  const head = encodeRecords(records.splice(0));
  if (encoding !== undefined) records.push(['A', `encoding=${encoding}`]);
  if (warnTimeSec !== undefined) records.push(['W', String(warnTimeSec).padStart(15)]);
  return concatBytes([head, ...context.senderCopies, encodeRecords(records)]);
}

function envelopeBytes(context: CleanupContext): Uint8Array {
  if (context.envelopeWritten) return EMPTY_BYTES;
  const envelope = context.message.origin === 'smtpd' ? networkEnvelope(context) : localEnvelope(context);
  return concatBytes([sizeBytes(context, 0), envelope]);
}

/**
 * Writes the recipients that wait, behind the envelope; few of them go on waiting unless it is the `last`
 * call.
 */
export function writeRecipients(context: CleanupContext, last: boolean): Decision {
  if (!last && context.waiting.length < BATCH) return {};
  const end = last ? encodeRecord('M', '') : EMPTY_BYTES;
  const bytes = concatBytes([envelopeBytes(context), ...context.waiting, end]);
  const appended = append(context, bytes);
  return { ...appended, context: { ...appended.context, waiting: [], envelopeWritten: true } };
}

/** postconf(5) empty_address_recipient: who gets mail that is addressed to nobody. */
export function namedRecipient({ settings }: CleanupContext, address: string): string {
  return address === '' ? standardForm(settings, textOf(settings, 'empty_address_recipient')) : address;
}
