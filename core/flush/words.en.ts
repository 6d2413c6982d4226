/** What flush does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'flush(8) starts: it keeps lists of deferred mail for those who may ask for it.',
  'idle flush.add else':
    'A message for {site} is put off: flush(8) will write its id into the list of that site.',
  'idle flush.send else': '{site} wants its mail: flush(8) will send off what is on its list.',
  'idle flush.wakeup else': 'master(8) wakes flush(8): are there lists that are old?',
  'flush.add else': 'A message for {site} is put off while flush(8) is at work: it waits its turn.',
  'flush.send else': '{site} wants its mail while flush(8) is at work: it waits its turn.',
  'flush.wakeup else': 'A wake-up while flush(8) is at work: it will look at its lists afterwards.',
  'settings.changed else': 'The configuration changed: flush(8) takes the new one.',
  ' nextIsAdd': 'flush(8) opens the list of the site, to add to it.',
  ' nextIsSend': 'flush(8) reads the list of the site.',
  ' nextIsRemove': 'This list has been empty for fast_flush_purge_time: flush(8) removes it.',
  ' nextIsList': 'flush(8) looks at all its lists.',
  'choosing  else': 'Nothing more to do: flush(8) sleeps.',
  'adding file.opened else': 'The ids are written, one a line.',
  'file.loaded fileIsEmpty': 'No mail waits for this site.',
  'file.loaded hasIds': 'These messages go from deferred to incoming, whatever their time.',
  'file.loaded else': 'Not one queue id is in this list: it is emptied.',
  'file.renamed othersAreMoving': '{to}: this message is moved, others are on their way.',
  'file.renamed moreAreLeft': '{to}: this message is moved, and now the next ones.',
  'file.renamed else': '{to}: the last message is moved; now the list is emptied.',
  'moving file.failed othersAreMoving': '{path} is not there any more; others are on their way.',
  'moving file.failed moreAreLeft': '{path} is not there any more; now the next ones.',
  'moving file.failed isMove': '{path} is not there any more, and it was the last; now the list is emptied.',
  'emptying file.opened else': 'The list is empty, and qmgr(8) shall look into incoming.',
  'emptying file.failed else': 'The list cannot be emptied ({code}); qmgr(8) is woken all the same.',
  'file.failed else': 'The disk refuses ({code}); mail is lost by that in no case, its turn comes later.',
  'file.removed else': 'The list is gone.',
  'dir.listed else':
    'What was not read for fast_flush_refresh_time is sent off; what was empty for long is removed.',
};
