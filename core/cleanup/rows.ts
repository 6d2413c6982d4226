/** rows - rows of the cleanup chart that several of its states have. cleanup(8) */

/** Whoever brought the message gave up. */
export const ABORT = { target: 'gone', actions: 'abandon', description: 'cleanup(8)' } as const;
/** The disk failed; it is told when the text is complete. */
export const FAILED = { actions: 'noteWriteError', description: 'cleanup(8) DIAGNOSTICS' } as const;
/** The disk failed, and there is nothing more to wait for. */
export const LOST = {
  ...({ target: 'gone', actions: ['noteWriteError', 'refuse'], description: 'RFC 5321 §4.2.5' } as const),
};
/** Recipients found in the text come behind it. sendmail(1) -t */
export const EXTRACTED = [
  { guard: 'aliasLookupFails', actions: 'noteMapError', description: 'virtual(5)' },
  { actions: 'addExtracted', description: 'sendmail(1)' },
] as const;
