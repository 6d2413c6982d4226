/**
 * late-rules - modules of the core and of the simulator that an ordinary letter does not need: the page as
 * built loads them when the first of their functions is called. docs/decisions/0014-first-load.md
 *
 * What only these import comes with them and need not be named. What others import of them must be functions,
 * called in a step of the world and nowhere else; a build with anything else fails.
 */
export const LATE_RULES: readonly string[] = [
  'core/cleanup/check-actions.ts',
  'core/cleanup/milter-edits.ts',
  'core/cleanup/milter-local.ts',
  'core/local/expand.ts',
  'core/local/failure.ts',
  'core/local/forward.ts',
  'core/pickup/refusal.ts',
  'core/pickup/rules.ts',
  'core/qmgr/refuse.ts',
  'core/qmgr/trouble.ts',
  'core/qmgr/watch.ts',
  'core/smtpd/access.ts',
  'core/smtpd/blocklists.ts',
  'core/smtpd/chunks.ts',
  'core/smtpd/dns-rules.ts',
  'core/smtpd/etrn.ts',
  'core/smtpd/filters.ts',
  'core/smtpd/name-rules.ts',
  'core/smtpd/notice.ts',
  'core/smtpd/policy-rule.ts',
  'core/smtpd/server-access.ts',
  'core/smtpd/verify-rule.ts',
  'core/smtpd/xclient.ts',
  'core/smtpd/xforward.ts',
  'sim/name-server.ts',
  'sim/zone-file.ts',
];
