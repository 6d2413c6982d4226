/** server - plays dialogues to our own server, one for each configuration, on sockets and a real disk. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTable } from '../../server/cli/tables.ts';
import { type RunningServer, startServer } from '../../server/main.ts';
import { aliasesText, ownMainCf, ownMasterCf, serverKey } from './configuration.ts';
import type { Dialogue } from './dialogue.ts';
import { makeBoxes, readBoxes, settled } from './mailboxes.ts';
import { lettersOf, type Played } from './played.ts';
import { type Conversation, playAll, playOnSocket } from './socket.ts';

interface Place {
  readonly folder: string;
  readonly server: RunningServer;
  readonly port: number;
}

async function start({ profile, settings }: Dialogue): Promise<Place> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'postscope-dialogue-'));
  fs.chmodSync(folder, 0o755);
  const places = { etc: join(folder, 'etc'), mail: join(folder, 'mail') };
  fs.mkdirSync(places.etc);
  makeBoxes(places.mail);
  const ids = `${process.getuid?.() === 0 ? 65534 : (process.getuid?.() ?? 0)}:65534`;
  const own = [`queue_directory = ${folder}/spool`, `passwd_file = ${places.etc}/passwd`];
  fs.writeFileSync(join(places.etc, 'passwd'), `nobody:x:${ids}:nobody:/nonexistent:/usr/sbin/nologin\n`);
  fs.writeFileSync(join(places.etc, 'main.cf'), ownMainCf(places, profile, [...settings, ...own]));
  fs.writeFileSync(join(places.etc, 'master.cf'), ownMasterCf('127.0.0.1:0', profile));
  fs.writeFileSync(join(places.etc, 'aliases'), aliasesText(places));
  buildTable(join(places.etc, 'aliases'), 'alias');
  const server = await startServer(places.etc, { logFile: join(folder, 'maillog') });
  return { folder, server, port: server.listeners[0]?.port ?? 0 };
}

/** Plays all dialogues; the answers are in their order. */
export async function playOnServer(dialogues: readonly Dialogue[]): Promise<readonly Played[]> {
  const places = new Map<string, Place>();
  const keyOf = ({ profile, settings }: Dialogue): string => serverKey(profile, settings);
  try {
    for (const dialogue of dialogues) {
      const key = keyOf(dialogue);
      if (!places.has(key)) places.set(key, await start(dialogue));
    }
    const held = await playAll(dialogues, (dialogue) =>
      playOnSocket(dialogue, places.get(keyOf(dialogue))?.port ?? 0),
    );
    const ids = held.flatMap((conversation) => conversation.ids);
    await Promise.all([...places.values()].map(({ folder }) => settled(join(folder, 'spool'), ids)));
    const letters = new Map(
      [...places].map(([key, { folder }]) => [key, readBoxes(join(folder, 'mail'))] as const),
    );
    return held.map(({ said, ids: own }: Conversation, at) => {
      const dialogue = dialogues[at];
      return { said, letters: lettersOf(own, letters.get(dialogue ? keyOf(dialogue) : '') ?? []) };
    });
  } finally {
    for (const { folder, server } of places.values()) {
      await server.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}
