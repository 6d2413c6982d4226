/** What local does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'local(8) starts: one process for one delivery.',
  'deliver.request else':
    'qmgr(8) hands over message {queueId}; local(8) reads it, to see whether it was here before.',
  'reading file.loaded limitsContradict':
    'mailbox_size_limit is below message_size_limit: mail could never be stored. It waits.',
  'reading file.loaded else': 'The message is read; its Delivered-To: lines say where it has been.',
  'reading file.failed else': 'The queue file cannot be read ({code}): all recipients wait.',
  ' workIsDone': 'All is done for this message.',
  ' isForwardingLoop': 'The message was delivered to this address before: it goes round, so it is returned.',
  ' isAliasLoop': 'These aliases lead to each other without end: the message is returned.',
  ' aliasLookupFails': 'The table of aliases does not answer: nobody knows whose mail this is, so it waits.',
  ' nextIsProbed': 'The message is a probe: local(8) says where mail would go, and delivers nothing.',
  ' nextIsAlias': 'The name is an alias: its members take its place.',
  ' nextIsUser': 'The name is a user of this machine.',
  ' goesElsewhere':
    'The configuration sends unknown names to a place that is not supported yet: the mail waits.',
  ' isRequiredName':
    'postmaster and MAILER-DAEMON must exist; without alias the mail is thrown away, with a warning.',
  ' nextIsName': 'No alias and no user has that name: the message is returned, unless it was said already.',
  ' nextIsMembers': 'trivial-rewrite(8) is asked about the members: which are ours?',
  ' nextIsForward': 'The other addresses get the message as a new one; cleanup(8) is asked for a queue file.',
  ' nextIsServed': 'This mailbox has the message already: two ways led to it, one copy is enough.',
  ' nextMayForward': 'Has the user something to say? local(8) looks for a .forward, as the user: {path}.',
  ' wantsOtherDelivery':
    'The configuration wants a way of delivery that is not supported yet: the mail waits.',
  ' nextIsNowhere': 'Mail for /dev/null is delivered by doing nothing.',
  ' nextIsMaildir': 'A new file begins in tmp/ of the Maildir, with the rights of the recipient.',
  'choosing  else': 'The mailbox file is opened for appending, and locked.',
  ' noAddresses': 'The list holds no address.',
  ' membersAreResolved': 'Members that are ours are delivered here, the others will get a new message.',
  'rewrite.rewritten isStrayAnswer': 'A late answer of trivial-rewrite(8); nobody waits for it.',
  'rewrite.rewritten else': 'The members are in standard form: {addresses}. Where do they go?',
  'rewrite.resolved isStrayAnswer': 'A late answer of trivial-rewrite(8); nobody waits for it.',
  'rewrite.resolved else': '{recipient} goes by the {transport} transport.',
  'resolving master.childDied else': 'trivial-rewrite(8) died over the question: the recipient waits.',
  'resolving file.failed else': 'The disk answers about a delivery that was given up.',
  'forwarding file.loaded forwardIsUnsafe':
    'This .forward belongs to somebody else or anybody can write to it: it is ignored.',
  'forwarding file.loaded forwardIsEmpty': 'The .forward is empty: it says nothing.',
  'forwarding file.loaded else': 'The .forward decides: its lines take the place of the mailbox.',
  'forwarding file.failed forwardIsUnreadable':
    'The .forward cannot be read ({code}): better wait than deliver to the wrong place.',
  'forwarding file.failed else': 'There is no such .forward ({code}).',
  'file.failed isStray':
    'The disk answers about something that was given up or need not be; nothing follows.',
  'file.created else': 'The file is there; its inode will be part of its name. Now the message is read.',
  'file.opened else': 'The mailbox is open and locked ({sizeBytes} bytes). Now the message is read.',
  'opening file.failed else':
    'The mailbox cannot be opened ({code}): see the log line for what becomes of the mail.',
  'storing file.loaded mailboxIsFull':
    'The mailbox would grow beyond mailbox_size_limit: the message is returned.',
  'storing file.loaded else':
    'Return-Path:, X-Original-To: and Delivered-To: come first, then the text; all is forced to the disk.',
  'file.synced nextIsMaildir':
    'The message is on disk: it moves from tmp/ to new/, where mail programs see it.',
  'storing file.synced else': 'The message is in the mailbox, on disk: delivered.',
  'storing file.failed isUnread': 'The queue file cannot be read ({code}): the mail waits.',
  'storing file.failed else': 'The disk failed ({code}): the half-written message is taken back.',
  'file.renamed else': 'The message is in new/, durable: delivered.',
  'moving file.failed else': 'The message could not be moved to new/ ({code}): it is taken back.',
  'cleanup.opened else': 'The new message is called {queueId}; the text is read for it.',
  'sending file.loaded else': 'The text goes to cleanup(8), with Delivered-To: in front, so that loops end.',
  'sending file.failed else': 'The text cannot be read ({code}): not forwarded, the mail waits.',
  'cleanup.done forwardFailed': 'cleanup(8) did not take the new message ({status}).',
  'sending cleanup.done else': 'The new message is safe in the queue: forwarded as {queueId}.',
  'sending master.childDied else': 'cleanup(8) died: not forwarded, the mail waits.',
  'bounce.appended else': 'bounce(8) has written down why a recipient was not reached.',
  'master.childDied logProcessDied':
    'bounce(8) died before it had written the reason: the recipient is tried again later.',
  'file.removed else': 'The unfinished file is gone.',
  'reporting file.loaded else': 'The disk answers about something that was given up.',
  'reporting file.failed else': 'The disk answers about something that was given up.',
  ' allAreLogged': 'qmgr(8) is told what became of each recipient.',
};
