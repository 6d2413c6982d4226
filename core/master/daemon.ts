/** master(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { master } from './machine.ts';
import type { MasterInput } from './types.ts';

export const masterDaemon = chartDaemon<MasterInput>(master);
