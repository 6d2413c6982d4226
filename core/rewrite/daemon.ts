/** trivial-rewrite(8) as a daemon. */
import { chartDaemon } from '../kernel/process.ts';
import { rewrite } from './machine.ts';
import type { RewriteInput } from './types.ts';

export const rewriteDaemon = chartDaemon<RewriteInput>(rewrite);
