/**
 * probes - messages that only ask whether an address can be served: nobody gets them. verify(8) ·
 * ADDRESS_VERIFICATION_README · Postfix: src/global/deliver_request.h, verify.c
 */
import type { Effect } from './effects.ts';
import type { DeliverRequest, DeliveryResult } from './notes.ts';

/** DEL_REQ_FLAG_MTA_VRFY: the number in `trace_flags` of the queue file of a probe. */
export const TRACE_PROBE = 256;

/** What is known of an address; the number is how verify(8) writes it down. */
export const ADDRESS_STATUS = { ok: 0, deferred: 1, bounced: 2, unknown: 3 } as const;
export type AddressStatus = keyof typeof ADDRESS_STATUS;

/** Is this address served? Answered by verify.answer with the same `token`. */
export interface VerifyQuery {
  readonly type: 'verify.query';
  readonly token: string;
  /** As the client gave it, and in standard form. */
  readonly address: string;
  readonly standard: string;
}
/** What is known of it, and the words of the agent that was asked. */
export interface VerifyAnswer {
  readonly type: 'verify.answer';
  readonly token: string;
  readonly status: AddressStatus;
  readonly text: string;
}
/** What a delivery agent says about the address of a probe. */
export interface VerifyUpdate {
  readonly type: 'verify.update';
  readonly address: string;
  readonly status: Exclude<AddressStatus, 'unknown'>;
  readonly text: string;
}

/** Nothing of this request is to be delivered. */
export function isProbe({ attributes }: Partial<Pick<DeliverRequest, 'attributes'>>): boolean {
  const flags = attributes?.get('trace_flags');
  return flags !== undefined && (Number(flags) & TRACE_PROBE) !== 0;
}

/** To verify(8): what became of the probe of an address. */
export function verifyUpdate({ recipient, status, text }: DeliveryResult): Effect {
  const address = recipient.original || recipient.address;
  const found = status === 'sent' ? 'ok' : status;
  return { type: 'send', to: 'verify', note: { type: 'verify.update', address, status: found, text } };
}

/** To qmgr(8) a probe is over, whatever was found: it is not tried again, and nobody is told. */
export function afterProbe(
  request: Pick<DeliverRequest, 'attributes'>,
  results: readonly DeliveryResult[],
): readonly DeliveryResult[] {
  return isProbe(request) ? results.map((result) => ({ ...result, status: 'sent' as const })) : results;
}
