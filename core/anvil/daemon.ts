/** anvil(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { anvil } from './machine.ts';
import type { AnvilInput } from './types.ts';

export const anvilDaemon = chartDaemon<AnvilInput>(anvil);
