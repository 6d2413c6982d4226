/** The page's server: events, status, queue files, letters; for us only, and never in the way of the mail. */
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { expect, test } from 'vitest';
import type { TraceEvent } from '#core';
import { prepareLab } from '../../server/cli/lab.ts';
import { startServer } from '../../server/main.ts';
import { testLab } from '../support/test-lab.ts';

const lab = testLab('api');

async function startLab(more = ''): Promise<void> {
  lab.make();
  fs.appendFileSync(lab.path('etc', 'main.cf'), more);
  await lab.start();
}

const pagePort = (): number => lab.server?.page?.port ?? 0;
const smtpPort = (): number => lab.server?.listeners[0]?.port ?? 0;
interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose path is sent as it is written. */
function request(path: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const where = { host: '127.0.0.1', port: pagePort(), path, agent: false };
    const call = http.request({ ...where, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    call.on('error', reject).end();
  });
}

const json = async (path: string) => JSON.parse((await request(path)).body);

/** Reads the event stream until `enough` says so; then hangs up. */
function listen(path: string, enough: (text: string) => boolean, headers = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const where = { host: '127.0.0.1', port: pagePort(), path, agent: false, headers };
    const call = http.get(where, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (!enough(text)) return;
        resolve(text);
        call.destroy();
      });
    });
    call.setTimeout(15_000, () => call.destroy(new Error('the stream fell silent')));
    call.on('error', reject);
  });
}

const eventsIn = (text: string): readonly TraceEvent[] =>
  [...text.matchAll(/^data: (\{"n".*)\n\n/gm)].map(([, line = '']) => JSON.parse(line));

async function send(count = 1): Promise<void> {
  const transport = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port: smtpPort(), secure: false, ignoreTLS: true, pool: true, maxConnections: 4 },
  });
  const letter = {
    from: 'espera@gouv.bj',
    to: 'alexandre@gouv.bj',
    subject: 'Bonjour',
    text: 'y'.repeat(3000),
  };
  await Promise.all(Array.from({ length: count }, () => transport.sendMail(letter)));
  transport.close();
}

async function delivered(count: number): Promise<void> {
  const box = lab.path('home', 'alexandre', 'Maildir', 'new');
  for (let turn = 0; turn < 4000; turn += 1) {
    if (fs.existsSync(box) && fs.readdirSync(box).length >= count) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('not delivered within a hundred seconds');
}

test('docs/api.md events: a letter can be followed from its first byte to its mailbox by its causes', async () => {
  await startLab();
  await send();
  const removed = (text: string): boolean => /"text":"[0-9A-F]+: removed"/.test(text);
  const text = await listen('/api/v1/events', removed);
  expect(text).toMatch(
    /^retry: 2000\nevent: hello\ndata: \{"run":"[\d-]+","host":"mail.gouv.bj","oldest":1,/,
  );
  const events = eventsIn(text);
  expect(events.map(({ n }) => n)).toEqual(events.map((_event, index) => index + 1));
  const byNumber = new Map(events.map((event) => [event.n, event]));
  const services = new Set<string>();
  const last = events.find(({ effects }) => effects.some(({ text: line }) => /removed$/.test(String(line))));
  for (let at = last; at !== undefined; at = byNumber.get(at.cause)) {
    expect(at.cause).toBeLessThan(at.n);
    services.add(at.service);
  }
  expect([...services].sort()).toEqual(['cleanup', 'local', 'qmgr', 'rewrite', 'smtpd'].sort());
});

test('HTML §9.2: Last-Event-ID and ?after= resume where the client was', async () => {
  await startLab();
  await send();
  const some = (text: string): boolean => eventsIn(text).length >= 5;
  const resumed = await listen('/api/v1/events', some, { 'Last-Event-ID': '7' });
  expect(eventsIn(resumed)[0]?.n).toBe(8);
  expect(eventsIn(await listen('/api/v1/events?after=9', some))[0]?.n).toBe(10);
  expect((await request('/api/v1/events?after=x')).status).toBe(400);
});

test('docs/api.md events: a client of an earlier run begins again; what the ring has lost is a gap', async () => {
  await startLab('trace_events_limit = 20\n');
  await send();
  await delivered(1);
  const text = await listen('/api/v1/events?after=999999', (all) => eventsIn(all).length >= 20);
  const first = eventsIn(text)[0]?.n ?? 0;
  expect(first).toBeGreaterThan(20);
  expect(text).toContain(`event: gap\ndata: {"from":1,"to":${first - 1}}\n\nid: ${first}\n`);
});

test('RFC 4954 §4: what a client says after AUTH or PASS reaches nobody', async () => {
  await startLab();
  await new Promise<void>((done) => {
    const socket = net.connect(smtpPort(), '127.0.0.1');
    socket.on('data', () => undefined).on('close', () => done());
    socket.end('EHLO a\r\nAUTH PLAIN AGFsYWRpbgBzZXNhbWU=\r\nPASS sesame\r\nQUIT\r\n');
  });
  const text = await listen('/api/v1/events', (all) => all.includes('AUTH'));
  expect(text).toContain('AUTH PLAIN ********\\r\\nPASS ********');
  expect(text).not.toMatch(/AGFsYWRpbg|sesame/);
});

/** A client that asks and then reads nothing, not even from its socket's buffer. */
function deafClient(): Promise<net.Socket> {
  return new Promise((done) => {
    const socket = net.connect(pagePort(), '127.0.0.1', () => {
      socket.write('GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', () => done(socket));
    });
    socket.pause();
  });
}

test('docs/api.md events: clients that never read hold up no letter and cost bounded memory', async () => {
  await startLab(
    'trace_events_limit = 2000\nlocal_destination_concurrency_limit = 20\nsmtpd_peername_lookup = no\n',
  );
  const deaf = await Promise.all(Array.from({ length: 5 }, deafClient));
  const before = process.memoryUsage();
  await send(200);
  await delivered(200);
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(64 * 1024 * 1024);
  const text = await listen('/api/v1/events?after=1', (all) => eventsIn(all).length > 100);
  expect(text).toMatch(/event: gap\ndata: \{"from":2,"to":\d{4,}\}/);
  for (const socket of deaf) socket.destroy();
}, 150_000);

test('docs/api.md events: the fifty-first client is told to wait', async () => {
  await startLab();
  const clients = await Promise.all(Array.from({ length: 50 }, deafClient));
  for (const socket of clients) socket.resume();
  await new Promise((done) => setImmediate(done));
  const refused = await request('/api/v1/events');
  expect(refused.status).toBe(503);
  expect(JSON.parse(refused.body).error.fr).toContain('Trop de pages');
  for (const socket of clients) socket.destroy();
  await listen('/api/v1/events', (text) => text.includes('hello'));
});

test('docs/api.md status: host, profile, version, queues, sessions', async () => {
  await startLab();
  const socket = net.connect(smtpPort(), '127.0.0.1');
  await new Promise((done) => socket.once('data', done));
  const { at, ...status } = await json('/api/v1/status');
  expect(status).toEqual({
    ...{ host: 'mail.gouv.bj', profile: '2.3', version: '2.3.6', sessions: 1 },
    queues: { maildrop: 0, incoming: 0, active: 0, deferred: 0, hold: 0, corrupt: 0 },
  });
  expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  socket.destroy();
});

test('docs/api.md queue: a message that waits is shown with envelope, header and body', async () => {
  await startLab();
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort(), ignoreTLS: true });
  const letter = { from: 'espera@gouv.bj', to: 'a@example.org', subject: 'away', text: 'hello' };
  const id = /queued as ([0-9A-F]+)/.exec((await transport.sendMail(letter)).response)?.[1] ?? '';
  transport.close();
  let message = await json(`/api/v1/queue/${id}`);
  for (let turn = 0; turn < 200 && message.queue !== 'deferred'; turn += 1) {
    await new Promise((done) => setTimeout(done, 25));
    message = await json(`/api/v1/queue/${id}`);
  }
  expect(message).toMatchObject({
    queueId: id,
    queue: 'deferred',
    sender: 'espera@gouv.bj',
    truncated: false,
  });
  expect(message.recipients).toEqual([{ address: 'a@example.org', original: 'a@example.org', done: false }]);
  expect(message.header).toMatch(/^Received: from [\s\S]*\nSubject: away\n/);
  expect(message.body).toBe('hello\n');
  for (const bad of ['nothere', '..%2f..%2fetc%2fpasswd', '%00'])
    expect((await request(`/api/v1/queue/${bad}`)).status).toBe(404);
});

test('docs/api.md mailboxes: the lab’s letters can be listed and read, and nothing else', async () => {
  await startLab();
  await send();
  await delivered(1);
  const { mailboxes } = await json('/api/v1/mailboxes');
  expect(mailboxes.map(({ user }: { user: string }) => user)).toEqual(['espera', 'alexandre']);
  const [{ folder: box, name, sizeBytes }] = mailboxes[1].letters;
  const letter = await request(`/api/v1/mailboxes/alexandre/${box}/${name}`);
  expect(letter.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(letter.body).toHaveLength(sizeBytes);
  expect(letter.body).toContain('Subject: Bonjour');
  const secret = lab.path('secret');
  fs.writeFileSync(secret, 'secret');
  fs.symlinkSync(secret, lab.path('home', 'alexandre', 'Maildir', 'new', 'link'));
  const bad = [
    'new/link',
    'new/..',
    'new/..%2f..%2f..%2f..%2fsecret',
    'new/%2fetc%2fpasswd',
    'tmp/x',
    '../x',
  ];
  for (const path of bad) expect((await request(`/api/v1/mailboxes/alexandre/${path}`)).status).toBe(404);
  expect((await request(`/api/v1/mailboxes/root/new/${name}`)).status).toBe(404);
});

test('postconf(5) lab_mode: without it nobody’s letters are shown', async () => {
  await startLab('lab_mode = no\n');
  const answer = await request('/api/v1/mailboxes');
  expect(answer.status).toBe(404);
  expect(JSON.parse(answer.body).error).toMatchObject({ name: 'noLab', en: /./, fr: /./ } as object);
});

test('RFC 9110 §7.2: a name that was pointed at this machine gets nothing', async () => {
  await startLab();
  for (const path of ['/', '/api/v1/status', '/api/v1/events']) {
    const answer = await request(path, { headers: { Host: 'evil.example' } });
    expect([answer.status, answer.body.includes('badHost')]).toEqual([421, true]);
  }
  expect((await request('/', { headers: { Host: `localhost:${pagePort()}` } })).status).toBe(200);
});

test('RFC 9110 §15.5.6: only GET; every answer carries the content security policy', async () => {
  await startLab();
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) {
    const answer = await request('/api/v1/status', { method });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET']);
  }
  for (const path of ['/', '/nothing', '/api/v1/status', '/%2e%2e/package.json', '/..%5cx']) {
    const { headers } = await request(path);
    expect(headers['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
  expect((await request('/../package.json')).status).toBe(404);
});

test('postconf(5) page_listen: empty means no page; a port in use is said in both languages', async () => {
  await startLab();
  const port = pagePort();
  const other = fs.mkdtempSync(join(tmpdir(), 'postscope-api-'));
  prepareLab(other, 0, port);
  const failed = await startServer(join(other, 'etc'), { logFile: join(other, 'maillog') }).catch(
    (error) => error,
  );
  expect(failed.message).toBe(
    `bind 127.0.0.1 port ${port}: Address already in use. Another program listens there: stop it, or give another port in page_listen in main.cf.`,
  );
  expect(failed.fr).toContain('changez le port dans page_listen de main.cf');
  fs.appendFileSync(join(other, 'etc', 'main.cf'), 'page_listen =\n');
  const quiet = await startServer(join(other, 'etc'), { logFile: join(other, 'maillog') });
  expect(quiet.page).toBeUndefined();
  await quiet.stop();
  fs.rmSync(other, { recursive: true });
});
