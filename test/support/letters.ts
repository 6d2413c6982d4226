/**
 * letters - sends letters that can be told apart, and remembers which of them the server promised to keep.
 */
import { createHash } from 'node:crypto';
import net from 'node:net';
import type { Dice } from '../../sim/random.ts';

export interface Letter {
  readonly id: string;
  /** Lines end in LF, the last too. */
  readonly body: string;
}

/** A letter whose body nobody else has: 1 to `mostLines` lines, some of them dots. */
export function makeLetter(id: string, dice: Dice, mostLines: number): Letter {
  const lines = Array.from({ length: 1 + dice.below(mostLines) }, () =>
    dice.below(20) === 0
      ? '.'
      : `${id} ${dice
          .next()
          .toString(36)
          .repeat(1 + dice.below(9))}`,
  );
  return { id, body: `${lines.join('\n')}\n` };
}

/** SHA-256 of a body, as hexadecimal digits. */
export function digestOf(body: string): string {
  return createHash('sha256').update(body, 'latin1').digest('hex');
}

/** Replies of an SMTP session, one after another; undefined once the connection is gone. */
function replies(socket: net.Socket): () => Promise<string | undefined> {
  let text = '';
  let gone = false;
  let wake = (): void => undefined;
  const changed = (): void => wake();
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    changed();
  });
  const end = (): void => {
    gone = true;
    changed();
  };
  socket.on('error', end).on('close', end).on('end', end);
  return async () => {
    for (;;) {
      const found = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(text);
      if (found !== null) {
        text = text.slice(found[0].length);
        return found[0];
      }
      if (gone) return undefined;
      await new Promise<void>((done) => {
        wake = done;
      });
    }
  };
}

/** Sends one letter in a session of its own. True: the server has said 250 to the final dot. */
export async function sendLetter(port: number, to: string, letter: Letter): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  const next = replies(socket);
  const head = `From: espera@gouv.bj\nTo: ${to}\nSubject: Lettre ${letter.id}\n\n`;
  const text = (head + letter.body).replace(/^\./gm, '..').replaceAll('\n', '\r\n');
  const said = ['EHLO client', 'MAIL FROM:<espera@gouv.bj>', `RCPT TO:<${to}>`, 'DATA'];
  try {
    for (const line of said) {
      if ((await next())?.startsWith('2') !== true) return false;
      socket.write(`${line}\r\n`, 'latin1');
    }
    if ((await next())?.startsWith('354') !== true) return false;
    socket.write(`${text}.\r\n`, 'latin1');
    return (await next())?.startsWith('250') === true;
  } finally {
    socket.destroy();
  }
}

/** What arrived: the id, and whether the body is exactly what was sent under it. */
export function readLetter(file: string, sent: ReadonlyMap<string, string>): { id: string; whole: boolean } {
  const end = file.indexOf('\n\n');
  const id = /^Subject: Lettre (.*)$/m.exec(file.slice(0, end + 1))?.[1] ?? '';
  return { id, whole: end > 0 && sent.get(id) === digestOf(file.slice(end + 2)) };
}
