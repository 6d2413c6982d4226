/** What bounce does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'bounce(8) starts for one request.',
  'bounce.append else': 'bounce(8) opens the {log} log of {queueId} to note why a recipient was not reached.',
  'bounce.flush else': 'bounce(8) is to tell the sender <{sender}>; it reads what was noted.',
  'bounce.forget else': 'bounce(8) removes the {log} log of {queueId}: it is no longer needed.',
  'file.opened else': 'bounce(8) writes the reason into the log.',
  'file.failed else': 'The disk failed ({code}): the message stays in the queue and is tried again.',
  'file.synced else': 'The reason is on disk.',
  'reading file.loaded else': 'bounce(8) has read the reasons.',
  ' senderIsNull': 'The message came from <>: it is itself a notice, and no notice is sent about a notice.',
  ' senderIsDoubleBounce':
    'A notice to the postmaster came back: it is thrown away, with a warning in the log.',
  ' nothingToTell': 'The sender asked not to be told (NOTIFY).',
  'deciding  else': 'bounce(8) begins a new message from <> to the sender.',
  'cleanup.opened else':
    'The notice gets the queue id {queueId}; the original message is read, to be quoted.',
  'quoting file.loaded else':
    'bounce(8) writes the notice: words for people, a report for programs, the message.',
  'cleanup.done noticeFailed': 'The notice could not be queued: qmgr(8) keeps the message and tries again.',
  'notifying cleanup.done else': 'The notice could not be queued: qmgr(8) keeps the message and tries again.',
  'sending cleanup.done else': 'The notice is in the queue and on disk: the log may go.',
  'master.childDied else': 'cleanup(8) died: qmgr(8) keeps the message and tries again.',
};
