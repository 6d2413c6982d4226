/**
 * One message given to the cleanup(8) of a private Debian Postfix over its socket, and to ours: what each of
 * them made of it.
 */
import fs from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { chunk, close, drive, open, recipient, settingsWith } from '../../core/cleanup/drive.ts';
import type { RewriteRewrite } from '../../core/kernel/notes.ts';
import { encodeRecords, type RecordType, readRecords } from '../../core/mail/queue-records.ts';
import { rewriteAddress, rewriteExternal } from '../../core/rewrite/rewrite.ts';
import { bytesToLatin1 } from '../../core/wire/bytes.ts';
import { real } from '../support/commands.ts';
import { oraclePath } from '../support/oracles.ts';
import { type RealPostfix, startRealPostfix, until } from '../support/real-postfix.ts';

/** A message as a local client hands it over. */
export interface Letter {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Header and body, lines ended by LF, none longer than 2047 characters. */
  readonly text: string;
}

/** What became of it. */
export interface Made {
  /** Type and data of each record, without those that tell the time; empty when no file was kept. */
  readonly records: readonly string[];
  readonly where: 'incoming' | 'hold' | 'nowhere';
  /** Names of cleanup's verdicts; '' = none. */
  readonly status: string;
  readonly reason: string;
  /** Without queue id. */
  readonly logs: readonly string[];
}

/** Lines of main.cf, and a letter. */
export type Question = readonly [mainCf: string, letter: Letter];

/** Settings that both have; of each process of cleanup only one message is asked. */
const CONFIGURATION = `myorigin = gouv.bj
mydomain = gouv.bj
append_dot_mydomain = yes
recipient_delimiter = +
`;
const REAL_ONLY = 'in_flow_delay = 0\nmaster_service_disable = qmgr.unix, pickup.unix\n';

/** The real cleanup, with its files. */
export interface RealCleanup {
  /** Each letter under lines of main.cf of its own. */
  askAll(questions: readonly Question[]): Promise<readonly Made[]>;
  stop(): Promise<void>;
}

/** 2008-02-11 09:05:12 UTC. */
const ARRIVAL = '1202720712 345678';
/** Header and body checks, copies, tables: CLEANUP_FLAG_MASK_EXTERNAL without milters. */
const FLAGS = 2 | 16 | 32;
const STATUS: ReadonlyMap<number, string> = new Map([
  ...([
    [0, 'ok'],
    [2, 'map'],
    [4, 'toobig'],
    [8, 'rejected'],
    [16, 'hops'],
    [64, 'norcpt'],
    [256, 'map'],
  ] as const),
]);

function isOfTime(record: string): boolean {
  return /^(T|Acreate_time=|Alog_message_origin=)/.test(record);
}

function recordsIn(bytes: Uint8Array): readonly string[] {
  return readRecords(bytes)
    .records.map(({ type, start, end }) => type + bytesToLatin1(bytes, start, end))
    .filter((record) => !isOfTime(record))
    .map((record) => record.replace(/^C +(?:\d+ +){2}(\d+ +\d+) .*$/, 'C$1'));
}

/** As pickup(8) sends it. */
function recordsTo({ sender, recipients, text }: Letter): Uint8Array {
  const lines = text.replace(/\n$/, '').split('\n');
  const records: [RecordType, string][] = [
    ['T', ARRIVAL],
    ['A', 'log_message_origin=local'],
    ['A', 'rewrite_context=local'],
    ['S', sender],
    ...recipients.flatMap((one): [RecordType, string][] => [
      ['O', one],
      ['R', one],
    ]),
    ['M', ''],
    ...lines.map((line): [RecordType, string] => ['N', line]),
    ['X', ''],
    ['E', ''],
  ];
  return encodeRecords(records);
}

function attribute(text: string, name: string): string {
  return new RegExp(`(?:^|\0)${name}\0([^\0]*)\0`).exec(text)?.[1] ?? '';
}

/** Gives the letter to the socket; resolves to the queue id and the attributes of the verdict. */
function converse(path: string, letter: Letter): Promise<{ readonly id: string; readonly verdict: string }> {
  return new Promise((done, failed) => {
    const socket = net.connect(path);
    let heard = '';
    let id = '';
    socket.on('error', failed);
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      if (id !== '' || !heard.endsWith('\0\0')) return;
      id = attribute(heard, 'queue_id');
      heard = '';
      socket.write(`flags\0${FLAGS}\0\0`, 'latin1');
      socket.write(recordsTo(letter));
    });
    socket.on('close', () => done({ id, verdict: heard }));
  });
}

const NOT_OURS =
  /unable to look up public\/qmgr|lookup error for "|file system clock is|resetting file time stamps/;

/** Lines of the log by process, without what only a test's queue or a real table says. */
function linesByProcess(log: string): ReadonlyMap<string, readonly string[]> {
  const processes = new Map<string, string[]>();
  for (const line of log.split('\n')) {
    const [, pid, text = ''] = /\/cleanup\[(\d+)\]: (.*)$/.exec(line) ?? [];
    if (pid === undefined || NOT_OURS.test(text)) continue;
    processes.set(pid, [...(processes.get(pid) ?? []), text]);
  }
  return processes;
}

/** What the process that made a queue id logged. */
function logsOf(log: string, id: string): readonly string[] {
  for (const lines of linesByProcess(log).values())
    if (lines.some((line) => line.includes(`${id}: `)))
      return lines.map((line) => line.replace(`${id}: `, 'ID: '));
  return [];
}

async function asked({ config, spool }: RealPostfix, base: string, mainCf: string, letter: Letter) {
  fs.writeFileSync(join(config, 'main.cf'), base + mainCf);
  // A file that was changed just now might change again: Postfix would wait.
  fs.utimesSync(join(config, 'main.cf'), 1, 1);
  const { id, verdict } = await converse(join(spool, 'public/cleanup'), letter);
  const where = (['incoming', 'hold'] as const).find((name) => fs.existsSync(join(spool, name, id)));
  const path = where === undefined ? undefined : join(spool, where, id);
  const records = path === undefined ? [] : recordsIn(fs.readFileSync(path));
  if (path !== undefined) fs.rmSync(path);
  const status = STATUS.get(Number(attribute(verdict, 'status'))) ?? attribute(verdict, 'status');
  return { id, records, where: where ?? ('nowhere' as const), status, reason: attribute(verdict, 'reason') };
}

const LAST: Letter = { sender: '', recipients: ['end'], text: 'Received: x\nMessage-Id: <end@mark>\n\n' };

/** Starts it. Needs root. */
export async function startRealCleanup(): Promise<RealCleanup> {
  const postfix = await startRealPostfix({ pickup: true, mainCf: CONFIGURATION + REAL_ONLY });
  const master = join(postfix.config, 'master.cf');
  const text = fs.readFileSync(master, 'utf8').replace(/^cleanup .*$/m, '$&\n  -o max_use=1');
  fs.writeFileSync(master, text);
  fs.utimesSync(master, 1, 1);
  await real(oraclePath('postfix'), ['-c', postfix.config, 'reload']);
  const base = fs.readFileSync(join(postfix.config, 'main.cf'), 'utf8');
  const logFile = join(postfix.folder, 'maillog');
  return {
    askAll: async (questions) => {
      fs.truncateSync(logFile);
      const all: Awaited<ReturnType<typeof asked>>[] = [];
      for (const [mainCf, letter] of questions) all.push(await asked(postfix, base, mainCf, letter));
      await asked(postfix, base, '', LAST);
      const log = await until(() => {
        const written = fs.readFileSync(logFile, 'latin1');
        return written.includes('<end@mark>') ? written : undefined;
      });
      return all.map(({ id, ...made }) => ({ ...made, logs: logsOf(log, id) }));
    },
    stop: () => postfix.stop(),
  };
}

/** The same from ours. */
export function ourCleanup(mainCf: string, { sender, recipients, text }: Letter): Made {
  const settings = settingsWith(CONFIGURATION + mainCf);
  const rewrite = (one: string, { form, context }: RewriteRewrite): string =>
    form === 'external' ? rewriteExternal(settings, context, one) : rewriteAddress(settings, context, one);
  const notes = [open({ sender }), ...recipients.map((one) => recipient(one)), chunk(text), close];
  const { bytes, path, removed, done, logs } = drive(settings, notes, { rewrite });
  const id = done?.queueId ?? '';
  const where = removed ? 'nowhere' : path.startsWith('hold/') ? 'hold' : 'incoming';
  return {
    ...{ records: removed ? [] : recordsIn(bytes), where, status: done?.status ?? 'none' },
    ...{ reason: done?.reason ?? '', logs: logs.map((line) => line.replace(`${id}: `, 'ID: ')) },
  };
}
