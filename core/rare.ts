/**
 * The programs that an ordinary letter does not need: a door of its own, so that the page loads them when the
 * first of them is to run (docs/decisions/0014-first-load.md). web/engine/late.ts names the same.
 */
import { anvilDaemon } from './anvil/daemon.ts';
import { bounceDaemon } from './bounce/daemon.ts';
import { dnsDaemon } from './dns/daemon.ts';
import { errorDaemon } from './error/daemon.ts';
import { flushDaemon } from './flush/daemon.ts';
import { type Programs, program } from './kernel/programs.ts';
import { milterDaemon } from './milter/daemon.ts';
import { pipeDaemon } from './pipe/daemon.ts';
import { policyDaemon } from './policy/daemon.ts';
import { verifyDaemon } from './verify/daemon.ts';

export const rare: Programs = {
  anvil: program(anvilDaemon, true),
  bounce: program(bounceDaemon, false),
  dns: program(dnsDaemon, true),
  error: program(errorDaemon, false),
  flush: program(flushDaemon, true),
  milter: program(milterDaemon, false),
  pipe: program(pipeDaemon, false),
  policy: program(policyDaemon, true),
  verify: program(verifyDaemon, true),
};
