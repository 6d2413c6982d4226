/** What happens to a destination and to a message, the small charts that qmgr holds, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const destination: Words = {
  start: 'Mail goes to a new destination: it may get initial_destination_concurrency deliveries at once.',
  'entry.started else': 'A delivery agent takes recipients for the destination: one more is under way.',
  'entry.done isPaced': 'A delivery is done; before the next one there is a pause (destination_rate_delay).',
  'ready entry.done else': 'A delivery is done: more may run at once from now on, up to the limit.',
  'entry.lost isPaced':
    'A delivery ended without a word about the destination; the pause is kept all the same.',
  'entry.lost else': 'A delivery ended without a word about the destination: it neither earns nor loses.',
  'site.failed wouldDieButPauses':
    'The destination has failed once too often: what waits for it is deferred, and it pauses.',
  'site.failed isPaced': 'The destination failed: fewer deliveries may run at once, and there is a pause.',
  'site.failed wouldDie':
    'The destination has failed once too often: it counts as dead, and what waits for it is deferred.',
  'ready site.failed else': 'The destination failed: fewer deliveries may run at once.',
  'pause.ended else': 'The pause is over: the next delivery may start.',
  'suspended entry.done else': 'A delivery that was under way succeeded: the destination lives again.',
  'suspended site.failed else': 'Another delivery failed that was under way when the destination died.',
  'suspension.ended else':
    'minimal_backoff_time has passed, or somebody asked: the destination is tried again.',
};

export const message: Words = {
  start: 'A message is taken into the active queue.',
  'message.read else': 'The envelope is read: trivial-rewrite(8) is asked where each recipient is.',
  'file.damaged else': 'The file is no message: it goes to the corrupt queue.',
  'file.unreadable else': 'The file cannot be read now: the message is tried again later.',
  'recipients.resolved else': 'All recipients have their destinations; deliveries are under way.',
  'recipients.done bounced':
    'Nobody is being served any more, and some failed: the sender is told by bounce(8).',
  'recipients.done report': 'All are served, and somebody wanted to know of it: bounce(8) reports.',
  'recipients.done expired': 'Recipients are left, but the message is too old: it is returned to its sender.',
  'recipients.done late': 'Recipients are left, and it takes long: the sender is warned, once.',
  'recipients.done deferred': 'Recipients are left: the message waits in the deferred queue.',
  'recipients.done else': 'All are served: the message is removed.',
  'sender.told report': 'The sender knows of the failures; bounce(8) reports the successes as well.',
  'sender.told expired': 'The sender has been told; what is left of the message is too old and is returned.',
  'sender.told late': 'The sender has been told; about those that are left there is a warning, once.',
  'sender.told deferred': 'The sender has been told; the others wait in the deferred queue.',
  'sender.told else': 'The sender has been told, and nobody is left: the message is removed.',
  'warning sender.told else': 'The sender has been warned: the message waits in the deferred queue.',
  'telling.failed expired': 'The report could not be made; the message is too old and is returned.',
  'telling.failed late': 'The report could not be made; the sender is warned that it takes long.',
  'telling.failed deferred': 'The report could not be made; the others wait in the deferred queue.',
  'reporting telling.failed else':
    'The report could not be made, and nobody is left: the message is removed.',
  'telling.failed else': 'The sender could not be told: the message is kept and tried again.',
};
