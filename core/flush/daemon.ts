/** flush(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { flush } from './machine.ts';
import type { FlushInput } from './types.ts';

export const flushDaemon = chartDaemon<FlushInput>(flush);
