/** The context of a cleanup process before its message is known. */
import { intOf } from '../config/settings.ts';
import { startHeaders } from '../mail/headers.ts';
import { startContent } from '../mail/queue-content.ts';
import type { CleanupContext, CleanupInput } from './types.ts';

/** Nothing received yet. */
export function nothingYet(input: CleanupInput): CleanupContext {
  const { settings, pid, zone } = input;
  return {
    ...{ settings, pid, zone, opener: '', arrivalAt: 0, temporaryPath: '', queueId: '', path: '' },
    message: {
      type: 'cleanup.open',
      origin: 'smtpd',
      sender: '',
      rewriteContext: 'remote',
      dsn: { ret: 0, envid: '' },
    },
    ...{ recipients: [], seen: new Set<string>(), headers: [], headersEnded: false, heldBody: [] },
    scanner: startHeaders(intOf(settings, 'header_size_limit')),
    ...{
      closeAsked: false,
      content: startContent,
      contentBytes: 0,
      dataOffset: 0,
      extracted: [],
      status: 'ok',
    },
  };
}
