/** bounce(8) as a daemon; master.cf starts it as bounce, defer and trace. */
import { chartDaemon } from '../kernel/process.ts';
import { bounce } from './machine.ts';
import type { BounceInput } from './types.ts';

export const bounceDaemon = chartDaemon<BounceInput>(bounce);
