/** Why: what is refused in a dialogue, and what tables change, names the configuration on the trace. */
import { expect, test } from 'vitest';
import type { TraceEvent } from '#core';
import { parameterIn } from '../../core/config/registry.ts';
import type { Because } from '../../core/mail/because.ts';
import { ownMainCf } from './configuration.ts';
import { readCorpus, titleOf } from './corpus.ts';
import type { Dialogue } from './dialogue.ts';
import { generateRestrictions } from './generate-restrictions.ts';
import { playOnSimulator } from './simulator.ts';

function traceOf(dialogue: Dialogue): readonly TraceEvent[] {
  let events: readonly TraceEvent[] = [];
  playOnSimulator(dialogue, {}, (world) => {
    events = world.trace();
  });
  return events;
}

type Thing = TraceEvent['effects'][number];

/** All that an effect or event says about why; notes carry it too. */
function causesIn(thing: Thing): readonly Because[] {
  const own = thing.because as unknown as Because | readonly Because[] | undefined;
  const note = thing.note as Thing | undefined;
  const mine = own === undefined ? [] : Array.isArray(own) ? (own as readonly Because[]) : [own as Because];
  return note === undefined ? mine : [...mine, ...causesIn(note)];
}

/** `NOQUEUE: reject: RCPT from …`, `ID: reject_warning: …`. */
const DECISION = /^[0-9A-Za-z]+: (?:reject|reject_warning|warn|info|hold|filter|discard|redirect|bcc): /;
const REFUSAL = /^[0-9A-Za-z]+: reject: /;

function isLog(thing: Thing, form: RegExp): boolean {
  return thing.type === 'log' && form.test(String(thing.text));
}

/** Decisions without a reason, and reasons that name what is not there. */
function unexplained(dialogue: Dialogue): readonly string[] {
  const words = ownMainCf({ etc: '/etc/postfix', mail: '/mail' }, dialogue.profile, dialogue.settings);
  const plain = (text: string) => text.replace(/\s+/g, '');
  const named = plain(words);
  const wrong = (cause: Because): boolean =>
    (cause.parameter !== undefined && parameterIn(cause.parameter, dialogue.profile) === undefined) ||
    (cause.maps !== undefined && parameterIn(cause.maps, dialogue.profile) === undefined) ||
    (cause.table !== undefined && !named.includes(plain(cause.table))) ||
    cause.classes?.some((one) => !named.includes(one)) === true;
  return traceOf(dialogue).flatMap(({ effects, service }) => {
    const refuses = effects.some((one) => isLog(one, REFUSAL));
    return effects.flatMap((effect) => {
      const causes = causesIn(effect);
      const isSaid = effect.type === 'net.write' && refuses && /^[45]/.test(String(effect.text));
      if (causes.length === 0 && (isSaid || isLog(effect, DECISION)))
        return [`${titleOf(dialogue)}: ${service} does not say why: ${String(effect.text)}`];
      return causes
        .filter(wrong)
        .map((cause) => `${titleOf(dialogue)}: ${service}: ${JSON.stringify(cause)}`);
    });
  });
}

test('every reject of every dialogue names a parameter that exists, and tables that the settings name', () => {
  const corpus = readCorpus();
  expect(corpus.flatMap(unexplained)).toEqual([]);
});

test('so does every decision of 60 random restriction lists', () => {
  const random = Array.from({ length: 60 }, (_, at) => generateRestrictions(5000 + at));
  expect(random.flatMap(unexplained)).toEqual([]);
});
