/** The client of policy servers as a daemon. Postfix has none: it is part of smtpd(8) there. */
import { chartDaemon } from '../kernel/process.ts';
import { policy } from './machine.ts';
import type { PolicyInput } from './types.ts';

export const policyDaemon = chartDaemon<PolicyInput>(policy);
