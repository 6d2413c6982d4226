import { expect, test } from 'vitest';
import type { StepView } from '../engine/view.ts';
import { panels as en } from '../i18n/panels.en.ts';
import { panels as fr } from '../i18n/panels.fr.ts';
import { tellingOf } from './telling.ts';

function step(service: string, type: string, fields: object = {}, sentence?: string): StepView {
  const event = { type, ...fields };
  return {
    event: {
      ...{ n: 1, t: 0, cause: 0, host: 'mail', process: `${service}:1`, service, pid: 1 },
      ...{ event, after: 'ready', rows: [], effects: [] },
    },
    references: [],
    ...(sentence === undefined ? {} : { sentence }),
  };
}

test('page: a program is named with its section, the sentence is the one of the step', () => {
  const telling = tellingOf(step('smtpd', 'MAIL', {}, 'The client names the sender.'), en);
  expect(telling).toEqual({ who: 'smtpd(8)', process: 'smtpd:1', sentence: 'The client names the sender.' });
});

test('page: people and the power have no chart, and are told of all the same', () => {
  expect(tellingOf(step('telnet', 'net.sent', { text: 'QUIT\r\n' }), en)).toMatchObject({
    who: 'mail',
    sentence: 'sends: QUIT',
  });
  expect(tellingOf(step('power', 'power.cut'), fr).sentence).toBe('Le courant est coupé.');
});

test('page: an event that no row answers is not passed over in silence', () => {
  expect(tellingOf(step('smtpd', 'net.received'), en).sentence).toBe(en.narration.noWords);
  expect(tellingOf(step('smtpd', 'process.started'), en).sentence).toBe('A process is started.');
});
