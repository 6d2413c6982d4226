/** What pickup does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'pickup(8) starts: it will look into maildrop when it is woken.',
  'idle master.start else': 'master(8) says begin: pickup(8) looks whether mail was left in maildrop.',
  'idle pickup.wakeup else': 'A wake-up: pickup(8) looks into maildrop.',
  'settings.changed else': 'The configuration changed: pickup(8) takes the new one.',
  'dir.listed else':
    'pickup(8) has the list of maildrop; files that are still being written are passed over.',
  'listing file.failed else': 'maildrop cannot be listed ({code}); the next wake-up tries again.',
  'pickup.wakeup else': 'A wake-up while at work: pickup(8) will look into maildrop once more afterwards.',
  'master.start else': 'master(8) says begin while pickup(8) is at work: it will look once more afterwards.',
  ' shouldLookAgain': 'All files are done, but a wake-up came meanwhile: pickup(8) looks again.',
  ' nothingWaits': 'Nothing waits in maildrop: pickup(8) sleeps.',
  'choosing  else': 'pickup(8) opens the next file: {path}.',
  'file.loaded isMalformed':
    'Not a file that postdrop(1) could have written, or one with a second name: a warning, and it goes.',
  'reading file.loaded else':
    'The file is whole; trivial-rewrite(8) shall complete the addresses of its envelope.',
  'reading file.failed hasVanished': 'The file is gone; there is nothing to do.',
  'reading file.failed else': 'The file cannot be read ({code}); it stays, and is tried again later.',
  'rewrite.rewritten else': 'The addresses are in standard form; pickup(8) begins a message with cleanup(8).',
  'master.childDied else': '{service} died over this message: the file stays in maildrop and is tried again.',
  'cleanup.opened else':
    'The message is called {queueId} now; pickup(8) logs who sent it and reads its text.',
  'opening cleanup.done else': 'cleanup(8) could make no queue file ({status}): the mail stays in maildrop.',
  'feeding file.loaded hasChanged':
    'The file is not what it was a moment ago: cleanup(8) forgets the message, the file stays in maildrop.',
  'feeding file.loaded else': 'Recipients, a Received: line and the text go to cleanup(8).',
  'feeding file.failed else':
    'The text cannot be read ({code}): cleanup(8) forgets the message, the file stays in maildrop.',
  'feeding cleanup.done namesNobody': 'The message is for nobody: a warning, and it goes.',
  'feeding cleanup.done isForSender':
    'cleanup(8) will never take the message ({status}): bounce(8) notes why, the sender shall hear of it.',
  'bounce.appended noticeFailed': 'bounce(8) could not note the reason: the mail stays in maildrop.',
  'bounce.appended else':
    'bounce(8) has noted the reason; behind the last recipient it is to send the notice.',
  'bounce.flushed noticeFailed': 'The sender could not be told: the mail stays in maildrop.',
  'bounce.flushed else': 'The sender is told, durably: now the maildrop file is removed.',
  'feeding cleanup.done wasRefused': 'cleanup(8) did not take the message ({status}): it stays in maildrop.',
  'feeding cleanup.done else': '{queueId} is in the queue, durable: only now the maildrop file is removed.',
  'file.removed else': 'The maildrop file is gone.',
  'removing file.failed hasVanished': 'The maildrop file was gone already.',
  'removing file.failed else':
    'The maildrop file cannot be removed ({code}): it is passed over now, so that nobody gets it twice.',
};
