/** goals - which things to do in a scenario are done, read from the view. */
import type { PageView } from './view.ts';

type Check = (view: PageView) => boolean;

const says = (view: PageView, from: 'client' | 'server', pattern: RegExp) =>
  view.terminals.some(({ lines }) => lines.some((line) => line.from === from && pattern.test(line.text)));

const called: Check = (view) => says(view, 'server', /^220 /);
const queued: Check = (view) => says(view, 'server', /^250 2\.0\.0 Ok: queued as /);
const deferredTimes =
  (times: number): Check =>
  (view) =>
    view.log.filter((line) => line.includes('status=deferred')).length >= times;

/** In the order of the sentences (i18n, `goals`). */
const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  'gouv-bj': [
    called,
    queued,
    ({ mail }) => mail.some(({ user, folder }) => user === 'alexandre' && folder === 'new'),
  ],
  'relais-refuse': [
    called,
    (view) => says(view, 'server', /^554 5\.7\.1 .*Relay access denied/),
    (view) => says(view, 'server', /^250 2\.1\.5 Ok/),
  ],
  differe: [called, queued, deferredTimes(1), deferredTimes(2)],
};

/** One answer per goal. */
export function goalsDone(scenario: string, view: PageView): readonly boolean[] {
  return (CHECKS[scenario] ?? []).map((check) => check(view));
}
