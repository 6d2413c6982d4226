/**
 * The registry of main.cf parameters: every name with its type, its range and its default in each profile.
 *
 * postconf(5) · postconf(1)
 */
import defaults from './parameters/defaults.json' with { type: 'json' };
import type { Profile } from './profile.ts';

export type { Profile };

/**
 * How a value is read. `nint` and `nbool` are a number and a yes/no whose default may be an expression
 * with `$name`; `raw` is text whose `$name` parts are expanded when it is used, not when it is read.
 */
export type ParameterType = 'bool' | 'int' | 'long' | 'time' | 'string' | 'raw' | 'nint' | 'nbool';

/** The unit of a time value that is written as a bare number: second, minute, hour, day, week. */
export type TimeUnit = 's' | 'm' | 'h' | 'd' | 'w';

/** What holds for a parameter in every profile. */
interface ParameterTraits {
  readonly name: string;
  readonly type: ParameterType;
  /** Present for the type `time` alone. */
  readonly unit: TimeUnit | undefined;
  /** The range of a number or of a time in seconds; for text, the range of its length in bytes. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** The host supplies the default (its name, its networks, the process); the text given is a stand-in. */
  readonly computed: boolean;
  /** A parameter of Postscope that Postfix does not have. */
  readonly ours: boolean;
}

/** A parameter with its defaults in Postfix 2.3.6 (`v2`) and 3.10.13 (`v3`), undefined where unknown. */
export interface ParameterEntry extends ParameterTraits {
  readonly v2: string | undefined;
  readonly v3: string | undefined;
  /** Profiles in which the name is known but postconf(1) does not list it: a legacy or an unread name. */
  readonly unlistedIn: readonly Profile[];
}

/** A parameter as one profile has it. */
export interface Parameter extends ParameterTraits {
  readonly default: string;
  readonly listed: boolean;
}

/** One line of defaults.json. */
interface RawEntry {
  readonly type: string;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly v2?: string;
  readonly v3?: string;
  readonly computed?: boolean;
  readonly ours?: boolean;
  readonly unlisted?: readonly string[];
}

const rawEntries: Readonly<Record<string, RawEntry>> = defaults;

const entries: ReadonlyMap<string, ParameterEntry> = new Map(
  Object.entries(rawEntries).map(([name, raw]) => [name, entryFrom(name, raw)]),
);

const namesOf: Readonly<Record<Profile, readonly string[]>> = {
  '2.3': [...entries.values()].filter((entry) => entry.v2 !== undefined).map((entry) => entry.name),
  '3.x': [...entries.values()].filter((entry) => entry.v3 !== undefined).map((entry) => entry.name),
};

function entryFrom(name: string, raw: RawEntry): ParameterEntry {
  return {
    name,
    type: raw.type as ParameterType,
    unit: raw.unit as TimeUnit | undefined,
    min: raw.min,
    max: raw.max,
    computed: raw.computed === true,
    ours: raw.ours === true,
    v2: raw.v2,
    v3: raw.v3,
    unlistedIn: (raw.unlisted ?? []) as readonly Profile[],
  };
}

/** The entry of a name in any profile; undefined for a name that nobody knows. Names are case-sensitive. */
export function parameterOf(name: string): ParameterEntry | undefined {
  return entries.get(name);
}

/** The parameter as a profile has it; undefined where the profile does not know the name. */
export function parameterIn(name: string, profile: Profile): Parameter | undefined {
  const entry = entries.get(name);
  const value = defaultOf(name, profile);
  if (entry === undefined || value === undefined) return undefined;
  const { v2: _v2, v3: _v3, unlistedIn, ...traits } = entry;
  return { ...traits, default: value, listed: !unlistedIn.includes(profile) };
}

/**
 * The built-in default of a name, `$name` parts unexpanded as postconf(1) -d prints them; undefined where
 * the profile does not know the name.
 */
export function defaultOf(name: string, profile: Profile): string | undefined {
  const entry = entries.get(name);
  return profile === '2.3' ? entry?.v2 : entry?.v3;
}

/** Every name that a profile knows, in byte order, as postconf(1) sorts them. */
export function parameterNames(profile: Profile): readonly string[] {
  return namesOf[profile];
}
