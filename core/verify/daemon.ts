/** verify(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { verify } from './machine.ts';
import type { VerifyInput } from './types.ts';

export const verifyDaemon = chartDaemon<VerifyInput>(verify);
