/** transcripts - a client that says its lines one after the other, waiting for each answer. */
import net from 'node:net';

/** Some texts have no answer: the end of a session that is cut off, for example. */
const PATIENCE_MS = 1_500;

/** Ends after the last answer, when the server hangs up, or when it says nothing for a while. */
export async function sendAll(port: number, sends: readonly string[]): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  let over = false;
  let heard = (): void => undefined;
  const answer = (patienceMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      heard = () => {
        clearTimeout(timer);
        setTimeout(resolve, 30);
      };
      if (over) heard();
    });
  socket.on('data', () => heard());
  socket.on('error', () => undefined);
  socket.on('close', () => {
    over = true;
    heard();
  });
  // A busy server starts its process late; what comes before its greeting is an error of the client.
  await answer(60_000);
  for (const text of sends) {
    if (over) break;
    socket.write(`${text}\r\n`, 'latin1');
    await answer(PATIENCE_MS);
  }
  socket.destroy();
}
