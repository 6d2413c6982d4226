/** postalias - builds, asks, lists and changes alias databases. postalias(1), aliases(5) */
import { type MapCommand, mapCommand } from './map-command.ts';
import { type Io, runMain } from './program.ts';

const COMMAND: MapCommand = {
  name: 'postalias',
  kind: 'alias',
  letters: 'NfinoprsuvwUc:d:q:',
  usage: 'usage: postalias [-Nfinoprsuvw] [-c config_dir] [-d key] [-q key] [map_type:]file...',
};

/** postalias(1). 0, or 1 where a name is not found. */
export function postalias(args: readonly string[], io: Io): number {
  return mapCommand(COMMAND, args, io);
}

if (import.meta.main) await runMain('postalias', postalias);
