/** charts - in every state that reads lines, every verb has rows, and nothing in a chart is left over. */
import { expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { smtpd } from '../../core/smtpd/machine.ts';
import { VERBS } from '../../core/smtpd/types.ts';
import { allCharts, type ChartRow, entryActionsOf, rowsOf, titleOf } from './charts.ts';

const VERB = /^[A-Z]+$/;
const readers = Object.values(smtpd.states)
  .filter(({ tags }) => (tags as readonly string[]).includes('read.lines'))
  .map(({ key }) => key);

/** Rows by state and event, in order. */
function groupsOf(chart: AnyStateMachine): readonly (readonly ChartRow[])[] {
  return [...Map.groupBy(rowsOf(chart), ({ state, event }) => `${state} ${event}`).values()];
}

test('RFC 5321 §4.1.1: every verb has rows in every state that reads lines, the last without a guard', () => {
  expect(readers).toEqual(['connected', 'ready', 'envelope', 'denied']);
  const groups = groupsOf(smtpd);
  for (const state of readers) {
    for (const verb of [...VERBS, 'UNKNOWN']) {
      const rows = groups.find(([row]) => row?.state === state && row.event === verb);
      expect(rows?.at(-1)?.guard, `${state} ${verb}`).toBeUndefined();
      expect(rows?.length ?? 0, `${state} ${verb}`).toBeGreaterThan(0);
    }
  }
});

/** States that wait or decide on behalf of a command; its reply is still to come. */
const ON_THE_WAY = [
  ...['rewriting', 'resolving', 'sender', 'senderAccepted', 'recipient', 'judging', 'flushing'],
  ...['arrivedAnew', 'chunk', 'counting', 'countedSender', 'countedRecipient', 'filtering'],
];
/** What an action that writes a reply begins with. */
const SPEAKS = /^(?:say|greet|accept|promise|beginText|startEtrn|refuseEtrn)/;

test('RFC 5321 §4.2: a row of a verb speaks, or is on its way to one that does', () => {
  const rows = rowsOf(smtpd).filter(({ state, event }) => readers.includes(state) && VERB.test(event));
  expect(rows.length).toBeGreaterThan(100);
  const silent = rows.filter(({ target = '', actions }) => {
    const speaks = actions.some((action) => SPEAKS.test(action));
    return target === 'answered' ? !speaks : speaks || !ON_THE_WAY.includes(target);
  });
  expect(silent.map(titleOf)).toEqual([]);
  const ends = rowsOf(smtpd).filter(
    ({ state, target }) => ON_THE_WAY.includes(state) && target === 'answered',
  );
  expect(ends.filter(({ actions }) => !actions.some((one) => SPEAKS.test(one))).map(titleOf)).toEqual([]);
});

test.each(allCharts.map((chart) => [chart.id, chart] as const))(
  'style 12: %s has no row that cannot be taken',
  (_id, chart) => {
    const hidden = groupsOf(chart).flatMap((rows) => {
      const open = rows.findIndex(({ guard }) => guard === undefined);
      const guards = rows.map(({ guard }) => guard);
      const behind = open < 0 ? [] : rows.slice(open + 1);
      const again = rows.filter(({ guard }, at) => guards.indexOf(guard) < at);
      return [...behind, ...again];
    });
    // The same guard twice is different only where its params are.
    expect(hidden.map(titleOf)).toEqual([]);
  },
);

test.each(allCharts.map((chart) => [chart.id, chart] as const))(
  'style 12: every state of %s can be reached',
  (_id, chart) => {
    const rows = rowsOf(chart);
    const reached = new Set([String(chart.config.initial)]);
    for (const state of reached) {
      for (const { state: from, target } of rows)
        if (from === state && target !== undefined) reached.add(target);
    }
    expect(Object.keys(chart.states).filter((state) => !reached.has(state))).toEqual([]);
  },
);

test.each(allCharts.map((chart) => [chart.id, chart] as const))(
  'style 11: %s uses every name that it sets up',
  (_id, chart) => {
    const rows = rowsOf(chart);
    const done = new Set([...rows.flatMap(({ actions }) => actions), ...entryActionsOf(chart)]);
    const asked = new Set(rows.map(({ guard }) => guard));
    const { actions, guards } = chart.implementations;
    expect(Object.keys(actions).filter((name) => !done.has(name))).toEqual([]);
    expect(Object.keys(guards).filter((name) => !asked.has(name))).toEqual([]);
  },
);

test('style 20: states, guards, actions and events have names of the agreed form', () => {
  const rows = allCharts.flatMap(rowsOf);
  const names = rows.flatMap(({ state, guard, actions }) => [state, guard ?? 'a', ...actions]);
  expect(names.filter((name) => name !== '' && !/^[a-z][a-zA-Z]*$/.test(name))).toEqual([]);
  const events = rows.map(({ event }) => event).filter((event) => event !== '' && !VERB.test(event));
  expect(events.filter((event) => !/^[a-z]+\.[a-z][a-zA-Z]*$/.test(event))).toEqual([]);
});
