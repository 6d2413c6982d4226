/** A mistake of ours in a restriction list: nobody is let in or sent away by it. smtpd(8) DIAGNOSTICS */
import type { RuleAnswer } from './verdict.ts';

/** 451, whatever stands before or behind it. @param warnings for the log, a line each */
export function misconfigured(...warnings: readonly string[]): RuleAnswer {
  const text = 'Server configuration error';
  return { type: 'reject', draft: { code: 451, enhanced: '4.3.5', text, trouble: true, warnings } };
}

/** A table that the list depends on did not answer: nobody is permitted or refused by it. */
export function lookupFailure(name: string): RuleAnswer {
  const text = `<${name}>: Temporary lookup failure`;
  return { type: 'reject', draft: { code: 451, enhanced: '4.3.0', text, trouble: true } };
}
