/** A private Debian Postfix in a folder of its own: no port, a queue that keeps what it gets. Needs root. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { real } from './commands.ts';
import { oraclePath } from './oracles.ts';

export interface RealPostfix {
  readonly folder: string;
  readonly config: string;
  readonly spool: string;
  stop(): Promise<void>;
}

const MASTER = '/usr/share/postfix/master.cf.dist';

/** main.cf: everything is deferred, some of it with a long reason. */
function mainCf(folder: string, hashFile: string): string {
  return [
    'compatibility_level = 3.6',
    `queue_directory = ${folder}/spool`,
    `data_directory = ${folder}/data`,
    'myhostname = mail.gouv.bj',
    'mydestination = gouv.bj',
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    `maillog_file = ${folder}/maillog`,
    'maillog_file_prefixes = /tmp, /var',
    'alias_maps =',
    'alias_database =',
    'local_recipient_maps =',
    `transport_maps = texthash:${hashFile}`,
    'default_transport = retry:4.3.0 try again tomorrow',
    'multi_instance_enable = yes',
    '',
  ].join('\n');
}

/** Makes and starts it. `pickup: false` leaves mail in maildrop. */
export async function startRealPostfix(options: {
  readonly pickup: boolean;
  /** Lines added to main.cf. */
  readonly mainCf?: string;
  /** Lines added to master.cf. */
  readonly masterCf?: string;
}): Promise<RealPostfix> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-real-'));
  fs.chmodSync(folder, 0o755);
  const config = join(folder, 'etc');
  fs.chmodSync(folder, 0o755);
  for (const name of ['etc', 'spool', 'data']) fs.mkdirSync(join(folder, name), { mode: 0o755 });
  const owner = fs.statSync('/var/lib/postfix').uid;
  fs.chownSync(join(folder, 'data'), owner, owner);
  const transports = join(config, 'transports');
  const long = 'the far host said that it will not be there before the end of the rainy season, try later';
  fs.writeFileSync(transports, `long.example retry:4.4.1 ${long}\n`);
  fs.writeFileSync(join(config, 'main.cf'), mainCf(folder, transports) + (options.mainCf ?? ''));
  const master = fs
    .readFileSync(MASTER, 'utf8')
    .replace(/^smtp +inet.*$/m, '')
    .replace(/^(\S+\s+unix(?:-dgram)?\s+\S+\s+\S+\s+)y/gm, '$1n');
  const services = options.pickup ? master : master.replace(/^pickup .*$/m, '');
  fs.writeFileSync(join(config, 'master.cf'), services + (options.masterCf ?? ''));
  for (const name of ['main.cf', 'master.cf', 'transports']) fs.utimesSync(join(config, name), 1, 1);
  const started = await real(oraclePath('postfix'), ['-c', config, 'start']);
  if (started.code !== 0) throw new Error(`postfix did not start: ${started.err}`);
  return {
    ...{ folder, config, spool: join(folder, 'spool') },
    stop: async () => {
      await real(oraclePath('postfix'), ['-c', config, 'stop']);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Looks again and again until there is something, for half a minute at most. */
export async function until<Value>(
  look: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const end = performance.now() + 30_000;
  while (performance.now() < end) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('it did not happen within half a minute');
}
