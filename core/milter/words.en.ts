/** What the client of milters does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

const DEFAULT = 'The milter cannot be used: milter_default_action says what happens instead.';
const IDLE = 'A milter that nobody has asked anything is gone, or speaks: it is not asked again.';

export const words: Words = {
  start: 'The client of milters starts: one process for the milters of one session.',
  'milter.open else': 'A client has come: the milters are called, one after the other.',
  'milter.tell else': 'The milters are told what the client has done ({happening.stage}).',
  'milter.message else': 'The message is complete: the milters see its header and its text.',
  'idle milter.abort else': 'The message is forgotten; the milters hear of it.',
  'idle milter.quit else': 'The session is over: the milters are left.',
  'idle net.heard else': IDLE,
  'idle net.lost else': IDLE,
  ' taskIsOver': 'All milters that had to be asked have answered; who wanted it told learns what they want.',
  'net.connected else': 'The milter has answered the call: version and options are agreed on.',
  'asking net.heard isAsked': 'The milter has said something: it is told more, or the next one is asked.',
  'asking net.heard else': IDLE,
  'net.lost isAsked': DEFAULT,
  'asking net.lost else': IDLE,
  'timer.fired else': DEFAULT,
  'asking milter.abort else': 'Nobody waits for the answer of the milter any more: it is left.',
  'asking milter.quit else': 'The session is over: the milters are left.',
};
