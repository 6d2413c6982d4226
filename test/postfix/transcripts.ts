/** transcripts - a client that says its lines one after the other, waiting for each answer. */
import net from 'node:net';

/** Ends after the last answer, when the server hangs up, or when it says nothing for a while. */
export async function sendAll(port: number, sends: readonly string[]): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  let over = false;
  let heard = (): void => undefined;
  const answer = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, 700);
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
  await answer();
  for (const text of sends) {
    if (over) break;
    socket.write(`${text}\r\n`, 'latin1');
    await answer();
  }
  socket.destroy();
}
