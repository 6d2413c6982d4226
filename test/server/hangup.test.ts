/** How the server hangs up, on real sockets. RFC 5321 §4.1.1.10 · close(2) */
import net from 'node:net';
import { expect, test } from 'vitest';
import { testLab } from '../support/test-lab.ts';

const lab = testLab('hangup');

function startLab(): Promise<number> {
  lab.make();
  return lab.start();
}

interface Ending {
  readonly said: string;
  /** Errno of the socket, if it did not end in peace. */
  readonly code: string | undefined;
}

/** Sends all this at once when the server has greeted; `last` again and again when the server has closed. */
function call(port: number, bytes: string, last?: string): Promise<Ending> {
  return new Promise((done) => {
    const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    let said = '';
    let code: string | undefined;
    socket.once('data', () => socket.write(bytes));
    socket.on('data', (part: Buffer) => {
      said += part.toString('latin1');
    });
    socket.on('end', () => {
      if (last === undefined) return socket.end();
      const again = setInterval(() => socket.write(last), 20);
      socket.once('close', () => clearInterval(again));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code;
    });
    socket.on('close', () => done({ said, code }));
  });
}

test('RFC 5321 §4.1.1.10: after QUIT and 221 nothing of the connection is left', async () => {
  const port = await startLab();
  const { said, code } = await call(port, 'QUIT\r\n', 'NOOP\r\n');
  expect(said).toMatch(/^220 .*\r\n221 2\.0\.0 Bye\r\n$/);
  // Nobody is there any more: the kernel says so at once.
  expect(code).toMatch(/^(ECONNRESET|EPIPE)$/);
  // A server that went on reading would do so for ten seconds.
}, 5000);

test('a client that is still sending when it is hung up on can read why, and send to its end', async () => {
  const port = await startLab();
  const { said, code } = await call(port, `QUIT\r\n${'NOOP\r\n'.repeat(500_000)}`);
  expect(said).toMatch(/\r\n221 2\.0\.0 Bye\r\n$/);
  expect(code).toBeUndefined();
});
