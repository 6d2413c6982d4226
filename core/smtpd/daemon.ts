/** smtpd(8) as a daemon on a connection. */
import { sessionDaemon } from '../kernel/session.ts';
import type { DataState } from '../wire/data.ts';
import { smtpProtocol } from './commands.ts';
import { smtpd } from './machine.ts';
import type { SmtpdContext, SmtpdInput } from './types.ts';

export const smtpdDaemon = sessionDaemon<SmtpdInput, SmtpdContext, DataState>(smtpd, smtpProtocol);
