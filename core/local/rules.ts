/** The names that the local chart uses, and the rules behind them. */
import { act } from '../kernel/act.ts';
import * as dotForward from './dot-forward.ts';
import * as expand from './expand.ts';
import * as forward from './forward.ts';
import * as mailbox from './mailbox.ts';
import * as names from './names.ts';
import * as probe from './probe.ts';
import * as report from './report.ts';
import { isStray, isUnread } from './shared.ts';
import * as target from './target.ts';

/** Questions: the chart's guards. */
export const guards = {
  isStray,
  isUnread,
  nextIsMembers: names.nextIsMembers,
  membersAreResolved: expand.membersAreResolved,
  noAddresses: expand.noAddresses,
  isStrayAnswer: expand.isStrayAnswer,
  mailboxIsFull: mailbox.mailboxIsFull,
  workIsDone: names.workIsDone,
  nextIsName: names.nextIsName,
  isAliasLoop: names.isAliasLoop,
  isForwardingLoop: names.isForwardingLoop,
  aliasLookupFails: names.aliasLookupFails,
  nextIsProbed: probe.nextIsProbed,
  nextIsAlias: names.nextIsAlias,
  nextIsUser: names.nextIsUser,
  goesElsewhere: names.goesElsewhere,
  isRequiredName: names.isRequiredName,
  nextIsServed: target.nextIsServed,
  wantsOtherDelivery: target.wantsOtherDelivery,
  nextIsNowhere: target.nextIsNowhere,
  nextIsMaildir: target.nextIsMaildir,
  nextIsForward: names.nextIsForward,
  nextMayForward: dotForward.nextMayForward,
  forwardIsUnsafe: dotForward.forwardIsUnsafe,
  forwardIsUnreadable: dotForward.forwardIsUnreadable,
  forwardIsEmpty: dotForward.forwardIsEmpty,
  forwardFailed: forward.forwardFailed,
  limitsContradict: report.limitsContradict,
  allAreLogged: report.allAreLogged,
  logProcessDied: report.logProcessDied,
};

/** Decisions: the chart's actions. */
export const actions = {
  readMessage: act(report.readMessage),
  startWork: act(report.startWork),
  deferAll: act(report.deferAll),
  refuseConfiguration: act(report.refuseConfiguration),
  noteLogged: act(report.noteLogged),
  noteLogLost: act(report.noteLogLost),
  tellDone: act(report.tellDone),
  skipNext: act(names.skipNext),
  bounceForwardingLoop: act(names.bounceForwardingLoop),
  bounceAliasLoop: act(names.bounceAliasLoop),
  deferForAliases: act(names.deferForAliases),
  noteProbe: act(probe.noteProbe),
  expandAlias: act(names.expandAlias),
  chooseMailbox: act(names.chooseMailbox),
  deferElsewhere: act(names.deferElsewhere),
  discardRequired: act(names.discardRequired),
  bounceUnknown: act(names.bounceUnknown),
  askRewrite: act(expand.askRewrite),
  askResolve: act(expand.askResolve),
  noteResolved: act(expand.noteResolved),
  sortMembers: act(expand.sortMembers),
  deferMembers: act(expand.deferMembers),
  askForward: act(dotForward.askForward),
  deferForForward: act(dotForward.deferForForward),
  forgetForward: act(dotForward.forgetForward),
  warnUnsafe: act(dotForward.warnUnsafe),
  useForward: act(dotForward.useForward),
  deferOtherDelivery: act(target.deferOtherDelivery),
  noteNowhere: act(target.noteNowhere),
  createInTmp: act(mailbox.createInTmp),
  openMbox: act(mailbox.openMbox),
  readToStore: act(mailbox.readToStore),
  storeMessage: act(mailbox.storeMessage),
  refuseFull: act(mailbox.refuseFull),
  moveToNew: act(mailbox.moveToNew),
  noteSent: act(mailbox.noteSent),
  noteNotOpened: act(mailbox.noteNotOpened),
  noteBroken: act(mailbox.noteBroken),
  noteUnread: act(mailbox.noteUnread),
  openForward: act(forward.openForward),
  readToForward: act(forward.readToForward),
  sendForward: act(forward.sendForward),
  noteForwarded: act(forward.noteForwarded),
  noteNotForwarded: act(forward.noteNotForwarded),
};
