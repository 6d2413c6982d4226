/** What bounce does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

const GIVEN_UP = 'The notice could not be queued: qmgr(8) keeps the message and tries again.';
const NO_COPY = 'The copy for the postmaster could not be queued; the sender has been told all the same.';

export const words: Words = {
  start: 'bounce(8) starts for one request.',
  'bounce.append else': 'bounce(8) opens the {log} log of {queueId} to note what happened to a recipient.',
  'bounce.flush else': 'bounce(8) is to tell the sender <{sender}>; it reads what was noted.',
  'file.opened mustBeDurable':
    'bounce(8) writes the reason and waits for the disk: on this word a recipient is given up.',
  'file.opened else': 'bounce(8) writes the reason into the log.',
  'file.failed logIsMissing': 'Nothing was noted, or it is lost: the sender is told all the same.',
  'file.failed else': 'The disk failed ({code}): the message stays in the queue and is tried again.',
  'file.synced else': 'The reason is on disk.',
  'reading file.loaded else': 'bounce(8) has read the reasons and looks at the message.',
  'looking file.loaded else': 'bounce(8) decides who is to hear of it, as notify_classes and NOTIFY say.',
  ' senderIsDoubleBounce':
    'A notice to the postmaster came back: it is thrown away, with a warning in the log.',
  ' allAreTold': 'Everybody has been told: the log may go, qmgr(8) may go on.',
  ' senderIsNull': 'The message came from <>: it is itself a notice, and no notice is sent about a notice.',
  ' nobodyToTell': 'The sender asked not to be told (NOTIFY).',
  'deciding  else': 'bounce(8) begins a new message, from <> or for the postmaster.',
  'cleanup.opened else':
    'The notice gets the queue id {queueId}; the original message is read, to be quoted.',
  'quoting file.loaded else':
    'bounce(8) writes the notice: words for people, a report for programs, the message.',
  'cleanup.done copyFailed': NO_COPY,
  'master.childDied copyFailed': NO_COPY,
  'cleanup.done noticeFailed': GIVEN_UP,
  'notifying cleanup.done else': GIVEN_UP,
  'quoting cleanup.done else': GIVEN_UP,
  'sending cleanup.done else': 'The notice is in the queue and on disk.',
  'master.childDied else': 'cleanup(8) died: qmgr(8) keeps the message and tries again.',
};
