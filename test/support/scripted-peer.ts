/** A scripted peer of the simulator, on a real socket: a policy server for our server and for Postfix. */
import net from 'node:net';
import { type PeerSpec, ruleFor } from '../../sim/index.ts';

export interface ScriptedPeer {
  readonly port: number;
  /** All requests that it has heard, in order. */
  readonly requests: string[];
  /** How often it was called. */
  calls(): number;
  close(): Promise<void>;
}

/** Starts it on loopback, at a port that is free. */
export async function startPeer(spec: Omit<PeerSpec, 'endpoint'>): Promise<ScriptedPeer> {
  const requests: string[] = [];
  const sockets = new Set<net.Socket>();
  let calls = 0;
  const server = net.createServer((socket) => {
    calls += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    let heard = '';
    if (spec.greeting !== undefined) socket.write(spec.greeting, 'latin1');
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      for (let end = heard.indexOf(spec.until); end >= 0; end = heard.indexOf(spec.until)) {
        const request = heard.slice(0, end);
        heard = heard.slice(end + spec.until.length);
        requests.push(request);
        const rule = ruleFor({ ...spec, endpoint: '' }, request);
        if (rule?.answer !== undefined) socket.write(rule.answer, 'latin1');
        if (rule?.hangUp === true) socket.end();
      }
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as net.AddressInfo).port,
    requests,
    calls: () => calls,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => void server.close(() => done()));
    },
  };
}
