/** pickup(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { pickup } from './machine.ts';
import type { PickupInput } from './types.ts';

export const pickupDaemon = chartDaemon<PickupInput>(pickup);
