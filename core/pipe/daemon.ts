/** pipe(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { pipe } from './machine.ts';
import type { PipeInput } from './types.ts';

export const pipeDaemon = chartDaemon<PipeInput>(pipe);
