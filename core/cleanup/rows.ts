/** rows - rows of the cleanup chart that several of its states have. cleanup(8) */

/** Whoever brought the message gave up. */
export const ABORT = { target: 'gone', actions: 'abandon', description: 'cleanup(8)' } as const;
/** The disk failed; it is told when the text is complete. */
export const FAILED = { actions: 'noteWriteError', description: 'cleanup(8) DIAGNOSTICS' } as const;
/** The disk failed, and there is nothing more to wait for. */
export const LOST = {
  ...({ target: 'gone', actions: ['noteWriteError', 'refuse'], description: 'RFC 5321 §4.2.5' } as const),
};
/** The message is complete, and so are all opinions of it. RFC 5321 §6.1 */
const FORGOTTEN = {
  ...({ guard: 'isDiscarded', target: 'gone', actions: 'discard' } as const),
  description: 'access(5) · header_checks(5)',
} as const;
const REFUSED = {
  ...({ guard: 'isRefused', target: 'gone', actions: 'refuse', description: 'RFC 5321 §4.2.5' } as const),
} as const;
const KEPT = [
  {
    guard: 'isHeld',
    target: 'holding',
    actions: 'moveToHold',
    description: 'access(5) · header_checks(5)',
  },
  { target: 'syncing', actions: 'makeDurable', description: 'RFC 5321 §6.1' },
] as const;

export const CLOSING = [
  FORGOTTEN,
  REFUSED,
  { guard: 'miltersAreWanted', target: 'filtering', actions: 'readBack', description: 'MILTER_README' },
  ...KEPT,
] as const;

/** The milters look at the message. */
export const FILTERING = {
  'file.loaded': { actions: 'beginMilters', description: 'MILTER_README' },
  'milter.answer': { actions: 'tellMore', description: 'postconf(5) non_smtpd_milters' },
  'milter.done': { actions: 'obeyMilters', description: 'MILTER_README' },
  'master.childDied': { actions: 'noteMilterDeath', description: 'RFC 5321 §4.2.5' },
  'file.failed': LOST,
  'cleanup.abort': ABORT,
} as const;
/** Their opinion counts with all others. */
export const FILTERED = [FORGOTTEN, REFUSED, ...KEPT] as const;

/** Recipients found in the text come behind it. sendmail(1) -t */
export const EXTRACTED = [
  { guard: 'aliasLookupFails', actions: 'noteMapError', description: 'virtual(5)' },
  { actions: 'addExtracted', description: 'sendmail(1)' },
] as const;
