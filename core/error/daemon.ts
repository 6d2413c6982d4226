/** error(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { error } from './machine.ts';
import type { ErrorInput } from './types.ts';

export const errorDaemon = chartDaemon<ErrorInput>(error);
