/** The words for people in a notice. bounce(5) */
import { type Settings, textOf, timeMsOf } from '../config/settings.ts';

const HELP = [
  'Should you need help, write to the postmaster and send this report along.',
  'Your own text at the end of it may be left out.',
];

function failed(): readonly string[] {
  return [
    'Sorry: your message did not reach everybody it was meant for. The addresses',
    'that failed are listed below with the reason, and your message after them.',
    '',
    ...HELP,
  ];
}

function delayed(settings: Settings): readonly string[] {
  const hours = Math.floor(timeMsOf(settings, 'delay_warning_time') / 3_600_000);
  const days = Math.floor(timeMsOf(settings, 'maximal_queue_lifetime') / 86_400_000);
  return [
    '*** This is a warning only: please do not send your message again. ***',
    '',
    `Your message has been waiting for more than ${hours} hour(s). It is kept, and it will`,
    `be tried again until it is ${days} day(s) old.`,
    '',
    ...HELP,
  ];
}

function success(): readonly string[] {
  return [
    'Your message has reached the addresses listed below. Where it reached a mailbox,',
    'this is the last you hear of it; where it went on to another system, that system',
    'may still report a failure.',
  ];
}

/** The text of one kind of notice, lines without line ends; `settings` give the host and the times. */
export function wordsFor(kind: 'failed' | 'delayed' | 'success', settings: Settings): string {
  const bodies = { failed, delayed, success };
  const host = textOf(settings, 'myhostname');
  return [`This notice comes from the mail system of ${host}.`, '', ...bodies[kind](settings)].join('\n');
}
