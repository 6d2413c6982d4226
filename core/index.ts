/** The only door to the core: daemons, the mail host, settings, and the types the worlds around it need. */
import { cleanupDaemon } from './cleanup/daemon.ts';
import type { ServiceEntry } from './config/master-cf.ts';
import type { Service } from './kernel/host.ts';
import { type Programs, program, servicesFrom } from './kernel/programs.ts';
import { localDaemon } from './local/daemon.ts';
import { masterDaemon } from './master/daemon.ts';
import { pickupDaemon } from './pickup/daemon.ts';
import { qmgrDaemon } from './qmgr/daemon.ts';
import { rare } from './rare.ts';
import { rewriteDaemon } from './rewrite/daemon.ts';
import { smtpdDaemon } from './smtpd/daemon.ts';

/** The programs of Postfix that exist here, by the name master.cf calls them. */
const PROGRAMS: Programs = {
  cleanup: program(cleanupDaemon, false),
  local: program(localDaemon, false),
  master: program(masterDaemon, true),
  pickup: program(pickupDaemon, true),
  qmgr: program(qmgrDaemon, true),
  smtpd: program(smtpdDaemon, false),
  'trivial-rewrite': program(rewriteDaemon, true),
  ...rare,
};

/** Every chart of the core, by daemon name: for drawings, rule tables and tests. */
export const charts = /* @__PURE__ */ chartsOf(PROGRAMS);

function chartsOf(programs: Programs) {
  const all = Object.values(programs).map(({ daemon }) => [daemon.name, daemon.chart] as const);
  return Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * The services of a master.cf that the core can run. Services of programs that do not exist here are left
 * out: mail for such a transport waits in the deferred queue (`mail transport unavailable`).
 *
 * inet services are all named `smtpd` here; the listener gives each session the settings of its own line.
 */
export function servicesOf(master: readonly ServiceEntry[]): readonly Service[] {
  return servicesFrom(PROGRAMS, master);
}

/** Whether a program of master.cf exists here; services of others are left out. */
export function hasProgram(command: string): boolean {
  return PROGRAMS[command] !== undefined;
}

export { parseDeferLog } from './bounce/log-file.ts';
export {
  type Account,
  type Accounts,
  accountByName,
  accountByUid,
  noAccounts,
  parseAccounts,
} from './config/accounts.ts';
export { commandEnvironment, commandTimeLimitMs } from './config/command-limits.ts';
export { domainFrom, hostNameFrom } from './config/computed.ts';
export { expand, scan } from './config/expand.ts';
export { fold } from './config/fold.ts';
export { splitItems, unbrace } from './config/items.ts';
export { type MainEntry, parseMainCf, splitNameValue } from './config/main-cf.ts';
export { inetAddress, parseMasterCf, type ServiceEntry } from './config/master-cf.ts';
export { matchDomain, matchString } from './config/match-list.ts';
export type { Problem } from './config/problem.ts';
export type { Profile } from './config/profile.ts';
export { defaultOf, parameterIn, parameterNames } from './config/registry.ts';
export {
  boolOf,
  expansionOf,
  forService,
  intOf,
  listOf,
  makeSettings,
  rawOf,
  type Settings,
  textOf,
  timeMsOf,
} from './config/settings.ts';
export { checkSettings } from './config/settings-check.ts';
export { readSpawnLine } from './config/spawn-line.ts';
export { aliasMarkers, parseAliasSource } from './config/tables/alias-source.ts';
export { cidrTable } from './config/tables/cidr-table.ts';
export { inlineRules, parseInline } from './config/tables/inline.ts';
export { filesNeeded, type NeededTable, tablesBehind, tablesNeeded } from './config/tables/needed.ts';
export { ruleTable } from './config/tables/rule-table.ts';
export { RULE_TYPES } from './config/tables/rules.ts';
export { parseMapSource, type SourceOptions, textTable } from './config/tables/source.ts';
export { type SqlAnswer, sqliteTable } from './config/tables/sqlite.ts';
export {
  COMPILED_TYPES,
  emptyTables,
  isStored,
  lookup,
  splitTableName,
  type TableStore,
} from './config/tables/store.ts';
export { compileTable, loadTable, type Table } from './config/tables/table.ts';
export { type DnsMessage, decodeMessage, encodeMessage, isDnsType } from './dns/message.ts';
export type { DnsRecord } from './kernel/dns.ts';
export type {
  CallEffect,
  DatagramEffect,
  Effect,
  Endpoint,
  FileEffect,
  LogLevel,
  Owner,
  ProcessRun,
} from './kernel/effects.ts';
export type { DirEntry, NoteArrived, WorldEvent } from './kernel/events.ts';
export {
  arrived,
  type Birth,
  createMailHost,
  type HostState,
  type MailHost,
  type Service,
  type StepRecord,
} from './kernel/host.ts';
export { isNeedsCode, needsCode } from './kernel/needs-code.ts';
export type { Note } from './kernel/notes.ts';
export {
  emptyMap,
  entriesIn,
  type PersistentMap,
  valueIn,
  withEntry,
  withoutEntry,
} from './kernel/persistent.ts';
export type { Row } from './kernel/process.ts';
export { type Programs, programNames } from './kernel/programs.ts';
export { questionOf, unanswered } from './kernel/questions.ts';
export {
  addToDigest,
  type Digest,
  digestText,
  emptyDigest,
  maskSecrets,
  type Plain,
  type PlainThing,
  type TraceEvent,
  traceEvent,
} from './kernel/trace.ts';
export { type Why, whysOf } from './kernel/why.ts';
export { type WhyWords, whyLines } from './kernel/why-text.ts';
export { sentenceOf, templateOf, type Words } from './kernel/words.ts';
export { asctime, syslogTime, type Zone } from './mail/date.ts';
export { headerNameLength } from './mail/headers.ts';
export { printable } from './mail/log-format.ts';
export { contentOf, parseQueueFile, type QueueFile } from './mail/queue-file.ts';
export { isQueueId, makeShortId, type QueueHashing, queueDirectory, queuePath } from './mail/queue-id.ts';
export { type QueueRecord, readRecord } from './mail/queue-records.ts';
export { nextRecord, queueReader } from './mail/queue-walk.ts';
export { quote822 } from './mail/quote.ts';
export { extractAddress } from './mail/smtp-address.ts';
export { isHostName, isLiteral } from './mail/valid-domain.ts';
export { admit, crowdWarnings, depart, EMPTY_CROWD, hasRoom, underStress } from './master/crowd.ts';
export { headerRecipients, recipientsIn } from './pickup/header-recipients.ts';
export {
  type MaildropParts,
  maildropFile,
  sessionRecords,
  submissionRecords,
} from './pickup/maildrop-file.ts';
export { type TakenRecords, takeRecords } from './pickup/postdrop-records.ts';
export type { SmtpdInput } from './smtpd/types.ts';
export { unknownRestrictions } from './smtpd/unknown-restrictions.ts';
export { bytesToLatin1, latin1ToBytes } from './wire/bytes.ts';
export { utf8Encode } from './wire/utf8.ts';
