/**
 * What a policy server is told of the session.
 *
 * SMTPD_POLICY_README · Postfix: src/smtpd/smtpd_check.c check_policy_service
 */
import { textOf } from '../config/settings.ts';
import type { SmtpdContext } from './types.ts';
import type { Matter } from './verdict.ts';

export type Attributes = readonly (readonly [name: string, value: string])[];

/** Attributes that came after Postfix 2.3. */
const NEW: ReadonlySet<string> = new Set([
  ...['client_port', 'server_address', 'server_port', 'stress', 'ccert_pubkey_fingerprint', 'policy_context'],
]);

/** The size of the text once it has come; before, what SIZE= of MAIL announced. RFC 1870 */
function sizeOf({ stage }: Matter, { transaction, command, dataBytes }: SmtpdContext): number {
  if (stage === 'endOfData') return dataBytes;
  if (transaction !== undefined) return transaction.sizeBytes;
  const given = stage === 'mail' ? command?.words.find(({ text }) => /^SIZE=\d+$/i.test(text)) : undefined;
  return given === undefined ? 0 : Number(given.text.slice('SIZE='.length));
}

/** The same for all requests about one message. Differs: Postfix counts the messages of a session in it. */
function instanceOf({ pid, transaction }: SmtpdContext): string {
  if (transaction === undefined) return '';
  const seconds = Math.floor(transaction.at / 1000);
  const microseconds = Math.round((transaction.at - seconds * 1000) * 1000);
  return `${[pid, seconds, microseconds].map((number) => number.toString(16)).join('.')}.0`;
}

/** The client and the server, and how far they have come. */
function sessionPart({ helo, client }: Matter, context: SmtpdContext): Attributes {
  const { where, protocol, serverAddress, serverPort } = context;
  return [
    ['request', 'smtpd_access_policy'],
    ['protocol_state', where],
    ['protocol_name', protocol],
    ['client_address', client.address],
    ['client_name', client.name],
    ['client_port', String(client.port)],
    ['reverse_client_name', client.reverseName],
    ['server_address', serverAddress],
    ['server_port', String(serverPort)],
    ['helo_name', helo],
  ];
}

/** The message. */
function messagePart(matter: Matter, context: SmtpdContext): Attributes {
  const { stage, accepted, sender, recipient, etrn } = matter;
  const counted = stage === 'data' || stage === 'endOfData';
  return [
    ['sender', sender?.given ?? ''],
    ['recipient', recipient?.given ?? ''],
    ['recipient_count', String(counted ? accepted : 0)],
    ['queue_id', context.transaction?.queueId ?? ''],
    ['instance', instanceOf(context)],
    ['size', String(sizeOf(matter, context))],
    ['etrn_domain', etrn],
  ];
}

/** Neither SASL nor TLS is here, so nobody has a login or a certificate. */
const NOT_HERE: Attributes = [
  ...['sasl_method', 'sasl_username', 'sasl_sender', 'ccert_subject', 'ccert_issuer', 'ccert_fingerprint'],
  ...['ccert_pubkey_fingerprint', 'encryption_protocol', 'encryption_cipher'],
].map((name) => [name, ''] as const);

/** All attributes in Postfix's order; those of 2.3 are fewer. */
export function attributesOf(matter: Matter, context: SmtpdContext, policyContext: string): Attributes {
  const all: Attributes = [
    ...sessionPart(matter, context),
    ...messagePart(matter, context),
    ['stress', textOf(matter.settings, 'stress')],
    ...NOT_HERE,
    ['encryption_keysize', '0'],
    ['policy_context', policyContext],
  ];
  return matter.settings.profile === '2.3' ? all.filter(([name]) => !NEW.has(name)) : all;
}
