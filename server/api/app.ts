/**
 * What the page's server answers: events, status, queue files, the lab's mailboxes, and the page itself. It only
 * tells; nothing can be changed through it. docs/api.md · RFC 9110
 */
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { isQueueId, type Settings, textOf } from '#core';
import { now } from '../clock.ts';
import type { Feed } from './feed.ts';
import { isOurs } from './hosts.ts';
import type { Mailboxes } from './mailboxes.ts';
import { createQueueCounter, readMessage, type YoungFiles } from './queues.ts';
import { NO_PAGE, type StaticFile } from './static.ts';
import { SENTENCES, type SentenceName } from './words.ts';

export interface AppParts {
  readonly settings: () => Settings;
  readonly sessions: () => number;
  readonly young: YoungFiles;
  /** Undefined where no events are kept. */
  readonly feed: Feed | undefined;
  /** Undefined where nobody's letters are shown. */
  readonly mailboxes: Mailboxes | undefined;
  /** Host of page_listen. */
  readonly host: string;
  readonly isLoopback: boolean;
  readonly files: ReadonlyMap<string, StaticFile>;
}

type Env = { readonly Bindings: HttpBindings };
type Status = 400 | 404 | 405 | 421 | 500 | 503;

/** Scripts, styles and connections from here only; no frames, no forms, nothing inline. CSP Level 3 */
const CSP = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CSP,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

function refuse(context: Context<Env>, status: Status, name: SentenceName): Response {
  return context.json({ error: { name, ...SENTENCES[name] } }, status);
}

/** Makes the routes. */
export function createApp(parts: AppParts): Hono<Env> {
  const app = new Hono<Env>();
  app.use('*', async (context, next) => {
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    context.header('Cache-Control', 'no-store');
    const local = context.env.incoming.socket.localAddress ?? '';
    if (!isOurs(context.env.incoming.headers.host, parts.host, local)) return refuse(context, 421, 'badHost');
    if (context.req.method !== 'GET') {
      context.header('Allow', 'GET');
      return refuse(context, 405, 'getOnly');
    }
    return next();
  });
  app.get('/api/v1/events', (context) => events(context, parts.feed));
  app.get('/api/v1/status', statusRoute(parts));
  app.get('/api/v1/queue/:id', (context) => queueFile(context, parts));
  app.get('/api/v1/mailboxes', (context) =>
    parts.mailboxes === undefined
      ? refuse(context, 404, 'noLab')
      : context.json({ mailboxes: parts.mailboxes.list() }),
  );
  app.get('/api/v1/mailboxes/:user/:folder/:name', (context) => letter(context, parts.mailboxes));
  app.get('*', (context) => page(context, parts.files));
  app.notFound((context) => refuse(context, 404, 'notFound'));
  app.onError((_error, context) => refuse(context, 500, 'trouble'));
  return app;
}

/** The number after which events are wanted; undefined when it is no number. */
function afterOf(context: Context<Env>): number | undefined {
  const text = context.req.header('last-event-id') ?? context.req.query('after') ?? '0';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function events(context: Context<Env>, feed: Feed | undefined): Response {
  if (feed === undefined) return refuse(context, 404, 'noTrace');
  const after = afterOf(context);
  if (after === undefined) return refuse(context, 400, 'badNumber');
  if (feed.isFull()) return refuse(context, 503, 'tooMany');
  const { outgoing } = context.env;
  outgoing.writeHead(200, {
    ...HEADERS,
    'Cache-Control': 'no-store',
    'Content-Type': 'text/event-stream; charset=utf-8',
  });
  feed.attach(outgoing, after);
  return RESPONSE_ALREADY_SENT;
}

function statusRoute(parts: AppParts): (context: Context<Env>) => Response {
  const queues = createQueueCounter(parts.settings, parts.young);
  return (context) => {
    const settings = parts.settings();
    return context.json({
      host: textOf(settings, 'myhostname'),
      profile: settings.profile,
      version: textOf(settings, 'mail_version'),
      queues: queues(),
      sessions: parts.sessions(),
      at: now(),
    });
  };
}

function queueFile(context: Context<Env>, parts: AppParts): Response {
  if (!parts.isLoopback) return refuse(context, 404, 'notLocal');
  const id = context.req.param('id') ?? '';
  const message = isQueueId(id) ? readMessage(parts.settings(), id, parts.young) : undefined;
  return message === undefined ? refuse(context, 404, 'gone') : context.json(message);
}

function letter(context: Context<Env>, mailboxes: Mailboxes | undefined): Response {
  if (mailboxes === undefined) return refuse(context, 404, 'noLab');
  const { user = '', folder = '', name = '' } = context.req.param();
  const bytes = mailboxes.read(user, folder, name);
  if (bytes === undefined) return refuse(context, 404, 'notFound');
  return context.body(bytes, 200, { 'Content-Type': 'text/plain; charset=utf-8' });
}

function page(context: Context<Env>, files: ReadonlyMap<string, StaticFile>): Response {
  const path = context.req.path === '/' ? '/index.html' : context.req.path;
  const file = files.get(path);
  if (file !== undefined) {
    context.header('Cache-Control', path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache');
    return context.body(file.bytes, 200, { 'Content-Type': file.contentType });
  }
  return path === '/index.html' ? context.html(NO_PAGE) : refuse(context, 404, 'notFound');
}
