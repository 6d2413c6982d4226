/** A milter that does what it is told, and notes all that it hears: for our server and for Postfix. */
import net from 'node:net';

/** What is answered to a command whose data hold this text: packets, each a letter and its data. */
export interface MilterRule {
  /** The command's letter, as in mfdef.h of libmilter. */
  readonly on: string;
  readonly contains?: string;
  readonly send: readonly string[];
  /** It takes so long before each packet. */
  readonly pauseMs?: number;
  /** Instead of an answer, the connection ends. */
  readonly hangUp?: true;
}

export interface MilterScript {
  /** Negotiated: what it may change, and which steps it does without. */
  readonly version?: number;
  readonly actions?: number;
  readonly steps?: number;
  /** Behind the masks: macro names for stages. */
  readonly symbols?: string;
  /** Packets that nobody answers, as the steps say. */
  readonly silent?: string;
  readonly rules: readonly MilterRule[];
}

export interface ScriptedMilter {
  readonly port: number;
  /** Commands and macros in order, printable: `C unknown...`, `D C j=mail.example.org`. */
  readonly heard: string[];
  /** Resolves when nobody is connected; half a minute is the patience of this on a busy machine. */
  left(): Promise<void>;
  close(): Promise<void>;
}

/** An integer of the protocol: four bytes, the highest first. */
export function word(value: number): string {
  return String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function packet(text: string): Buffer {
  return Buffer.from(word(text.length) + text, 'latin1');
}

function printable(text: string): string {
  return text.replace(/\0/g, '|').replace(/[^\n\t\x20-\x7e]/g, (char) => `<${char.charCodeAt(0)}>`);
}

function answersTo(script: MilterScript, letter: string, data: string): MilterRule | undefined {
  const own = script.rules.find((one) => one.on === 'O');
  if (letter === 'O') {
    if (own !== undefined) return own;
    const { version = 6, actions = 0x1ff, steps = 0, symbols = '' } = script;
    return { on: 'O', send: [`O${word(version)}${word(actions)}${word(steps)}${symbols}`] };
  }
  const rule = script.rules.find((one) => one.on === letter && data.includes(one.contains ?? ''));
  if (rule !== undefined) return rule;
  return 'DAQK'.includes(letter) || script.silent?.includes(letter) === true
    ? undefined
    : { on: letter, send: ['c'] };
}

async function answer(socket: net.Socket, { send, pauseMs = 0, hangUp }: MilterRule): Promise<void> {
  for (const one of send) {
    if (pauseMs > 0) await new Promise((done) => setTimeout(done, pauseMs));
    if (!socket.destroyed) socket.write(packet(one));
  }
  if (hangUp === true) socket.destroy();
}

/** Starts it on loopback, at a port that is free. */
export async function startMilter(script: MilterScript): Promise<ScriptedMilter> {
  const heard: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('end', () => socket.destroy());
    socket.on('error', () => undefined);
    let waiting = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE(0)) {
        const end = 4 + waiting.readUInt32BE(0);
        const letter = waiting.toString('latin1', 4, 5);
        const data = waiting.toString('latin1', 5, end);
        waiting = waiting.subarray(end);
        heard.push(`${letter} ${printable(data)}`.trimEnd());
        const rule = answersTo(script, letter, data);
        if (rule !== undefined) void answer(socket, rule);
      }
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return {
    ...{ port: (server.address() as net.AddressInfo).port, heard },
    left: async () => {
      for (let turn = 0; turn < 3000 && sockets.size > 0; turn += 1)
        await new Promise((done) => setTimeout(done, 10));
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => void server.close(() => done()));
    },
  };
}
