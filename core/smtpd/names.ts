/**
 * The names that the chart of smtpd uses, and the rules behind them: guards are true or false, actions do.
 *
 * smtpd(8)
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import * as asking from './asking.ts';
import * as connection from './connection.ts';
import * as data from './data.ts';
import * as etrn from './etrn.ts';
import * as hello from './hello.ts';
import * as judge from './judge.ts';
import * as mail from './mail.ts';
import * as message from './message.ts';
import * as odd from './odd.ts';
import * as party from './party.ts';
import * as rcpt from './rcpt.ts';
import { sayNothingDone } from './say.ts';
import type { SmtpdContext, SmtpdEvent, SmtpdInput } from './types.ts';

const guards = {
  relaysForAll: connection.relaysForAll,
  clientIsJudgedNow: connection.clientIsJudgedNow,
  mustSleep: connection.mustSleep,
  mustHangUp: connection.mustHangUp,
  hasTooManyErrors: connection.hasTooManyErrors,
  expectsText: connection.expectsText,
  isDenied: connection.isDenied,
  inTransaction: connection.inTransaction,
  hasSaidHello: connection.hasSaidHello,
  isSleepTimer: connection.isSleepTimer,
  isPauseTimer: connection.isPauseTimer,
  hasArguments: odd.hasArguments,
  lacksArguments: odd.lacksArguments,
  isEmpty: odd.isEmpty,
  isNoopCommand: odd.isNoopCommand,
  isForbidden: odd.isForbidden,
  pipelinedTooEarly: odd.pipelinedTooEarly,
  helloIsRequired: hello.helloIsRequired,
  nameIsJudgedNow: hello.nameIsJudgedNow,
  addressIsMissing: party.addressIsMissing,
  wordIsBroken: party.wordIsBroken,
  addressIsBad: party.addressIsBad,
  senderIsNull: party.senderIsNull,
  addressIsUnroutable: party.addressIsUnroutable,
  isSender: party.isSender,
  isVrfy: party.isVrfy,
  mailOptionIsBad: mail.mailOptionIsBad,
  declaredTooBig: mail.declaredTooBig,
  senderIsJudgedNow: mail.senderIsJudgedNow,
  opensAtMail: mail.opensAtMail,
  rcptOptionIsBad: rcpt.rcptOptionIsBad,
  tooManyRecipients: rcpt.tooManyRecipients,
  fileIsOpen: rcpt.fileIsOpen,
  vrfyIsDisabled: rcpt.vrfyIsDisabled,
  openedForSender: message.openedForSender,
  findingIsPause: judge.findingIsPause,
  findingIsQuestion: asking.findingIsQuestion,
  answersQuestion: asking.answersQuestion,
  clientIsRefused: judge.clientIsRefused,
  messageIsRefused: judge.messageIsRefused,
  isRefused: judge.isRefused,
  stageIsConnect: judge.stageIsConnect,
  stageIsHelo: judge.stageIsHelo,
  stageIsMail: judge.stageIsMail,
  stageIsVrfy: judge.stageIsVrfy,
  stageIsEtrn: judge.stageIsEtrn,
  stageIsData: judge.stageIsData,
  stageIsEndOfData: judge.stageIsEndOfData,
  dataIsJudged: judge.dataIsJudged,
  messageIsJudged: judge.messageIsJudged,
  noRecipientAccepted: data.noRecipientAccepted,
  bareNewlineSeen: data.bareNewlineSeen,
  messageHasFailed: data.messageHasFailed,
  messageIsQueued: data.messageIsQueued,
  etrnSyntaxIsBad: etrn.etrnSyntaxIsBad,
  etrnNameIsBad: etrn.etrnNameIsBad,
  etrnIsUnavailable: etrn.etrnIsUnavailable,
  etrnLookupFails: etrn.etrnLookupFails,
  isStdin: etrn.isStdin,
};

const actions = {
  logConnect: act(connection.logConnect),
  dieOfConfiguration: act(connection.dieOfConfiguration),
  greet: act(connection.greet),
  sayPending: act(connection.sayPending),
  sayTooManyErrors: act(connection.sayTooManyErrors),
  sayTimeout: act(connection.sayTimeout),
  sayTrouble: act(connection.sayTrouble),
  logLost: act(connection.logLost),
  hangUp: act(connection.hangUp),
  forgetTransaction: act(connection.forgetTransaction),
  say: act(odd.sayReply),
  sayBadSyntax: act(odd.sayBadSyntax),
  sayNothingDone: act(sayNothingDone),
  sayForbidden: act(odd.sayForbidden),
  sayUnknown: act(odd.sayUnknown),
  sayDenied: act(odd.sayDenied),
  saySynchronization: act(odd.saySynchronization),
  sayBye: act(odd.sayBye),
  sayBareLine: act(odd.sayBareLine),
  holdLongLine: act(odd.holdLongLine),
  greetByName: act(hello.greetByName),
  askStandardForm: act(party.askStandardForm),
  takeNullSender: act(party.takeNullSender),
  askWhere: act(party.askWhere),
  keepResolution: act(party.keepResolution),
  sayBadAddress: act(party.sayBadAddress),
  sayLookupFailed: act(party.sayLookupFailed),
  sayMailOption: act(mail.sayMailOption),
  sayTooBig: act(mail.sayTooBig),
  beginTransaction: act(mail.beginTransaction),
  acceptSender: act(mail.acceptSender),
  sayRcptOption: act(rcpt.sayRcptOption),
  sayTooManyRecipients: act(rcpt.sayTooManyRecipients),
  sayVrfy: act(rcpt.sayVrfy),
  openMessage: act(message.openMessage),
  noteOpened: act(message.noteOpened),
  acceptRecipient: act(message.acceptRecipient),
  sayNotOpened: act(message.sayNotOpened),
  noteFailure: act(message.noteFailure),
  judge: act(judge.judgeStage),
  judgeOn: act(judge.judgeOn),
  keepAnswer: act(asking.keepAnswer),
  sayRefused: act(judge.sayRefused),
  sayMessageRefused: act(judge.sayMessageRefused),
  sayClientRefused: act(judge.sayClientRefused),
  beginText: act(data.beginText),
  enterText: act(data.enterText),
  passText: act(data.passText),
  sayBareNewline: act(data.sayBareNewline),
  closeMessage: act(data.closeMessage),
  promise: act(data.promise),
  sayNotQueued: act(data.sayNotQueued),
  sayEtrnUnavailable: act(etrn.sayEtrnUnavailable),
  refuseEtrn: act(etrn.refuseEtrn),
  startEtrn: act(etrn.startEtrn),
};

/** Everything of the chart but the chart. */
export const named = setup({
  types: {
    input: {} as SmtpdInput,
    context: {} as SmtpdContext,
    events: {} as SmtpdEvent,
    emitted: {} as Effect,
    tags: {} as 'read.lines' | 'read.data',
  },
  guards,
  actions,
});
