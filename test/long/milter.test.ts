/** smtpd_milters with a scripted milter: the same answers, letters and commands as with the real Postfix. */
import { CASES } from '../postfix/milter-cases.ts';
import { compareCases } from '../postfix/milter-play.ts';
import { testWithOracle } from '../support/oracles.ts';

testWithOracle('postfix')(
  'MILTER_README: every answer of a milter has the same effect here as with Postfix',
  () => compareCases(Object.entries(CASES)),
  900_000,
);
