/**
 * kill-run - kills the real server again and again while letters come in, and tells what became of them.
 *
 * The moments are drawn from the seed: after so many promises, and a few milliseconds more.
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareLab } from '../../server/cli/lab.ts';
import { createDice, type Dice } from '../../sim/random.ts';
import { digestOf, makeLetter, readLetter, sendLetter } from './letters.ts';
import { freePort, type ServerProcess, startServerProcess } from './server-process.ts';

export interface KillPlan {
  readonly seed: number;
  readonly kills: number;
  readonly clients: number;
  /** A kill comes after 1 to so many promises of one life of the server. */
  readonly mostPromises: number;
  readonly mostLines: number;
}

export interface KillReport {
  readonly sent: number;
  /** Letters whose final dot was answered with 250. */
  readonly promised: number;
  /** Promised and in no mailbox. */
  readonly lost: readonly string[];
  /** Files of the Maildir that are not exactly a letter that was sent. */
  readonly damaged: readonly string[];
  /** Second and further copies. RFC 1047 */
  readonly duplicates: number;
  /** Delivered, though the server died before it could say so. */
  readonly unpromised: number;
  /** Queue files that are left at the end; of those the server had not finished receiving, none counts. */
  readonly left: readonly string[];
}

interface State {
  readonly folder: string;
  readonly port: number;
  readonly dice: Dice;
  readonly sent: Map<string, string>;
  readonly promised: Set<string>;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Runs a plan in a folder of its own, which is gone afterwards. */
export async function killRun(plan: KillPlan): Promise<KillReport> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-kill-'));
  const port = await freePort();
  const state: State = { folder, port, dice: createDice(plan.seed), sent: new Map(), promised: new Set() };
  prepareLab(folder, port, 0);
  // The lab's port for the page may be another server's.
  const more = `maillog_file = ${join(folder, 'maillog')}\npage_listen =\n`;
  fs.appendFileSync(join(folder, 'etc', 'main.cf'), more);
  try {
    for (let kill = 1; kill <= plan.kills; kill += 1) await oneLife(state, plan, kill);
    const last = await startServerProcess(join(folder, 'etc'), port);
    await queueIsEmpty(state);
    await last.stop();
    return judge(state);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts the server, lets the clients write until the moment has come, and kills it. */
async function oneLife(state: State, plan: KillPlan, life: number): Promise<void> {
  const { folder, port, dice, promised } = state;
  const server = await startServerProcess(join(folder, 'etc'), port);
  const until = promised.size + 1 + dice.below(plan.mostPromises);
  const moreMs = dice.below(40);
  const running = { goesOn: true, server };
  const clients = Array.from({ length: plan.clients }, (_, index) =>
    write(state, plan, `${life}-${index}`, running),
  );
  const giveUp = Date.now() + 60_000;
  while (promised.size < until && Date.now() < giveUp) await pause(2);
  await pause(moreMs);
  running.goesOn = false;
  await server.kill();
  await Promise.all(clients);
}

/** One client: letter after letter, until the server is gone. */
async function write(
  { port, dice, sent, promised }: State,
  { mostLines }: KillPlan,
  name: string,
  running: { readonly goesOn: boolean; readonly server: ServerProcess },
): Promise<void> {
  const own = createDice(dice.next());
  for (let index = 1; running.goesOn; index += 1) {
    const letter = makeLetter(`${name}-${index}`, own, mostLines);
    sent.set(letter.id, digestOf(letter.body));
    if (await sendLetter(port, 'alexandre@gouv.bj', letter)) promised.add(letter.id);
    else await pause(5);
  }
}

const QUEUES = ['maildrop', 'incoming', 'active', 'deferred', 'hold', 'corrupt'];

/** Queue files that are whole: mode u+x says so, and what has no such mode was never promised. */
function wholeFiles({ folder }: State): readonly string[] {
  return QUEUES.flatMap((queue) => {
    const place = join(folder, 'spool', queue);
    return fs
      .readdirSync(place, { recursive: true, encoding: 'utf8' })
      .map((name) => join(place, name))
      .filter((path) => {
        const stat = fs.statSync(path, { throwIfNoEntry: false });
        return stat?.isFile() === true && (queue === 'corrupt' || (stat.mode & 0o100) !== 0);
      });
  });
}

async function queueIsEmpty(state: State): Promise<void> {
  const giveUp = Date.now() + 60_000;
  while (wholeFiles(state).length > 0 && Date.now() < giveUp) await pause(50);
}

function judge(state: State): KillReport {
  const { folder, sent, promised } = state;
  const inbox = join(folder, 'home', 'alexandre', 'Maildir', 'new');
  const copies = new Map<string, number>();
  const damaged: string[] = [];
  for (const name of fs.existsSync(inbox) ? fs.readdirSync(inbox) : []) {
    const { id, whole } = readLetter(fs.readFileSync(join(inbox, name), 'latin1'), sent);
    if (whole) copies.set(id, (copies.get(id) ?? 0) + 1);
    else damaged.push(name);
  }
  return {
    sent: sent.size,
    promised: promised.size,
    lost: [...promised].filter((id) => !copies.has(id)),
    damaged,
    duplicates: [...copies.values()].reduce((sum, count) => sum + count - 1, 0),
    unpromised: [...copies.keys()].filter((id) => !promised.has(id)).length,
    left: wholeFiles(state),
  };
}
