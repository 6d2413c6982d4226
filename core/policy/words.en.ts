/** What the client of policy servers does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

const AGAIN = 'The policy server failed: it is asked once more in a moment.';
const ENOUGH = 'The policy server failed too often: smtpd(8) goes on with the default action.';

export const words: Words = {
  start: 'The client of policy servers starts: one process for all sessions.',
  'policy.ask lineIsKept': 'smtpd(8) asks {server.name}, to which a connection is open: the request is sent.',
  'policy.ask else': 'smtpd(8) asks {server.name}: that server is called.',
  'net.connected else': 'The policy server has answered the call: the request is sent.',
  'net.heard lineIsIdle': 'The policy server speaks although nobody asked: the connection is dropped.',
  'net.heard answerGoesOn': 'A part of the answer; the rest is waited for.',
  'net.heard answerIsWhole': 'The policy server has said what is to be done; smtpd(8) hears of it.',
  'net.heard triesAreLeft': AGAIN,
  'net.heard somebodyWaits': ENOUGH,
  'net.lost lineIsIdle': 'The policy server has closed a connection that nobody needed.',
  'net.lost triesAreLeft': AGAIN,
  'net.lost somebodyWaits': ENOUGH,
  'timer.fired lineIsIdle': 'Nobody has asked this policy server for a while: the connection is closed.',
  'timer.fired mayTryAgain': 'The policy server is called once more.',
  'timer.fired triesAreLeft': AGAIN,
  'timer.fired somebodyWaits': ENOUGH,
};
