/**
 * The names that the chart of smtpd uses, and the rules behind them: guards are true or false, actions do.
 *
 * smtpd(8)
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import * as connection from './connection.ts';
import * as data from './data.ts';
import * as mail from './mail.ts';
import * as rcpt from './rcpt.ts';
import type { SmtpdContext, SmtpdEvent, SmtpdInput } from './types.ts';

export const named = setup({
  types: {
    input: {} as SmtpdInput,
    context: {} as SmtpdContext,
    events: {} as SmtpdEvent,
    emitted: {} as Effect,
    tags: {} as 'read.lines' | 'read.data',
  },
  guards: {
    ...{ relaysForAll: connection.relaysForAll, clientIsRefused: connection.clientIsRefused },
    ...{
      mustSleep: connection.mustSleep,
      mustHangUp: connection.mustHangUp,
      isIdleTimer: connection.isIdleTimer,
    },
    ...{ hasTooManyErrors: connection.hasTooManyErrors, pipelinedTooEarly: connection.pipelinedTooEarly },
    ...{
      isEmpty: connection.isEmpty,
      isForbidden: connection.isForbidden,
      isNoopCommand: connection.isNoopCommand,
    },
    ...{
      nameIsMissing: mail.nameIsMissing,
      helloIsRequired: mail.helloIsRequired,
      inTransaction: mail.inTransaction,
    },
    noTransaction: (args) => !mail.inTransaction(args),
    ...{
      mailSyntaxIsBad: mail.mailSyntaxIsBad,
      senderIsBad: mail.senderIsBad,
      mailOptionIsBad: mail.mailOptionIsBad,
    },
    ...{
      declaredTooBig: mail.declaredTooBig,
      rcptSyntaxIsBad: rcpt.rcptSyntaxIsBad,
      recipientIsBad: rcpt.recipientIsBad,
    },
    ...{
      rcptOptionIsBad: rcpt.rcptOptionIsBad,
      tooManyRecipients: rcpt.tooManyRecipients,
      isVrfy: rcpt.isVrfy,
    },
    ...{
      vrfyIsDisabled: rcpt.vrfyIsDisabled,
      vrfySyntaxIsBad: rcpt.vrfySyntaxIsBad,
      isRefused: rcpt.isRefused,
    },
    ...{
      vrfyAddressIsBad: rcpt.vrfyAddressIsBad,
      lookupFailed: rcpt.lookupFailed,
      fileIsOpen: rcpt.fileIsOpen,
    },
    addressIsUnroutable: rcpt.addressIsUnroutable,
    ...{
      hasArguments: data.hasArguments,
      noRecipientAccepted: data.noRecipientAccepted,
      textIsTooBig: data.textIsTooBig,
    },
    ...{
      bareNewlineSeen: data.bareNewlineSeen,
      messageIsQueued: data.messageIsQueued,
      etrnIsBad: data.etrnIsBad,
    },
    ...{ etrnNameIsBad: data.etrnNameIsBad, etrnIsUnavailable: data.etrnIsUnavailable },
  },
  actions: {
    ...{ greet: act(connection.greet), say: act(connection.sayReply), sayJunk: act(connection.sayJunk) },
    ...{ sayPending: act(connection.sayPending), sayTooManyErrors: act(connection.sayTooManyErrors) },
    ...{
      sayTimeout: act(connection.sayTimeout),
      logLost: act(connection.logLost),
      hangUp: act(connection.hangUp),
    },
    ...{ sayForbidden: act(connection.sayForbidden), sayUnknown: act(connection.sayUnknown) },
    ...{
      saySynchronization: act(connection.saySynchronization),
      sayClientRefused: act(connection.sayClientRefused),
    },
    dieOfConfiguration: act(connection.dieOfConfiguration),
    ...{
      greetHelo: act(mail.greetHelo),
      greetEhlo: act(mail.greetEhlo),
      sayBadSender: act(mail.sayBadSender),
    },
    ...{
      sayOptionError: act(mail.sayOptionError),
      askSender: act(mail.askSender),
      acceptSender: act(mail.acceptSender),
    },
    ...{ sayBadRecipient: act(rcpt.sayBadRecipient), sayRcptOptionError: act(rcpt.sayRcptOptionError) },
    ...{ sayTooManyRecipients: act(rcpt.sayTooManyRecipients), askRecipient: act(rcpt.askRecipient) },
    ...{
      askVrfy: act(rcpt.askVrfy),
      askWhere: act(rcpt.askWhere),
      sayLookupFailed: act(rcpt.sayLookupFailed),
    },
    ...{
      sayUnroutable: act(rcpt.sayUnroutable),
      sayRefused: act(rcpt.sayRefused),
      sayVrfy: act(rcpt.sayVrfy),
    },
    ...{
      openMessage: act(rcpt.openMessage),
      noteOpened: act(rcpt.noteOpened),
      sayNotOpened: act(rcpt.sayNotOpened),
    },
    acceptRecipient: act(rcpt.acceptRecipient),
    ...{
      beginData: act(data.beginData),
      passText: act(data.passText),
      sayTextTooBig: act(data.sayTextTooBig),
    },
    ...{
      sayBareNewline: act(data.sayBareNewline),
      closeMessage: act(data.closeMessage),
      promise: act(data.promise),
    },
    ...{ sayNotQueued: act(data.sayNotQueued), resetTransaction: act(data.resetTransaction) },
    ...{ startEtrn: act(data.startEtrn), sayEtrnUnavailable: act(data.sayEtrnUnavailable) },
  },
});
