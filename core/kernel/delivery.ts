/**
 * What every delivery agent says about a recipient: its log line, and the entry for bounce(8). Postfix:
 * src/global/log_adhoc.c
 */
import { boolOf, intOf, type Settings } from '../config/settings.ts';
import { bothCauses } from '../mail/because.ts';
import { withDsnClass } from '../mail/dsn.ts';
import { formatDelays } from '../mail/log-format.ts';
import type { Effect } from './effects.ts';
import type { DeliverRequest, DeliveryResult } from './notes.ts';
import { isProbe, verifyUpdate } from './probes.ts';

const SOFT_BOUNCE = { parameter: 'soft_bounce' } as const;

/** soft_bounce: a permanent failure is put off instead. postconf(5) soft_bounce */
export function softened(
  settings: Settings,
  result: DeliveryResult,
  request: Partial<Pick<DeliverRequest, 'attributes'>> = {},
): DeliveryResult {
  if (isProbe(request) || result.status !== 'bounced' || !boolOf(settings, 'soft_bounce')) return result;
  const because = bothCauses(result.because, SOFT_BOUNCE);
  const dsn = withDsnClass(result.dsn, '4');
  return { ...result, status: 'deferred', dsn, softened: true, ...(because && { because }) };
}

export interface DeliveryMoment {
  readonly relay: string;
  /** When the agent got the request, and when it was done (ms since the epoch). */
  readonly startedAt: number;
  readonly doneAt: number;
}

function statusWord(request: Partial<Pick<DeliverRequest, 'attributes'>>, result: DeliveryResult): string {
  if (isProbe(request)) return result.status === 'sent' ? 'deliverable' : 'undeliverable';
  return result.softened === true ? 'SOFTBOUNCE' : result.status;
}

/** `ID: to=<r>, orig_to=<o>, relay=local, delay=…, delays=…, dsn=…, status=sent (…)`. */
export function deliveryLog(
  settings: Settings,
  request: Pick<DeliverRequest, 'queueId' | 'arrivalAt' | 'activeAt'> &
    Partial<Pick<DeliverRequest, 'attributes'>>,
  result: DeliveryResult,
  { relay, startedAt, doneAt }: DeliveryMoment,
): Effect {
  const { address, original } = result.recipient;
  const origTo =
    original !== '' && original.toLowerCase() !== address.toLowerCase() ? `, orig_to=<${original}>` : '';
  const usec = (ms: number): number => Math.round(ms * 1000);
  const delays = formatDelays(
    {
      ...{ arrivalUsec: usec(request.arrivalAt), activeUsec: usec(request.activeAt) },
      ...{ handoffUsec: usec(startedAt), connectedUsec: usec(startedAt), doneUsec: usec(doneAt) },
    },
    intOf(settings, 'delay_logging_resolution_limit'),
  );
  const said = `dsn=${result.dsn}, status=${statusWord(request, result)} (${result.text})`;
  const text = `${request.queueId}: to=<${address}>${origTo}, relay=${relay}, ${delays}, ${said}`;
  const because = bothCauses(result.recipient.because, result.because);
  return because === undefined
    ? { type: 'log', level: 'info', text }
    : { type: 'log', level: 'info', text, because };
}

/**
 * The note that keeps a failure in bounce/ID or defer/ID; nothing for a success. What a probe has found out
 * goes to verify(8) instead, and is not answered.
 */
export function bounceAppend(
  request: Pick<DeliverRequest, 'queueId' | 'attributes'>,
  result: DeliveryResult,
  token: string,
): readonly Effect[] {
  if (isProbe(request)) return [verifyUpdate(result)];
  if (result.status === 'sent') return [];
  const log = result.status === 'bounced' ? 'bounce' : 'defer';
  const { queueId } = request;
  return [{ type: 'send', to: log, note: { type: 'bounce.append', token, log, queueId, result } }];
}
