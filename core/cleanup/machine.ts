/**
 * cleanup - completes one message and puts it into the incoming queue.
 *
 * cleanup(8) · RFC 5322 §3.6 · chart: docs/generated/cleanup.svg
 *
 *   envelope, headers, text ─► this chart ─► incoming/ID, whole and durable ─► "done", and qmgr is woken
 */
import { setup } from 'xstate';
import { act } from '../kernel/act.ts';
import type { Effect } from '../kernel/effects.ts';
import { checkHeaders, headersNeedChecking } from './checks.ts';
import { startEnvelope } from './envelope.ts';
import { abandon, createFile, nameFile, nameIsTaken, tellOpened } from './file.ts';
import {
  endFile,
  isRefused,
  makeDurable,
  noteRewriteDeath,
  noteWriteError,
  refuse,
  tellDone,
} from './finish.ts';
import {
  askRewrite,
  closeWasAsked,
  headersAreComplete,
  headersNeedRewriting,
  writeHeaders,
  writeRewritten,
} from './headers.ts';
import * as milters from './milters.ts';
import { discard, isDiscarded, isHeld, moveToHold, noteOrders } from './orders.ts';
import { addExtracted, addRecipient, aliasLookupFails, noteMapError } from './recipients.ts';
import { ABORT, CLOSING, EXTRACTED, FAILED, FILTERED, FILTERING, LOST } from './rows.ts';
import { nothingYet } from './start.ts';
import { appendBody, holdBody, holdClose, scanText, scanToTheEnd } from './text.ts';
import type { CleanupContext, CleanupEvent, CleanupInput } from './types.ts';

export const cleanup = setup({
  types: {
    input: {} as CleanupInput,
    context: {} as CleanupContext,
    events: {} as CleanupEvent,
    emitted: {} as Effect,
  },
  guards: {
    ...{ nameIsTaken, aliasLookupFails, isRefused, closeWasAsked, headersAreComplete, headersNeedRewriting },
    ...{ headersNeedChecking, isDiscarded, isHeld },
    ...{ miltersAreWanted: milters.miltersAreWanted, miltersAreDone: milters.miltersAreDone },
  },
  actions: {
    nameFile: act(nameFile),
    tellOpened: act(tellOpened),
    startEnvelope: act(startEnvelope),
    abandon: act(abandon),
    addRecipient: act(addRecipient),
    addExtracted: act(addExtracted),
    noteMapError: act(noteMapError),
    scanText: act(scanText),
    scanToTheEnd: act(scanToTheEnd),
    writeHeaders: act(writeHeaders),
    writeRewritten: act(writeRewritten),
    appendBody: act(appendBody),
    makeDurable: act(makeDurable),
    noteRewriteDeath: act(noteRewriteDeath),
    createFile: act(createFile),
    checkHeaders: act(checkHeaders),
    askRewrite: act(askRewrite),
    holdBody: act(holdBody),
    holdClose: act(holdClose),
    endFile: act(endFile),
    refuse: act(refuse),
    noteWriteError: act(noteWriteError),
    tellDone: act(tellDone),
    ...{ readBack: act(milters.readBack), beginMilters: act(milters.beginMilters) },
    ...{ tellMore: act(milters.tellMore), obeyMilters: act(milters.obeyMilters) },
    ...{ noteMilterDeath: act(milters.noteMilterDeath), leaveMilters: act(milters.leaveMilters) },
    ...{ noteOrders: act(noteOrders), moveToHold: act(moveToHold), discard: act(discard) },
  },
}).createMachine({
  id: 'cleanup',
  context: ({ input }) => nothingYet(input),
  initial: 'idle',
  states: {
    idle: {
      on: {
        'cleanup.open': { target: 'creating', actions: 'createFile', description: 'cleanup(8)' },
        'cleanup.abort': { target: 'gone', actions: 'abandon', description: 'cleanup(8)' },
      },
    },
    creating: {
      on: {
        'file.created': { target: 'naming', actions: 'nameFile', description: 'QSHAPE_README' },
        'file.failed': [{ guard: 'nameIsTaken', actions: 'createFile', description: 'cleanup(8)' }, LOST],
        'cleanup.abort': ABORT,
      },
    },
    naming: {
      on: {
        'file.renamed': {
          target: 'headers',
          actions: ['startEnvelope', 'tellOpened'],
          description: 'canonical(5)',
        },
        'file.failed': LOST,
        'cleanup.abort': ABORT,
      },
    },
    headers: {
      always: [
        { guard: 'headersNeedChecking', actions: 'checkHeaders', description: 'header_checks(5)' },
        {
          guard: 'headersNeedRewriting',
          target: 'rewriting',
          actions: 'askRewrite',
          description: 'cleanup(8)',
        },
        {
          guard: 'headersAreComplete',
          target: 'body',
          actions: 'writeHeaders',
          description: 'RFC 5322 §3.6',
        },
      ],
      on: {
        'cleanup.recipient': [
          { guard: 'aliasLookupFails', actions: 'noteMapError', description: 'virtual(5)' },
          { actions: 'addRecipient', description: 'virtual(5) · canonical(5)' },
        ],
        'cleanup.prepend': { actions: 'scanText', description: 'RFC 5321 §4.4' },
        'cleanup.chunk': { actions: 'scanText', description: 'RFC 5322 §2.2' },
        'cleanup.close': { actions: ['noteOrders', 'scanToTheEnd'], description: 'RFC 5322 §2.2' },
        'cleanup.abort': ABORT,
        'file.failed': FAILED,
      },
    },
    rewriting: {
      description: 'Header addresses are with trivial-rewrite; text that comes meanwhile is held.',
      on: {
        'rewrite.rewritten': { target: 'body', actions: 'writeRewritten', description: 'trivial-rewrite(8)' },
        'master.childDied': {
          target: 'gone',
          actions: ['noteRewriteDeath', 'refuse'],
          description: 'RFC 5321 §4.2.5',
        },
        'cleanup.recipient': EXTRACTED,
        'cleanup.chunk': { actions: 'holdBody', description: 'cleanup(8)' },
        'cleanup.close': { actions: ['noteOrders', 'holdClose'], description: 'cleanup(8)' },
        'cleanup.abort': ABORT,
        'file.failed': FAILED,
      },
    },
    body: {
      always: [{ guard: 'closeWasAsked', target: 'closing', description: 'cleanup(8)' }],
      on: {
        'cleanup.recipient': EXTRACTED,
        'cleanup.chunk': { actions: 'appendBody', description: 'postconf(5) message_size_limit' },
        'cleanup.close': { target: 'closing', actions: 'noteOrders', description: 'cleanup(8)' },
        'cleanup.abort': ABORT,
        'file.failed': FAILED,
      },
    },
    closing: {
      entry: 'endFile',
      always: CLOSING,
    },
    filtering: {
      description: 'The milters look at the message, and may change it. MILTER_README',
      always: [
        {
          guard: 'miltersAreDone',
          target: 'filtered',
          actions: 'leaveMilters',
          description: 'MILTER_README',
        },
      ],
      on: FILTERING,
    },
    filtered: { always: FILTERED },
    holding: {
      description: 'Moved while it is incomplete, so that qmgr cannot take it first.',
      on: {
        'file.renamed': { target: 'syncing', actions: 'makeDurable', description: 'RFC 5321 §6.1' },
        'file.failed': LOST,
        'cleanup.abort': ABORT,
      },
    },
    syncing: {
      description: 'Nothing is promised until the file and its directory are on disk. RFC 5321 §6.1',
      on: {
        'file.synced': { target: 'gone', actions: 'tellDone', description: 'RFC 5321 §6.1' },
        'file.failed': LOST,
        'cleanup.abort': ABORT,
      },
    },
    gone: { type: 'final' },
  },
});
