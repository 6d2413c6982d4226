/** postconf - shows parameters of main.cf, their defaults, and changes them. postconf(1), postconf(5) */
import fs from 'node:fs';
import { join } from 'node:path';
import {
  defaultOf,
  type MainEntry,
  makeSettings,
  type Problem,
  type Profile,
  parameterNames,
  parseMainCf,
  parseMasterCf,
  type Settings,
  splitNameValue,
} from '#core';
import { machineOf } from '../load.ts';
import { errorCode } from '../paths.ts';
import { strerror } from '../table-files.ts';
import { has, lastOf, type Option, readOptions } from './options.ts';
import { type EditMode, editFile, editsOf } from './postconf-edit.ts';
import { transportDefaults, userNames } from './postconf-names.ts';
import {
  defaultValue,
  expanded,
  isBuiltIn,
  isLegacy,
  isRaw,
  type Known,
  mainValue,
} from './postconf-values.ts';
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

/** What a name shows, unexpanded; undefined for one that -n leaves out. Old names show where they are set. */
function shownValue(known: Known, name: string, options: readonly Option[]): string | undefined {
  const { config_directory: directory } = known.settings.computed;
  const set = mainValue(known, name) ?? (name === 'config_directory' ? directory : undefined);
  return set ?? (has(options, 'n') ? undefined : (defaultValue(known, name) ?? ''));
}

/** The line of a name, or nothing for one that -n leaves out. */
function shownLine(known: Known, name: string, options: readonly Option[]): string {
  const value = shownValue(known, name, options);
  if (value === undefined) return '';
  // A template is filled in where it is used, with names that only exist there.
  const isExpanded = has(options, 'x') && !has(options, 'H') && !isRaw(known, name);
  const text = isExpanded ? expanded(known, value) : value;
  return lineOf(name, text, known.settings.profile, options);
}

/** Postfix writes its answer in pieces of so many bytes; the piece in hand is lost when it dies. */
const PIECE = 4096;

/** Writes what `produce` gives; of an answer that ends in an error only whole pieces. */
function writeLines(io: Io, produce: () => Iterable<string>): void {
  let text = '';
  let isWhole = false;
  try {
    for (const line of produce()) text += line;
    isWhole = true;
  } finally {
    io.out(isWhole ? text : text.slice(0, text.length - (text.length % PIECE)));
  }
}

function show(io: Io, settings: Settings, options: readonly Option[], words: readonly string[]): void {
  const { profile } = settings;
  const { config_directory: directory = '' } = settings.computed;
  const say = (text: string): void => warn(io, NAME, text);
  const known: Known = { settings, services: transportDefaults(settings), warn: say };
  // 2.3 does not look for names of one's own.
  const isSearched = profile === '3.x' && !has(options, 'd');
  const own = isSearched ? userNames(known, directory) : undefined;
  const listed = new Set([
    ...parameterNames(profile).filter((name) => isBuiltIn(known, name)),
    ...known.services.keys(),
    ...(own?.used ?? []),
  ]);
  for (const name of settings.main.keys()) if (isLegacy(known, name)) listed.add(name);
  const sorted = [...listed].sort((a, b) => (a < b ? -1 : 1));
  writeLines(io, function* () {
    for (const name of words.length > 0 ? words : sorted)
      if (listed.has(name) || isLegacy(known, name)) yield shownLine(known, name, options);
      else say(`${name}: unknown parameter`);
  });
  for (const [name, value] of own?.unusedMain ?? [])
    say(`${directory}/main.cf: unused parameter: ${name}=${value}`);
  for (const [name, value] of own?.unusedMaster ?? [])
    say(`${directory}/master.cf: unused parameter: ${name}=${value}`);
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
