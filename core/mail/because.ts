/**
 * because - why the mail system said or did something, as data that names the configuration.
 *
 * It travels in effects and notes, and so on the trace. The words for people are the chart's.
 */
export interface Because {
  /** The main.cf parameter that was obeyed; absent where the sender or an RFC wanted it, as `rule` says. */
  readonly parameter?: string;
  /** `type:name` of the table that was asked, and the key that was found in it; no key when it failed. */
  readonly table?: string;
  readonly key?: string;
  /** The parameter whose tables were asked, where it is another one. */
  readonly maps?: string;
  /** Name of the restriction, in small letters; elsewhere what was followed: `NOTIFY=FAILURE`, `.forward`. */
  readonly rule?: string;
  /** Its place in the list in which it stands, from 1. */
  readonly position?: number;
  /** Classes of smtpd_restriction_classes by which that list was reached, outermost first. */
  readonly classes?: readonly string[];
  /** It was remembered since this stage of the session. postconf(5) defer_if_permit */
  readonly stage?: string;
  /** The numbers that it was decided by, units last in their names: `ageMs`. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** One reason, or several in the order in which they were obeyed. */
export type Causes = Because | readonly Because[];

/** First these reasons, then those. */
export function bothCauses(first: Causes | undefined, then: Causes | undefined): Causes | undefined {
  if (first === undefined) return then;
  return then === undefined ? first : [first, then].flat();
}
