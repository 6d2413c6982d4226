/** local(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { local } from './machine.ts';
import type { LocalInput } from './types.ts';

export const localDaemon = chartDaemon<LocalInput>(local);
