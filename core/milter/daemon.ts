/** The client of milters as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { milter } from './machine.ts';
import type { MilterInput } from './types.ts';

export const milterDaemon = chartDaemon<MilterInput>(milter);
