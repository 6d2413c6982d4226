/**
 * chromium - which browser the page is tried in: the system's Chromium, or the one that npm brings along.
 *
 * CHROMIUM=/path names another; NO_SYSTEM_CHROMIUM=1 asks for npm's.
 */
import { oracle } from './oracles.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What playwright's launch() needs. npm's Chromium knows only the headless shell. */
export async function chromiumLaunch(): Promise<{ executablePath: string; args: string[] }> {
  const chosen = process.env.CHROMIUM ?? (process.env.NO_SYSTEM_CHROMIUM ? undefined : oracle('chromium'));
  if (chosen !== undefined) return { executablePath: chosen, args: FLAGS };
  const { default: bundled } = await import('@sparticuz/chromium');
  return { executablePath: await bundled.executablePath(), args: ['--headless=shell', ...FLAGS] };
}
