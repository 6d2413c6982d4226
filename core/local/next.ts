/**
 * next - the rows of the state `choosing`: what to do with the next piece of work.
 *
 * local(8) · Postfix: src/local/recipient.c
 */

/** Each row takes one piece of work off the list, or goes to the state that waits for the world. */
export const NEXT = [
  { guard: 'workIsDone', target: 'reporting', description: 'local(8)' },
  {
    guard: 'isForwardingLoop',
    target: 'choosing',
    actions: 'bounceForwardingLoop',
    description: 'RFC 5321 §6.3',
  },
  { guard: 'isAliasLoop', target: 'choosing', actions: 'bounceAliasLoop', description: 'aliases(5)' },
  { guard: 'aliasLookupFails', target: 'choosing', actions: 'deferForAliases', description: 'aliases(5)' },
  {
    guard: 'nextIsProbed',
    target: 'choosing',
    actions: 'noteProbe',
    description: 'ADDRESS_VERIFICATION_README',
  },
  { guard: 'nextIsAlias', target: 'choosing', actions: 'expandAlias', description: 'aliases(5)' },
  { guard: 'nextIsUser', target: 'choosing', actions: 'chooseMailbox', description: 'passwd(5)' },
  {
    guard: 'goesElsewhere',
    target: 'choosing',
    actions: 'deferElsewhere',
    description: 'postconf(5) fallback_transport · postconf(5) luser_relay',
  },
  { guard: 'isRequiredName', target: 'choosing', actions: 'discardRequired', description: 'RFC 5321 §4.5.1' },
  { guard: 'nextIsName', target: 'choosing', actions: 'bounceUnknown', description: 'RFC 3463 §3.2' },
  { guard: 'nextIsMembers', target: 'resolving', actions: 'askRewrite', description: 'trivial-rewrite(8)' },
  { guard: 'nextIsForward', target: 'sending', actions: 'openForward', description: 'RFC 5321 §3.9' },
  { guard: 'nextIsServed', target: 'choosing', actions: 'skipNext', description: 'local(8)' },
  { guard: 'nextMayForward', target: 'forwarding', actions: 'askForward', description: 'forward(5)' },
  {
    guard: 'wantsOtherDelivery',
    target: 'choosing',
    actions: 'deferOtherDelivery',
    description: 'postconf(5) mailbox_command · postconf(5) mailbox_transport',
  },
  { guard: 'nextIsNowhere', target: 'choosing', actions: 'noteNowhere', description: 'aliases(5)' },
  {
    guard: 'nextIsMaildir',
    target: 'opening',
    actions: 'createInTmp',
    description: 'postconf(5) home_mailbox',
  },
  { target: 'opening', actions: 'openMbox', description: 'postconf(5) mail_spool_directory' },
] as const;
