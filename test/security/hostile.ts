/**
 * hostile - what a hostile client can do to the lab: send bytes in any pieces. The server takes it for a
 * stranger and follows the rules of 3.x.
 */
import fs from 'node:fs';
import net from 'node:net';
import { testLab } from '../support/test-lab.ts';

/** In one piece, or one write for each byte. */
export type Pieces = 'whole' | 'bytes';
export const BOTH: readonly Pieces[] = ['whole', 'bytes'];

export interface Heard {
  /** All that the server said. */
  readonly said: string;
  /** The code of each reply, in order; the greeting is the first. */
  readonly codes: readonly string[];
  /** The server hung up, not the client. */
  readonly hungUp: boolean;
}

export interface Target {
  /** Starts it; `mainCf`: more lines of main.cf. */
  start(mainCf?: string): Promise<void>;
  /**
   * Waits for the greeting, then sends part after part, the next when something was answered (or nothing is);
   * then ends its side and reads on to the end.
   */
  send(parts: string | readonly string[], pieces?: Pieces): Promise<Heard>;
  /** A letter to alexandre: this text, its own line ends and the final dot included, in one part. */
  letter(text: string, pieces?: Pieces): Promise<Heard>;
  /** The letters in alexandre's Maildir, when as many as expected are there, or after a while. */
  letters(expected: number): Promise<readonly string[]>;
  /** Names of the files in all queues. */
  queue(): readonly string[];
  path(...parts: readonly string[]): string;
  log(): string;
}

const STRANGER = `postfix_version_profile = 3.x
mynetworks = 192.0.2.0/24
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_error_sleep_time = 0
`;
/** An envelope that is taken, up to the text. */
export const TO_ALEXANDRE: readonly string[] = [
  'EHLO a.example\r\n',
  ...['MAIL FROM:<a@a.example>\r\n', 'RCPT TO:<alexandre@gouv.bj>\r\n', 'DATA\r\n'],
];
const SILENCE_MS = 200;
const QUEUES = ['incoming', 'active', 'deferred', 'hold', 'corrupt'];

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function write(socket: net.Socket, bytes: Buffer, pieces: Pieces): Promise<void> {
  if (pieces === 'whole') {
    socket.write(bytes);
    return;
  }
  for (const byte of bytes) {
    if (socket.destroyed) return;
    socket.write(Uint8Array.of(byte));
    await new Promise((done) => setImmediate(done));
  }
}

/** Call once in a test file. @param name for its folder */
export function target(name: string): Target {
  const lab = testLab(name);
  let port = 0;
  const inbox = (): string => lab.path('home', 'alexandre', 'Maildir', 'new');

  async function send(parts: string | readonly string[], pieces: Pieces = 'whole'): Promise<Heard> {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    let said = '';
    let isDone = false;
    let hungUp = false;
    let wake = (): void => undefined;
    const replies = (): number => said.match(/^\d{3} .*\r$/gm)?.length ?? 0;
    /** More replies than that, the end, or silence. */
    const answered = (before: number): Promise<void> =>
      new Promise((done) => {
        const timer = setTimeout(done, SILENCE_MS);
        wake = () => {
          if (!hungUp && !socket.destroyed && replies() <= before) return;
          clearTimeout(timer);
          done();
        };
        wake();
      });
    socket.on('data', (part: Buffer) => {
      said += part.toString('latin1');
      wake();
    });
    socket.on('error', () => undefined);
    socket.on('end', () => {
      hungUp = !isDone;
      wake();
    });
    socket.on('close', () => wake());
    await answered(0);
    for (const part of typeof parts === 'string' ? [parts] : parts) {
      const before = replies();
      await write(socket, Buffer.from(part, 'latin1'), pieces);
      await answered(before);
    }
    // Its last word and its end come one after the other.
    for (let turn = 0; turn < 10 && !hungUp && !socket.destroyed; turn += 1) await pause(5);
    isDone = true;
    if (!socket.destroyed) {
      const closed = new Promise((done) => socket.once('close', done));
      socket.end();
      await closed;
    }
    const codes = said.split('\r\n').flatMap((line) => /^(\d{3}) /.exec(line)?.[1] ?? []);
    return { said, codes, hungUp };
  }

  return {
    start: async (mainCf = '') => {
      lab.make();
      fs.appendFileSync(lab.path('etc', 'main.cf'), STRANGER + mainCf);
      port = await lab.start();
    },
    send,
    letter: (text, pieces) => send([...TO_ALEXANDRE, text, 'QUIT\r\n'], pieces),
    letters: async (expected) => {
      const names = (): readonly string[] => (fs.existsSync(inbox()) ? fs.readdirSync(inbox()) : []);
      for (let turn = 0; turn < 500 && names().length < expected; turn += 1) await pause(20);
      return names().map((each) => fs.readFileSync(`${inbox()}/${each}`, 'latin1'));
    },
    queue: () =>
      QUEUES.flatMap((queue) => {
        const folder = lab.path('spool', queue);
        if (!fs.existsSync(folder)) return [];
        const names = fs.readdirSync(folder, { recursive: true }) as string[];
        return names.filter((each) => fs.statSync(`${folder}/${each}`).isFile());
      }),
    path: lab.path,
    log: lab.log,
  };
}
