/** What pipe does, in one sentence each. */
import type { Words } from '../kernel/words.ts';

export const words: Words = {
  start: 'pipe(8) starts, the agent that gives messages to a command.',
  'deliver.request isMisconfigured':
    'The line of pipe(8) in master.cf cannot be used: the mail waits until it is put right.',
  'deliver.request else': 'pipe(8) reads the message it is to give to a command.',
  'file.loaded messageTooLarge': 'The message is larger than size= allows: it is returned.',
  'file.loaded messageIsProbe': 'The message is a probe: the command is named, and not started.',
  'file.loaded else': 'pipe(8) starts the command as its user and writes the message to it.',
  'file.failed else': 'The queue file could not be read ({code}): the message is tried again later.',
  'process.ended else': 'The command has ended: its exit status says what became of the message.',
  'bounce.appended else': 'bounce(8) has noted the failure.',
  'master.childDied else': 'bounce(8) died over it: this recipient is tried again later.',
  ' allAreLogged': 'pipe(8) reports to qmgr(8) and ends.',
};
