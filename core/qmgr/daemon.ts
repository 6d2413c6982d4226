/** qmgr(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { qmgr } from './machine.ts';
import type { QmgrInput } from './types.ts';

export const qmgrDaemon = chartDaemon<QmgrInput>(qmgr);
