import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bytesToLatin1, type CallEffect, latin1ToBytes, type WorldEvent } from '#core';
import { createCalls } from './calls.ts';

const SHORT_MS = 20;

/** Calls, and what they tell, as short texts: `connected`, `heard hello`, `lost EOF`. */
function caller(folder = '/') {
  const told: string[] = [];
  let wake = (): void => undefined;
  const calls = createCalls(folder, (to, event: WorldEvent) => {
    const word = event.type.replace('net.', '');
    const what =
      event.type === 'net.heard' ? bytesToLatin1(event.bytes) : event.type === 'net.lost' ? event.reason : '';
    told.push(`${to} ${word} ${what}`.trim());
    wake();
  });
  onTestFinished(() => calls.close());
  const perform = (effect: CallEffect, process = 'p'): void => calls.perform(process, effect, 7);
  /** Waits until so much was told. */
  const until = async (count: number): Promise<readonly string[]> => {
    while (told.length < count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    return told;
  };
  return { calls, perform, until, told };
}

/** A server on loopback; answers its port. */
async function serve(onSocket: (socket: net.Socket) => void, path?: string): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  onTestFinished(() => void server.close());
  await new Promise<void>(
    (done) => void (path === undefined ? server.listen(0, '127.0.0.1', done) : server.listen(path, done)),
  );
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}

const connect = (port: number, connection = 'c'): CallEffect => ({
  ...{ type: 'net.connect', connection, endpoint: { type: 'inet', host: '127.0.0.1', port } },
});
const send = (text: string, connection = 'c'): CallEffect => ({
  ...{ type: 'net.send', connection, bytes: latin1ToBytes(text) },
});
const drop = (connection = 'c'): CallEffect => ({ type: 'net.drop', connection });

test('a call is answered, bytes go both ways, and the end of the peer is told', async () => {
  const port = await serve((socket) => socket.on('data', (bytes) => socket.end(`<${bytes}>`)));
  const { perform, until } = caller();
  perform(connect(port));
  perform(send('hello'));
  expect(await until(3)).toEqual(['p connected', 'p heard <hello>', 'p lost EOF']);
});

test('a call to nobody is lost with the reason that connect(2) gives', async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-calls-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  const { perform, until } = caller(folder);
  perform({ type: 'net.connect', connection: 'c', endpoint: { type: 'inet', host: '127.0.0.1', port: 1 } });
  expect(await until(1)).toEqual(['p lost ECONNREFUSED']);
  perform({ type: 'net.connect', connection: 'c', endpoint: { type: 'unix', path: 'private/none' } });
  expect((await until(2))[1]).toBe('p lost ENOENT');
  perform({ type: 'net.connect', connection: 'c', endpoint: { type: 'unix', path: 'x'.repeat(300) } });
  expect((await until(3))[2]).toMatch(/^p lost (EINVAL|ENAMETOOLONG)$/);
});

test('a path of a socket begins in queue_directory', async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-calls-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  await serve((socket) => socket.end('here'), join(folder, 'sock'));
  const { perform, until } = caller(folder);
  perform({ type: 'net.connect', connection: 'c', endpoint: { type: 'unix', path: 'sock' } });
  expect(await until(3)).toEqual(['p connected', 'p heard here', 'p lost EOF']);
});

test('a peer that resets the line is told as such', async () => {
  const port = await serve((socket) => socket.on('data', () => socket.resetAndDestroy()));
  const { perform, until } = caller();
  perform(connect(port));
  perform(send('x'));
  expect(await until(2)).toEqual(['p connected', 'p lost ECONNRESET']);
});

test('what is dropped is sent before, and says nothing after', async () => {
  const heard: string[] = [];
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const port = await serve((socket) => {
    socket.write('noise');
    socket.on('data', (bytes) => heard.push(String(bytes)));
    socket.on('end', resolve);
  });
  const { perform, until, told, calls } = caller();
  perform(connect(port));
  await until(1);
  perform(send('last words'));
  perform(drop());
  perform(send('after'));
  await over;
  await new Promise((done) => setTimeout(done, SHORT_MS));
  expect(heard.join('')).toBe('last words');
  expect(told.filter((text) => text.includes('lost'))).toEqual([]);
  perform(connect(port));
  await until(told.length + 1);
  calls.release('p');
  await new Promise((done) => setTimeout(done, SHORT_MS));
  expect(told.filter((text) => text.includes('lost'))).toEqual([]);
});

test('two connections of a process, and those of two processes, are told apart', async () => {
  const port = await serve((socket) => socket.on('data', (bytes) => socket.write(bytes)));
  const { perform, until } = caller();
  perform(connect(port, 'a'));
  perform(connect(port, 'b'), 'q');
  await until(2);
  perform(send('one', 'a'));
  await until(3);
  perform(send('two', 'b'), 'q');
  expect((await until(4)).slice(2)).toEqual(['p heard one', 'q heard two']);
});
