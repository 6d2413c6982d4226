/** postfix - `postfix [-c DIR] start-fg`: runs a configuration directory in the foreground. postfix(1) */
import { parseArgs } from 'node:util';
import { ListenError } from '../listen.ts';
import { ConfigurationError } from '../load.ts';
import { startServer } from '../main.ts';
import { PrivilegeError } from '../privileges.ts';

const say = (text: string): void => void process.stderr.write(`postfix: ${text}\n`);

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { c: { type: 'string', short: 'c' } },
    allowPositionals: true,
  });
  const directory = values.c ?? process.env.MAIL_CONFIG ?? '/etc/postfix';
  if (positionals.join(' ') !== 'start-fg') {
    say('usage: postfix [-c config_dir] start-fg');
    return 1;
  }
  const server = await startServer(directory, { giveUpRoot: true });
  process.on('SIGHUP', () => {
    try {
      server.reload();
    } catch (error) {
      say(`warning: reload refused: ${String(error)}`);
    }
  });
  await new Promise<void>((done) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => done());
  });
  await server.stop();
  return 0;
}

try {
  process.exit(await run());
} catch (error) {
  say(`fatal: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof ListenError || error instanceof PrivilegeError) say(error.fr);
  if (error instanceof ConfigurationError) {
    for (const { remedy } of error.problems) if (remedy !== undefined) say(`${remedy.en} / ${remedy.fr}`);
  }
  process.exit(1);
}
