/** What cleanup does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'cleanup(8) starts: one process for one message.',
  'cleanup.open else': 'cleanup(8) asks for a new file in the incoming queue; sender: <{sender}>.',
  'cleanup.abort else': 'The client went away: cleanup(8) removes the unfinished file. Nothing was promised.',
  'file.created else': 'The file exists; time and inode give the message its queue id.',
  'creating file.failed nameIsTaken': 'That temporary name exists already: cleanup(8) tries the next.',
  'creating file.failed else': 'No queue file could be made ({code}): the client will be told to try later.',
  'file.renamed else':
    'The message is called {queueId} from now on; its file is still incomplete (mode 0600).',
  'naming file.failed else':
    'The queue file could not be named ({code}): the client will be told to try later.',
  'cleanup.recipient aliasLookupFails':
    'A table that should say who {address} is did not answer: the message must wait.',
  'cleanup.recipient else': 'cleanup(8) notes the recipient <{address}>, after virtual(5) and canonical(5).',
  'rewriting cleanup.recipient else':
    'A recipient named behind the text, <{address}>: sendmail(1) found it in the header.',
  'body cleanup.recipient else':
    'A recipient named behind the text, <{address}>: sendmail(1) found it in the header.',
  'cleanup.prepend else': 'cleanup(8) puts the Received: line of this hop in front of the headers.',
  'headers cleanup.chunk else': 'cleanup(8) reads the header, line by line.',
  'headers cleanup.close else': 'The message ended within its header: it has no body.',
  ' headersNeedChecking': 'Each header is looked up in the tables of header_checks(5).',
  ' headersNeedRewriting':
    'The header holds addresses of a local client: trivial-rewrite(8) will complete them.',
  ' headersAreComplete':
    'The header is complete: missing lines are added, Bcc: goes, all is written to the file.',
  'rewrite.rewritten else': 'The addresses are in standard form; cleanup(8) writes the header to the file.',
  'rewriting cleanup.chunk else':
    'Text arrives while the header is being rewritten: it is held for a moment.',
  'rewriting cleanup.close else': 'The text is complete; cleanup(8) still waits for trivial-rewrite(8).',
  'body cleanup.chunk else': 'cleanup(8) writes the text to the queue file as it comes.',
  'body cleanup.close else': 'The text is complete.',
  ' closeWasAsked': 'The text is complete.',
  ' isDiscarded':
    'The message is thrown away: access(5) or header_checks(5) said DISCARD. The client hears that all is well.',
  ' isHeld': 'access(5) or header_checks(5) said HOLD: the file goes to the hold queue, not to qmgr(8).',
  'holding file.renamed else': 'It is in the hold queue: now the file and its directory go to the disk.',
  'holding file.failed else':
    'It could not be put on hold ({code}): the file is removed, the client is told to try later.',
  ' isRefused': 'The message cannot be kept: its file is removed and the client is told why.',
  'closing  else':
    'The file gets its final size and the mode bit that says "complete", and goes to the disk.',
  'file.synced else': 'The file and its directory are on disk: now 250 may be said, and qmgr(8) is woken.',
  'rewriting master.childDied else':
    'trivial-rewrite(8) died over the header: the file is removed, the client is told to try later.',
  'syncing file.failed else':
    'The disk failed ({code}): the file is removed, the client is told to try later.',
  'headers file.failed else': 'The disk failed ({code}): the client will be told to try later.',
  'rewriting file.failed else': 'The disk failed ({code}): the client will be told to try later.',
  'body file.failed else': 'The disk failed ({code}): the client will be told to try later.',
  ' miltersAreWanted':
    'Milters are to see the message: cleanup(8) reads its file back, before anything is promised.',
  'filtering file.loaded else':
    'The file was read: its text goes to the milters. Mail of this machine is first told as an SMTP session.',
  'filtering milter.answer else':
    'The milters have heard a step of the session that is played to them: on to the next, or to the message.',
  'filtering milter.done else':
    'The milters have seen the message: what they want changed is written, before the file is made durable.',
  'filtering master.childDied else':
    'Whoever spoke with the milters died: the file is removed, the client is told to try later.',
  'filtering file.failed else':
    'The file could not be read back ({code}): it is removed, the client is told to try later.',
  ' miltersAreDone': 'The milters have nothing more to say.',
  'filtered  else':
    'The message is kept: the mode bit that says "complete" is set, and the file goes to the disk.',
};
