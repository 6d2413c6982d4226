/** postmap - builds, asks, lists and changes lookup tables. postmap(1) */
import { type MapCommand, mapCommand } from './map-command.ts';
import { type Io, runMain } from './program.ts';

const COMMAND: MapCommand = {
  name: 'postmap',
  kind: 'map',
  letters: 'bfFhimnNoprsuUvwc:d:q:',
  usage: 'usage: postmap [-bfFhimnNoprsuUvw] [-c config_dir] [-d key] [-q key] [map_type:]file...',
};

/** postmap(1). 0, or 1 where a key is not found. */
export function postmap(args: readonly string[], io: Io): number {
  return mapCommand(COMMAND, args, io);
}

if (import.meta.main) await runMain('postmap', postmap);
