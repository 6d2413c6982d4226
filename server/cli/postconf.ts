/** postconf - shows parameters of main.cf, their defaults, and changes them. postconf(1), postconf(5) */
import fs from 'node:fs';
import { join } from 'node:path';
import {
  defaultOf,
  expansionOf,
  type MainEntry,
  makeSettings,
  type Problem,
  type Profile,
  parameterIn,
  parseMainCf,
  parseMasterCf,
  rawOf,
  type Settings,
  splitNameValue,
} from '#core';
import { machineOf } from '../load.ts';
import { errorCode } from '../paths.ts';
import { strerror } from '../table-files.ts';
import { has, lastOf, type Option, readOptions } from './options.ts';
import { type EditMode, editFile, editsOf } from './postconf-edit.ts';
import { type KnownNames, knownNames } from './postconf-names.ts';
import { configDirectory, Fatal, type Io, runMain, usageError, warn } from './program.ts';

const NAME = 'postconf';

/** Postfix's own list of options, letter for letter. */
const USAGE =
  'usage: postconf [-a (server SASL types)] [-A (client SASL types)] [-b (bounce templates)] ' +
  '[-c config_dir] [-c param_class] [-d (parameter defaults)] [-e (edit configuration)] [-f (fold lines)] ' +
  '[-F (master.cf fields)] [-h (no names)] [-H (no values)] [-l (lock types)] [-m (map types)] ' +
  '[-M (master.cf)] [-n (non-default parameters)] [-o name=value (override parameter value)] ' +
  '[-p (main.cf, default)] [-P (master.cf parameters)] [-t (bounce templates)] ' +
  '[-T compile-version|run-version|public-key-algorithms] [-v (verbose)] [-x (expand parameter values)] ' +
  '[-X (exclude)] [-# (comment-out)] [name...]';

/** Options of Postfix's that show what does not exist here. */
const ELSEWHERE = 'aAbCfFlmMPtT';

/** Of each group only one may be given; Postfix names them in this order. */
const EXCLUSIVE = ['denX#', 'hH', 'ehX#', 'efX#', 'eHX#', 'exX#', 'eoX#', 'do'];

const BAD_MACRO = 'macro processing error';

/** Names whose value belongs to the process that reads it. */
const READ_ONLY = ['process_id', 'process_name'];

function refuseConflicts(options: readonly Option[]): void {
  for (const group of EXCLUSIVE) {
    const given = [...'defhHnoxX#'].filter((letter) => group.includes(letter) && has(options, letter));
    if (given.length > 1) throw new Fatal(`specify one of ${given.map((letter) => `-${letter}`).join(' ')}`);
  }
  const other = options.find(({ letter }) => ELSEWHERE.includes(letter));
  if (other !== undefined)
    throw new Fatal(`-${other.letter} is not available here / -${other.letter} n'existe pas ici`);
}

/** Reads a file, or says why not as Postfix does. */
function readOr(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    return { text: fs.readFileSync(path, 'latin1') };
  } catch (error) {
    return { problem: `open ${path}: ${strerror(errorCode(error))}` };
  }
}

/** Warnings in the order of the file; the first fatal problem ends the command. */
function report(io: Io, problems: readonly Problem[]): void {
  for (const { severity, text } of [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))) {
    if (severity === 'fatal') throw new Fatal(text);
    warn(io, NAME, text);
  }
}

/** `-o name=value`: as if it stood at the end of main.cf. */
function overridesOf(options: readonly Option[]): readonly MainEntry[] {
  return options.flatMap(({ letter, value }) => {
    if (letter !== 'o') return [];
    const pair = splitNameValue(value);
    if ('error' in pair) throw new Fatal(`invalid parameter override: ${value}: ${pair.error}`);
    return [{ ...pair, file: '-o', line: 0, firstLine: 0, raw: value }];
  });
}

/**
 * The settings to show. Differs: -d looks whether main.cf chooses postfix_version_profile, because the
 * defaults depend on it.
 */
function settingsFor(io: Io, directory: string, options: readonly Option[]): Settings {
  const path = join(directory, 'main.cf');
  const main = readOr(path);
  const defaultsOnly = has(options, 'd');
  if ('problem' in main && !defaultsOnly) throw new Fatal(main.problem);
  const parsed = parseMainCf('text' in main ? main.text : '', path);
  const { profile } = makeSettings({ mainCf: parsed.entries });
  if (!defaultsOnly) report(io, parsed.problems);
  const master = readOr(join(directory, 'master.cf'));
  if ('problem' in master) warn(io, NAME, master.problem);
  const masterPath = join(directory, 'master.cf');
  const services = parseMasterCf('text' in master ? master.text : '', masterPath, profile);
  report(io, services.problems);
  return makeSettings({
    mainCf: defaultsOnly ? [] : [...parsed.entries, ...overridesOf(options)],
    masterCf: services.services,
    profile,
    computed: {
      ...machineOf(defaultsOnly ? configDirectory() : directory),
      mail_version: defaultOf('mail_version', profile),
    },
  });
}

/** The value as it is shown: unexpanded unless -x. Warns where an expansion fails. */
function shownValue(
  io: Io,
  settings: Settings,
  known: KnownNames,
  name: string,
  options: readonly Option[],
): string {
  if (name === 'process_name') return NAME;
  if (name === 'process_id') return String(process.pid);
  const isSet = settings.main.has(name) || parameterIn(name, settings.profile) !== undefined;
  const raw = isSet ? rawOf(settings, name) : (known.defaults.get(name) ?? '');
  // A template is filled in where it is used, with names that only exist there.
  if (!has(options, 'x') || parameterIn(name, settings.profile)?.type === 'raw') return raw;
  const expansion = expansionOf(settings, raw);
  if (expansion.ok) return expansion.text;
  warn(io, NAME, expansion.warning);
  throw new Fatal(BAD_MACRO);
}

/** Since 2.9 names are looked for in every value first, so one that is malformed ends all but -d. */
function refuseMalformed(io: Io, settings: Settings): void {
  const alone = makeSettings({ mainCf: [], profile: settings.profile });
  for (const [name, { value }] of settings.main) {
    if (parameterIn(name, settings.profile)?.type === 'raw') continue;
    const expansion = expansionOf(alone, value);
    if (expansion.ok) continue;
    warn(io, NAME, expansion.warning);
    throw new Fatal(BAD_MACRO);
  }
}

/** One line: since 2.9 each run of white space is one blank; 2.3 leaves a blank behind an empty value. */
function lineOf(name: string, value: string, profile: Profile, options: readonly Option[]): string {
  if (has(options, 'H')) return `${name}\n`;
  const text = has(options, 'h') ? value : `${name} = ${value}`;
  if (profile === '2.3') return `${text}\n`;
  return `${text
    .split(/[ \t\r\n]+/)
    .filter((word) => word !== '')
    .join(' ')}\n`;
}

function isShown(settings: Settings, name: string, options: readonly Option[]): boolean {
  if (has(options, 'n') && READ_ONLY.includes(name)) return false;
  return !has(options, 'n') || settings.main.has(name) || name === 'config_directory';
}

function show(io: Io, settings: Settings, options: readonly Option[], words: readonly string[]): void {
  const known = knownNames(settings, has(options, 'd'));
  const { profile } = settings;
  const { config_directory: directory = '' } = settings.computed;
  const sorted = (): readonly string[] => [...known.defaults.keys()].sort((a, b) => (a < b ? -1 : 1));
  if (profile === '3.x') {
    refuseMalformed(io, settings);
    for (const name of known.undefinedMain)
      warn(io, NAME, `${directory}/main.cf: undefined parameter: ${name}`);
    for (const name of known.undefinedMaster)
      warn(io, NAME, `${directory}/master.cf: undefined parameter: ${name}`);
    for (const name of READ_ONLY.filter((name) => settings.main.has(name)))
      warn(
        io,
        NAME,
        `${directory}/main.cf: read-only parameter assignment: ${name}=${rawOf(settings, name)}`,
      );
  }
  for (const name of words.length > 0 ? words : sorted()) {
    if (!known.defaults.has(name) && !known.legacy.has(name)) warn(io, NAME, `${name}: unknown parameter`);
    else if (isShown(settings, name, options))
      io.out(lineOf(name, shownValue(io, settings, known, name, options), profile, options));
  }
  // 2.3 does not look for names that nothing reads.
  if (profile === '2.3') return;
  for (const name of known.unusedMain)
    warn(io, NAME, `${directory}/main.cf: unused parameter: ${name}=${rawOf(settings, name)}`);
  for (const [name, value] of known.unusedMaster)
    warn(io, NAME, `${directory}/master.cf: unused parameter: ${name}=${value}`);
}

function editModeOf(options: readonly Option[], words: readonly string[]): EditMode | undefined {
  const mode = (['e', 'X', '#'] as const).find((letter) => has(options, letter));
  return mode ?? (words[0]?.includes('=') === true ? 'e' : undefined);
}

/** postconf(1). Answers 0, or ends with Postfix's complaint and 1. */
export function postconf(args: readonly string[], io: Io): number {
  const line = readOptions(args, 'aAbc:C:deEfFhHlmMno:pPtT:vxX#');
  if (!line.ok) throw usageError(io, NAME, line.complaint, USAGE);
  const { options, words } = line;
  const mode = editModeOf(options, words);
  refuseConflicts(mode === undefined ? options : [...options, { letter: mode, value: '' }]);
  const directory = configDirectory(lastOf(options, 'c'));
  if (mode !== undefined) {
    const path = join(directory, 'main.cf');
    for (const name of editFile(path, editsOf(words, mode), mode))
      warn(io, NAME, `${path}: multiple entries for "${name}"`);
    return 0;
  }
  show(io, settingsFor(io, directory, options), options, words);
  return 0;
}

if (import.meta.main) await runMain(NAME, postconf);
