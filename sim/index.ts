/** The only door to the simulator: worlds, scenarios as a type, and how they are played. */

export { ruleFor } from './calls.ts';
export type { CheckState, Finding } from './check.ts';
export { type CrashOptions, type CrashRun, crashAfterEvery } from './crash.ts';
export { type Expectation, type Outcome, outcomes, withoutQueueIds } from './expect.ts';
export { CHUNK, type RecordedInput } from './history.ts';
export { answerQuestion, type NameServer, nameServer } from './name-server.ts';
export { type Played, type PlayOptions, play, playOut, reproduceLine } from './play.ts';
export { createDice, type Dice } from './random.ts';
export {
  type HostSpec,
  type InTwo,
  linesToType,
  type PeerSpec,
  type PersonSpec,
  type Scenario,
  type ScriptStep,
  type ScriptThread,
  type SessionSpec,
  telnetSession,
  type WorldInput,
} from './scenario.ts';
export { settingsOf } from './settings.ts';
export type { Terminal, TerminalLine } from './terminal.ts';
export type { FileView, MailView, ProcessView, QueueView } from './views.ts';
export { createWorld } from './world.ts';
export type { BranchView, Stopped, Until, World, WorldOptions, WorldStats } from './world-types.ts';
export { parseZone, type Zone, type ZoneProblem } from './zone-file.ts';
