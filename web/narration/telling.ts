/**
 * telling - who did something in a step, and the sentence for it; people and the power have no chart.
 */
import type { StepView } from '../engine/view.ts';
import type { PanelMessages } from '../i18n/panels.ts';
import { chartOf } from '../stage/places.ts';

export interface Telling {
  /** `smtpd(8)`, or the name of a person's terminal. */
  readonly who: string;
  readonly process: string;
  readonly sentence: string;
}

const NO_PROGRAM: readonly string[] = ['telnet', 'power', 'clock'];

export function tellingOf(step: StepView, messages: PanelMessages): Telling {
  const { process, service, host, event } = step.event;
  const isProgram = !NO_PROGRAM.includes(service);
  const text = typeof event.text === 'string' ? event.text.trimEnd() : '';
  const outside =
    isProgram && event.type !== 'process.started' ? undefined : messages.narration.outside[event.type];
  return {
    who: isProgram ? `${chartOf(service)}(8)` : service === 'telnet' ? host : process,
    process,
    sentence: step.sentence ?? outside?.(text) ?? messages.narration.noWords,
  };
}
