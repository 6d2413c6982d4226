/** socket - plays a dialogue to whatever listens on a port. */
import net from 'node:net';
import { countReplies, type Dialogue, type Step } from './dialogue.ts';
import { HUNG_UP, type Played, queueIds, repliesBefore, STAYS, saidLines } from './played.ts';

export interface Conversation {
  readonly said: Played['said'];
  readonly ids: readonly string[];
}

/** A server that says nothing for so long says nothing more. */
const SILENCE_MS = 8_000;

interface Line {
  readonly socket: net.Socket;
  text: string;
  closed: boolean;
  /** Called whenever something came. */
  wake: () => void;
}

function call(port: number): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    const line: Line = { socket, text: '', closed: false, wake: () => undefined };
    socket.once('error', reject);
    socket.on('data', (bytes: Buffer) => {
      line.text += bytes.toString('latin1');
      line.wake();
    });
    for (const event of ['end', 'close'])
      socket.on(event, () => {
        line.closed = true;
        line.wake();
      });
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => socket.destroy());
      resolve(line);
    });
  });
}

/** Waits until something is true of the line, or the server falls silent. */
function until(line: Line, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      line.wake = () => undefined;
      resolve();
    };
    let timer = setTimeout(done, SILENCE_MS);
    line.wake = () => {
      clearTimeout(timer);
      timer = setTimeout(done, SILENCE_MS);
      if (isTrue() || line.closed) done();
    };
    line.wake();
  });
}

function write({ socket }: Line, bytes: string): Promise<void> {
  if (socket.destroyed || socket.writableEnded) return Promise.resolve();
  return new Promise((resolve) => socket.write(bytes, 'latin1', () => resolve()));
}

async function perform(line: Line, steps: readonly Step[], at: number): Promise<void> {
  const step = steps[at];
  switch (step?.type) {
    case 'send':
      for (const bytes of step.split ? step.bytes : [step.bytes]) await write(line, bytes);
      return;
    case 'hear': {
      const wanted = repliesBefore(steps, at);
      return until(line, () => countReplies(line.text) >= wanted);
    }
    case 'wait':
      await new Promise((resolve) => setTimeout(resolve, step.ms));
      return;
    case 'end':
      line.socket.end();
      return;
    case 'closed':
      return until(line, () => line.closed);
    default:
      step satisfies undefined;
  }
}

/** Holds a dialogue with the server on a port. */
export async function playOnSocket({ steps }: Dialogue, port: number): Promise<Conversation> {
  const line = await call(port);
  const said: (readonly string[])[] = [];
  let read = 0;
  const more = (): readonly string[] => {
    const fresh = saidLines(line.text.slice(read));
    read = line.text.length;
    return fresh;
  };
  for (const [at, step] of steps.entries()) {
    await perform(line, steps, at);
    if (step.type === 'hear') said.push(more());
    if (step.type === 'closed') said.push([...more(), line.closed ? HUNG_UP : STAYS]);
  }
  if (!line.socket.writableEnded) line.socket.end();
  await until(line, () => line.closed);
  said.push(more());
  line.socket.destroy();
  return { said, ids: queueIds(line.text) };
}

/** Holds many dialogues, some at a time, in order of their place in the list. */
export async function playAll<Result>(
  dialogues: readonly Dialogue[],
  play: (dialogue: Dialogue) => Promise<Result>,
  atOnce = 8,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < dialogues.length; at = next++) {
      const dialogue = dialogues[at];
      if (dialogue !== undefined) results[at] = await play(dialogue);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
