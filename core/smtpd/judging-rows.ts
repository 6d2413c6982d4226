/** Rows of the states in which the restriction lists are read. SMTPD_ACCESS_README */
import { answer, filtered } from './row.ts';

const LEARNED = {
  guard: 'answersQuestion',
  target: 'judging',
  actions: ['keepAnswer', 'judgeOn'],
  description: 'SMTPD_ACCESS_README',
} as const;

/** What may come of a question: its answer, or that there will be none. */
export const ASKED = {
  'dns.answer': LEARNED,
  'policy.answer': LEARNED,
  'verify.answer': LEARNED,
  'master.childDied': LEARNED,
  'timer.fired': LEARNED,
} as const;

/** A pause is over. */
export const PAUSED = {
  'timer.fired': {
    guard: 'isPauseTimer',
    target: 'judging',
    actions: 'judgeOn',
    description: 'postconf(5) sleep',
  },
} as const;

/** Nobody objects. */
const PASSED = [
  answer('stageIsConnect', 'greet', 'RFC 5321 §3.1'),
  answer('stageIsHelo', 'greetByName', 'RFC 5321 §4.1.1.1'),
  { guard: 'stageIsMail', target: 'senderAccepted', description: 'RFC 5321 §4.1.1.2' },
  answer('stageIsVrfy', 'sayVrfy', 'RFC 5321 §7.3'),
  { guard: 'stageIsEtrn', target: 'flushing', description: 'RFC 1985 §5' },
  { guard: 'chunkIsPermitted', target: 'chunk', actions: 'takeChunk', description: 'RFC 3030 §2' },
  answer('stageIsData', 'beginText', 'RFC 5321 §4.1.1.4'),
  { guard: 'stageIsEndOfData', target: 'queueing', actions: 'closeMessage', description: 'RFC 5321 §6.1' },
  answer('fileIsOpen', 'acceptRecipient', 'RFC 5321 §4.1.1.3'),
  { target: 'openingMessage', actions: 'openMessage', description: 'cleanup(8)' },
] as const;

/** The milters have answered. */
export const FILTERED = [
  {
    guard: 'filterRefusesChunk',
    target: 'chunk',
    actions: 'refuseFilteredChunk',
    description: 'MILTER_README',
  },
  answer('filterRefusesClient', 'sayClientFiltered', 'MILTER_README'),
  answer('filterRefuses', 'sayFiltered', 'MILTER_README'),
  answer('unknownWasTold', 'sayUnknown', 'RFC 5321 §4.2.4'),
  ...PASSED,
] as const;

const VERDICT = { target: 'filtered', actions: 'keepVerdict', description: 'MILTER_README' } as const;

/** The milters answer, or who spoke with them died. */
export const FILTERING = { 'milter.answer': VERDICT, 'master.childDied': VERDICT } as const;

/** The lists of a stage have been read. */
export const JUDGED = [
  { guard: 'findingIsPause', target: 'pausing', description: 'postconf(5) sleep' },
  { guard: 'chunkIsRefused', target: 'chunk', actions: 'refuseJudgedChunk', description: 'RFC 3030 §2' },
  { guard: 'findingIsQuestion', target: 'asking', description: 'SMTPD_ACCESS_README' },
  answer('clientIsRefused', 'sayClientRefused', 'RFC 5321 §3.1'),
  answer('messageIsRefused', 'sayMessageRefused', 'postconf(5) smtpd_end_of_data_restrictions'),
  answer('isRefused', 'sayRefused', 'SMTPD_ACCESS_README'),
  filtered('filtersWantStage'),
  ...PASSED,
] as const;
