/** What verify does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'verify(8) starts: it knows nothing of any address yet.',
  'verify.query probeIsDue':
    'smtpd(8) asks whether {address} is served: verify(8) says what it knows, and sends a probe to find out.',
  'verify.query else': 'smtpd(8) asks whether {address} is served: verify(8) says what it knows.',
  'verify.update failureIsIgnored':
    'The probe of {address} failed ({text}), but an earlier success still holds, or failures are not kept.',
  'verify.update else': 'A delivery agent has answered the probe of {address}: {text}',
  'cleanup.opened else': 'cleanup(8) takes a probe: a message without text, with the id {queueId}.',
  'cleanup.done probeFailed': 'cleanup(8) does not take the probe; the next question sends another.',
  'cleanup.done else': 'The probe {queueId} is in the queue.',
  'master.childDied probeFailed': 'cleanup(8) died over a probe; the next question sends another.',
  'master.childDied else': 'A process died that verify(8) had nothing to do with.',
  'timer.fired else': 'What is known of addresses is looked through, and what has expired is dropped.',
  'settings.changed else': 'The configuration was read again.',
};
