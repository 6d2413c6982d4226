/** expect - how a scenario should end, and whether it did: with what was seen and what was expected. */
import type { World } from './world-types.ts';

export interface Expectation {
  /** User → number of messages in the mailbox. */
  readonly mailboxes?: Readonly<Record<string, number>>;
  /** Terminal → what its screen shows; `QUEUEID` stands for any queue id. */
  readonly transcripts?: Readonly<Record<string, string>>;
  /** Queue → number of messages. */
  readonly queues?: Readonly<Record<string, number>>;
  /** Each of these is found in the log at least so often. */
  readonly log?: readonly { readonly pattern: string; readonly atLeast: number }[];
  /**
   * Virtual time the scenario runs on after everybody is done typing. Default: until nothing is under way.
   */
  readonly runMs?: number;
}

export interface Outcome {
  readonly ok: boolean;
  readonly what: string;
  readonly expected: string;
  readonly observed: string;
}

function compared(what: string, expected: string, observed: string): Outcome {
  return { ok: expected === observed, what, expected, observed };
}

/** Queue ids become `QUEUEID`. */
export function withoutQueueIds(text: string): string {
  return text.replace(/(queued as )[0-9A-Za-z]+/g, '$1QUEUEID');
}

/** Compares a world with what was expected of it. */
export function outcomes(world: World, expected: Expectation): readonly Outcome[] {
  const queue = world.queue();
  const log = world.log();
  return [
    ...Object.entries(expected.mailboxes ?? {}).map(([user, count]) =>
      compared(`mailbox ${user}`, String(count), String(world.mailbox(user).length)),
    ),
    ...Object.entries(expected.transcripts ?? {}).map(([terminal, text]) =>
      compared(`transcript ${terminal}`, text, withoutQueueIds(world.transcript(terminal))),
    ),
    ...Object.entries(expected.queues ?? {}).map(([name, count]) =>
      compared(`queue ${name}`, String(count), String(queue.filter((entry) => entry.queue === name).length)),
    ),
    ...(expected.log ?? []).map(({ pattern, atLeast }): Outcome => {
      const count = log.filter((line) => new RegExp(pattern).test(line)).length;
      const what = `log /${pattern}/`;
      return { ok: count >= atLeast, what, expected: `at least ${atLeast}`, observed: String(count) };
    }),
  ];
}
