/** parts - one component in the browser, for tests: mounted at a width, with a view from the simulator. */
import axe from 'axe-core';
import { type Component, mount, unmount } from 'svelte';
import { gouvBj } from '../../scenarios/index.ts';
import { createWorld, type Scenario, type World } from '../../sim/index.ts';
import type { PageView, StepView } from '../../web/engine/view.ts';
import { rowKey } from '../../web/engine/view.ts';

export interface Part {
  readonly target: HTMLElement;
  all(selector: string): readonly HTMLElement[];
  /** The first element of a selector; waits up to five seconds for it. */
  find(selector: string): Promise<HTMLElement>;
  /** Waits up to five seconds until something holds; `what` is said when it never does. */
  until(holds: () => boolean, what: string): Promise<void>;
  /** Serious and critical findings of axe. */
  grave(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Mounts a component in a box of `widthPx`, as high as a school laptop's page. */
export function openPart<Props extends Record<string, unknown>>(
  component: Component<Props>,
  props: Props,
  widthPx = 560,
): Part {
  const target = document.createElement('main');
  target.style.cssText = `position:relative;width:${widthPx}px;height:577px;font:16px/1.4 sans-serif`;
  document.body.append(target);
  const mounted = mount(component, { target, props });
  const until = async (holds: () => boolean, what: string): Promise<void> => {
    const last = performance.now() + 5000;
    while (!holds()) {
      if (performance.now() > last) throw new Error(`never: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return {
    target,
    until,
    all: (selector) => [...target.querySelectorAll<HTMLElement>(selector)],
    find: async (selector) => {
      await until(() => target.querySelector(selector) !== null, selector);
      return target.querySelector(selector) as HTMLElement;
    },
    grave: async () => {
      const { violations } = await axe.run(target, { resultTypes: ['violations'] });
      const heavy = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      return heavy.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      );
    },
    close: async () => {
      await unmount(mounted);
      target.remove();
    },
  };
}

/** A world that runs until something holds. */
export function worldUntil(holds: (world: World) => boolean, scenario: Scenario = gouvBj): World {
  const world = createWorld(scenario, 1);
  for (let steps = 0; steps < 5000 && world.step() !== undefined; steps += 1) if (holds(world)) return world;
  throw new Error(`never in the scenario ${scenario?.id}: ${holds}`);
}

/** True when a process of that service has just come to that state. */
export function isIn(service: string, state: string): (world: World) => boolean {
  return (world) => {
    const event = world.event(world.n());
    return event?.service === service && event.after === state && event.before !== state;
  };
}

/** What the page would show of a world. */
export function viewOf(world: World, sentence?: string): PageView {
  const trace = world.trace();
  const last = trace.at(-1);
  const step: StepView | undefined = last && {
    event: last,
    references: last.rows.flatMap(({ description }) => description ?? []),
    ...(sentence === undefined ? {} : { sentence }),
  };
  const processes = world.processes().map((process) => {
    const own = trace.filter((event) => event.process === process.process);
    const { rows = [], n = 0 } = own.at(-1) ?? {};
    return {
      ...process,
      lastRows: rows,
      lastN: n,
      visited: new Set(own.flatMap((each) => each.rows.map(rowKey))),
    };
  });
  const mail = ['espera', 'alexandre'].flatMap((user) =>
    world.mailbox(user).map((each) => ({ user, ...each })),
  );
  return {
    ...{
      mode: 'simulated',
      first: 0,
      counts: {},
      n: world.n(),
      length: world.length(),
      now: world.now(),
      atTip: true,
    },
    ...{ branches: [], marks: [], processes, mail, terminals: [], log: world.log() },
    queues: world.queue().map(({ arrivalAt, nextTryAt, ...entry }) => ({
      ...entry,
      ...(arrivalAt === undefined ? {} : { arrivalAt }),
      ...(nextTryAt === undefined ? {} : { nextTryAt }),
    })),
    ...(step === undefined ? {} : { step }),
  };
}
