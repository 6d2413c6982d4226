/** More clients than master.cf allows: they wait, and whoever is served is served in haste. STRESS_README */
import fs from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { testLab } from '../support/test-lab.ts';

const lab = testLab('stress');

interface Client {
  readonly socket: net.Socket;
  said(): string;
  hear(text: string): Promise<void>;
}

function connect(port: number): Client {
  const socket = net.connect(port, '127.0.0.1');
  let all = '';
  socket.on('data', (bytes) => {
    all += bytes.toString('latin1');
  });
  socket.on('error', () => undefined);
  const hear = async (text: string): Promise<void> => {
    for (let turn = 0; !all.includes(text); turn += 1) {
      if (turn === 400) throw new Error(`${JSON.stringify(text)} was not said, but ${JSON.stringify(all)}`);
      await new Promise((done) => setTimeout(done, 25));
    }
  };
  return { socket, said: () => all, hear };
}

test('master(5) maxproc: clients beyond the limit wait until others go; the last place is one of stress', async () => {
  lab.make();
  const settings = [
    ...['default_process_limit = 2', 'postfix_version_profile = 3.x'],
    ...['smtpd_relay_restrictions = reject_unauth_destination', ''],
  ];
  fs.appendFileSync(lab.path('etc', 'main.cf'), settings.join('\n'));
  const port = await lab.start();
  const clients = [connect(port), connect(port)] as const;
  for (const client of clients) await client.hear('220 ');
  const late = [connect(port), connect(port)] as const;
  await new Promise((done) => late[1].socket.once('connect', () => done(undefined)));
  clients[0].socket.write('NOOP\r\n');
  await clients[0].hear('250 2.0.0 Ok');
  expect(late.map((client) => client.said())).toEqual(['', '']);
  clients[0].socket.write('QUIT\r\n');
  await late[0].hear('220 ');
  expect(late[1].said()).toBe('');
  late[0].socket.write('WHAT\r\n');
  await late[0].hear('421 4.7.0 ');
  await late[1].hear('220 ');
  const log = fs
    .readFileSync(lab.path('maillog'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('master'));
  const places = log.filter((line) => line.includes(' has reached its process limit "2": new clients may '));
  expect(places).toHaveLength(1);
  for (const client of [...clients, ...late]) client.socket.destroy();
});
