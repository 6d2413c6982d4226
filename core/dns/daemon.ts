/** The resolver as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { dns } from './machine.ts';
import type { DnsInput } from './types.ts';

export const dnsDaemon = chartDaemon<DnsInput>(dns);
