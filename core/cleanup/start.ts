/** The context of a cleanup process before its message is known. */
import { intOf } from '../config/settings.ts';
import { emptyMap } from '../kernel/persistent.ts';
import { startHeaders } from '../mail/headers.ts';
import { startContent } from '../mail/queue-content.ts';
import { NO_ADDRESSES } from './header-addresses.ts';
import type { CleanupContext, CleanupInput } from './types.ts';

/** Nothing received yet. */
export function nothingYet(input: CleanupInput): CleanupContext {
  const { settings, pid, zone } = input;
  const dsn = { ret: 0, envid: '' };
  return {
    ...{
      settings,
      pid,
      zone,
      opener: '',
      sender: '',
      senderCopies: [],
      arrivalAt: 0,
      createdAt: 0,
      attempts: 0,
    },
    message: { type: 'cleanup.open', origin: 'smtpd', sender: '', rewriteContext: 'remote', dsn },
    ...{ path: '', newPath: '', queueId: '', envelopeWritten: false, waiting: [], extracted: [] },
    ...{ recipientCount: 0, hasRecipient: false, qmgrFlags: 0, seen: emptyMap<true>() },
    ...{ scanner: startHeaders(intOf(settings, 'header_size_limit')), headers: [], headerBytes: 0 },
    ...{
      parsed: NO_ADDRESSES,
      headersEnded: false,
      heldBody: [],
      closeAsked: false,
      content: startContent,
      writtenBytes: 0,
    },
    ...{ checked: undefined, checksAreOver: false, mime: undefined, filter: '', redirect: '', copies: [] },
    ...{ isHeld: false, isDiscarded: false, refusedBy: undefined, lastRecipient: undefined },
    ...{ dataOffset: 0, encoding: undefined, status: 'ok', reason: '' },
    orders: { hold: false, discard: false, filter: '', redirect: '' },
    milters: undefined,
  };
}
