/** cleanup(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { cleanup } from './machine.ts';
import type { CleanupInput } from './types.ts';

export const cleanupDaemon = chartDaemon<CleanupInput>(cleanup);
