/**
 * The lab: gouv.bj of the memoir, on loopback, in a folder of its own. Its mail is still there at the next
 * start.
 */
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import type { PageServer } from '../api/page.ts';
import { ListenError } from '../listen.ts';
import { ConfigurationError } from '../load.ts';
import { startServer } from '../main.ts';
import { PrivilegeError } from '../privileges.ts';
import { buildTable } from './tables.ts';

const SOURCE = resolve(import.meta.dirname, '../../scenarios/gouv.bj/repaired');
const PEOPLE = ['espera', 'alexandre'];

/** Settings that make the memoir's server a lab: everything below one folder, on loopback. */
function labSettings(folder: string, pagePort: number): string {
  return [
    '',
    '# What the lab adds / Ce que le laboratoire ajoute',
    'inet_interfaces = loopback-only',
    'inet_protocols = ipv4',
    `queue_directory = ${join(folder, 'spool')}`,
    `passwd_file = ${join(folder, 'etc', 'passwd')}`,
    'lab_mode = yes',
    `page_listen = 127.0.0.1:${pagePort}`,
    '',
  ].join('\n');
}

/** espera and alexandre, with the uid of whoever runs the lab and their homes inside it. */
function labAccounts(folder: string): string {
  const ids = `${process.getuid?.() ?? 500}:${process.getgid?.() ?? 500}`;
  return PEOPLE.map((name) => `${name}:x:${ids}:${name}:${join(folder, 'home', name)}:/sbin/nologin\n`).join(
    '',
  );
}

/** Makes the folder the first time; later the configuration is the user's own and is left alone. */
export function prepareLab(folder: string, port = 1025, pagePort = port === 0 ? 0 : 8025): void {
  const etc = join(folder, 'etc');
  for (const name of PEOPLE) fs.mkdirSync(join(folder, 'home', name), { recursive: true, mode: 0o700 });
  if (fs.existsSync(join(etc, 'main.cf'))) return;
  fs.mkdirSync(etc, { recursive: true });
  const main = fs.readFileSync(join(SOURCE, 'main.cf'), 'utf8').replace(/^inet_interfaces = .*$/m, '');
  const master = fs.readFileSync(join(SOURCE, 'master.cf'), 'utf8');
  fs.writeFileSync(join(etc, 'passwd'), labAccounts(folder));
  fs.writeFileSync(join(etc, 'master.cf'), master.replaceAll('127.0.0.1:1025', `127.0.0.1:${port}`));
  fs.copyFileSync(join(SOURCE, 'aliases'), join(etc, 'aliases'));
  buildTable(join(etc, 'aliases'), 'alias');
  fs.writeFileSync(join(etc, 'main.cf'), main + labSettings(folder, pagePort));
}

const welcome = (folder: string, port: number, page: string): string => `
  gouv.bj : le serveur du mémoire écoute / the memoir's server is listening

  telnet 127.0.0.1 ${port}
    ehlo mail
    mail from: espera@gouv.bj
    rcpt to: alexandre@gouv.bj
    data
    subject: Bonjour
    Felicitacion mon frere on vient de reussir notre config
    .
    quit

  La page / the page:                 ${page}
  Lire la lettre / read the letter:   mutt -f ${join(folder, 'home', 'alexandre', 'Maildir')}
  Tout est ici / everything is here:  ${folder}
  Arrêter / stop:                     Ctrl-C

`;

function addressOf(page: PageServer | undefined): string {
  if (page !== undefined) return `http://${page.address}:${page.port}/`;
  return 'page_listen = 127.0.0.1:8025 → etc/main.cf';
}

/** Runs until SIGINT or SIGTERM. Answers the exit code. */
export async function runLab(folder: string, write: (text: string) => void): Promise<number> {
  try {
    prepareLab(folder);
    const server = await startServer(join(folder, 'etc'), { logFile: '/dev/stdout', giveUpRoot: true });
    write(welcome(folder, server.listeners[0]?.port ?? 0, addressOf(server.page)));
    await new Promise<void>((done) => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => done());
    });
    await server.stop();
    write(`\n  Arrêté, le courrier est gardé / stopped, the mail is kept: ${folder}\n`);
    return 0;
  } catch (error) {
    write(`postscope: fatal: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof ListenError || error instanceof PrivilegeError) write(`postscope: ${error.fr}\n`);
    if (error instanceof ConfigurationError) {
      for (const { remedy } of error.problems)
        if (remedy !== undefined) write(`  ${remedy.en}\n  ${remedy.fr}\n`);
    }
    return 1;
  }
}
