/** lab - the real server with its page as built, and a real Chromium at it, for tests. */
import fs from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { prepareLab } from '../../server/cli/lab.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import { freePort } from '../support/server-process.ts';

/** Long enough for a loaded machine: no test waits for less, and none waits when it need not. */
const PATIENCE_MS = 25_000;

export interface Lab {
  readonly address: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The memoir's second session, with a subject; ends when the server has said goodbye. */
  sendLetter(subject: string): Promise<void>;
  /** A page of its own at the server, in the browser's language. */
  open(locale: 'fr' | 'en'): Promise<Page>;
  /** Ends all of it and removes the folder. */
  close(): Promise<void>;
}

/** A lab in a folder of its own, running, on ports nobody uses. */
export async function openLab(): Promise<Lab> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-page-'));
  // The page must come back at the same address when the server does.
  const pagePort = await freePort();
  const address = `http://127.0.0.1:${pagePort}/`;
  prepareLab(folder, 0, pagePort);
  let browser: Browser | undefined;
  let server: RunningServer | undefined;

  async function start(): Promise<void> {
    server = await startServer(join(folder, 'etc'), { logFile: join(folder, 'maillog') });
  }

  async function stop(): Promise<void> {
    await server?.stop();
    server = undefined;
  }

  await start();
  return {
    ...{ address, start, stop },
    sendLetter: (subject) => talk(server?.listeners[0]?.port ?? 0, sessionOf(subject)),
    open: async (locale) => {
      browser ??= await chromium.launch(await chromiumLaunch());
      const viewport = { width: 1366, height: 625 };
      const page = await browser.newPage({ viewport, locale: locale === 'fr' ? 'fr-FR' : 'en-GB' });
      page.setDefaultTimeout(PATIENCE_MS);
      await page.goto(address);
      await page.waitForSelector('.connect');
      return page;
    },
    close: async () => {
      await browser?.close();
      await stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Memoir L1117–1138, a chunk for each reply. */
function sessionOf(subject: string): readonly string[] {
  return [
    'ehlo mail\r\n',
    'mail from: espera@gouv.bj\r\n',
    'rcpt to: alexandre@gouv.bj\r\n',
    'data\r\n',
    `subject: ${subject}\r\nFelicitacion mon frere on vient de reussir notre config\r\n.\r\n`,
    'quit\r\n',
  ];
}

function talk(port: number, parts: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    const waiting = [...parts];
    let said = '';
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`silence after: ${said}`)));
    socket.on('error', reject);
    socket.on('close', () => (said.includes('\r\n221 ') ? resolve() : reject(new Error(said))));
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString('latin1');
      if (!/(^|\r\n)\d{3} [^\r\n]*\r\n$/.test(said)) return;
      const next = waiting.shift();
      if (next !== undefined) socket.write(next);
    });
  });
}
