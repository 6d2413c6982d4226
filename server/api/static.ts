/**
 * The built page, held in memory from the start: nothing a request says ever becomes a file name, and
 * the files need not be readable by mail_owner.
 */
import fs from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { errorCode } from '../paths.ts';

export interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const LIMIT_BYTES = 32 * 1024 * 1024;

/** The files below a directory, by URL path (`/assets/a.js`); empty when there is no such directory. */
export function loadStatic(directory: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  let left = LIMIT_BYTES;
  for (const path of plainFiles(directory)) {
    const bytes = new Uint8Array(fs.readFileSync(path));
    left -= bytes.length;
    if (left < 0) break;
    const url = `/${relative(directory, path).split(sep).join('/')}`;
    files.set(url, { bytes, contentType: TYPES[extname(path)] ?? 'application/octet-stream' });
  }
  return files;
}

function plainFiles(directory: string): readonly string[] {
  try {
    return fs
      .readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** What is shown while there is no built page. */
export const NO_PAGE = `<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<title>Postscope</title>
<h1>Postscope</h1>
<p>La page n’est pas encore construite. Arrêtez le serveur, lancez <code>npm start</code>, puis rechargez.</p>
<p lang="en">The page is not built yet. Stop the server, run <code>npm start</code>, then reload.</p>
<ul>
<li><a href="/api/v1/status">/api/v1/status</a></li>
<li><a href="/api/v1/events">/api/v1/events</a></li>
</ul>
`;
