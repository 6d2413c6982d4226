/**
 * probe - what local(8) says to an address probe, which it does not deliver: an alias is not looked into, nor
 * a .forward. Postfix: src/local/alias.c, mailbox.c, maildir.c
 */
import { isProbe } from '../kernel/probes.ts';
import { aliasTarget, nextIsAlias } from './names.ts';
import { type Args, type Decision, finished, nextWork, requestOf } from './shared.ts';
import { targetOf } from './target.ts';

/** It would go to an alias or a mailbox now. */
export function nextIsProbed(args: Args): boolean {
  const { context } = args;
  if (!isProbe(requestOf(context))) return false;
  return nextIsAlias(args) || nextWork(context)?.type === 'mailbox';
}

/** Says where it would go. */
export function noteProbe(args: Args): Decision {
  const { context, event } = args;
  const text = nextIsAlias(args)
    ? `aliased to ${aliasTarget(args)}`
    : `delivers to ${targetOf(context).format === 'maildir' ? 'maildir' : 'mailbox'}`;
  return finished(context, { status: 'sent', dsn: '2.0.0', text }, event.at);
}
