/** Settings of milters, and slow ones: the same answers, letters and commands as with the real Postfix. */
import { testWithOracle } from '../support/oracles.ts';
import { compareCases } from './milter-play.ts';
import { SETTINGS } from './milter-settings.ts';

testWithOracle('postfix')(
  'MILTER_README: settings, patience and limits have the same effect here as with Postfix',
  () => compareCases(Object.entries(SETTINGS)),
  300_000,
);
