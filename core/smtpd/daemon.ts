/** smtpd(8) as a daemon on a connection. */
import { sessionDaemon } from '../kernel/session.ts';
import { smtpProtocol, type TextReading } from './commands.ts';
import { smtpd } from './machine.ts';
import type { SmtpdContext, SmtpdInput } from './types.ts';

export const smtpdDaemon = sessionDaemon<SmtpdInput, SmtpdContext, TextReading>(smtpd, smtpProtocol);
