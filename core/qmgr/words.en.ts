/** What qmgr does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'qmgr(8) starts. First it looks for what an earlier qmgr left in the active queue.',
  'starting dir.listed else': 'What was left in active goes back to incoming; then both queues are scanned.',
  'starting file.failed else': 'The active queue could not be listed ({code}); the other queues are scanned.',
  'starting qmgr.wakeup else': 'qmgr(8) is woken while it starts: its first scan will see what is new.',
  'master.start else': 'qmgr(8) is already at work.',
  'settings.changed else': 'qmgr(8) takes the new configuration; destinations keep what they have learnt.',
  'qmgr.wakeup namesOneMessage': 'qmgr(8) hears of message {queueId} and takes it into the active queue.',
  'qmgr.wakeup else':
    'qmgr(8) is woken ({requests}): W, I scan incoming, D deferred, A before its time, F forget dead sites.',
  'dir.listed isActiveListing': 'What is in active and belongs to nobody goes back to incoming.',
  'dir.listed else':
    'qmgr(8) sees what waits in {path} and takes the complete files whose time has come, by turns.',
  'file.renamed enteredActive': 'The message is in the active queue; qmgr(8) reads its envelope.',
  'file.renamed leftActive': 'The message has left the active queue for {to}: there is room for another.',
  'file.renamed else': 'A message left behind is back in incoming.',
  'file.loaded fileIsDamaged':
    'The file is damaged: qmgr(8) moves it to the corrupt queue, for a person to look at.',
  'file.loaded else':
    'qmgr(8) reads who is to get the message and asks trivial-rewrite(8) where each of them is.',
  'rewrite.resolved else':
    'A recipient goes by {transport} to {nexthop}. With the last answer the message joins its destinations.',
  'deliver.done isAwaited':
    'The delivery agent is done: qmgr(8) notes the results, and the destination earns or loses concurrency.',
  'deliver.done else': 'An answer that nobody waits for any more counts for nothing.',
  'bounce.appended else': 'bounce(8) has noted what happened to the recipient.',
  'bounce.flushed else': 'bounce(8) has dealt with the sender; the message can leave the active queue.',
  'file.removed leftActive': 'Nothing is left to do for the message: it is removed.',
  'file.removed else': 'What an earlier try noted is void.',
  'timer.fired isDeferredTimer': 'queue_run_delay has passed: qmgr(8) looks at the deferred queue.',
  'timer.fired isSuspensionTimer': 'minimal_backoff_time has passed: a dead destination gets another chance.',
  'timer.fired isPauseTimer':
    'The pause between two deliveries to one destination is over: the next one may start.',
  'timer.fired isTroubleTimer': 'A minute has passed: what the disk refused is tried again.',
  'timer.fired else': 'qmgr(8) looks for requests that were never answered.',
  'file.failed failedToList': 'A queue could not be listed ({code}).',
  'file.failed failedToActivate':
    'The message could not be taken ({code}): it stays where it is, if it is still there.',
  'file.failed failedToRead': 'The message cannot be read ({code}): it goes to deferred, to be tried again.',
  'file.failed failedToLeave':
    'The message cannot leave the active queue ({code}): it is tried again in a minute.',
  'file.failed wasNotThere': 'Nothing had been noted, so there was nothing to remove.',
  'file.failed else': 'The disk failed ({code}); qmgr(8) says so, and gives nobody up for it.',
  'master.childDied else': '{service} died over a request: its recipients are tried again later.',
};
