/** A name server on loopback, over UDP and TCP, fed with a zone file: for our server and for Postfix. */
import dgram from 'node:dgram';
import net from 'node:net';
import { answerQuestion, nameServer, parseZone } from '../../sim/index.ts';

export interface DnsServer {
  readonly address: string;
  readonly port: number;
  /** `UDP` or `TCP` for each question that was heard. */
  readonly heard: string[];
  close(): Promise<void>;
}

/** RFC 1035 §4.2.1 */
const LONGEST_DATAGRAM = 512;

/**
 * Starts it.
 *
 * @param failing names of which it says that it failed
 * @param place where it listens; by default at a port that is free
 */
export async function startDnsServer(
  zone: string,
  failing: readonly string[] = [],
  place: { readonly address: string; readonly port: number } = { address: '127.0.0.1', port: 0 },
): Promise<DnsServer> {
  const { records, problems } = parseZone(zone, 'zone');
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const knowledge = nameServer(records, failing);
  const heard: string[] = [];
  const sockets = new Set<net.Socket>();
  const tcp = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let got = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      got = Buffer.concat([got, bytes]);
      if (got.length < 2 || got.length < 2 + got.readUInt16BE(0)) return;
      heard.push('TCP');
      const reply = answerQuestion(knowledge, got.subarray(2));
      if (reply === undefined) return void socket.destroy();
      const size = Buffer.alloc(2);
      size.writeUInt16BE(reply.length);
      // In pieces, as a network may cut it.
      socket.write(Buffer.concat([size, reply.subarray(0, 7)]));
      setImmediate(() => socket.end(reply.subarray(7)));
    });
  });
  await new Promise<void>((done) => void tcp.listen(place.port, place.address, done));
  const { port } = tcp.address() as net.AddressInfo;
  const udp = dgram.createSocket('udp4');
  udp.on('message', (bytes, { port: theirs, address }) => {
    heard.push('UDP');
    const reply = answerQuestion(knowledge, bytes, LONGEST_DATAGRAM);
    if (reply !== undefined) udp.send(reply, theirs, address);
  });
  await new Promise<void>((done) => void udp.bind(port, place.address, done));
  return {
    ...{ address: place.address, port, heard },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => void udp.close(() => done(undefined)));
      await new Promise((done) => void tcp.close(() => done(undefined)));
    },
  };
}
