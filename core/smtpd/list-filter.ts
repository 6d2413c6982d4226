/** `127.0.0.[2;4..6]`: which addresses a list answers with count. postconf(5) reject_rbl_client */
import type { Profile } from '../config/profile.ts';

type Filter = (address: string) => boolean;

/** Whether a number fits one place: a number, or numbers and ranges in []. Undefined: not of that form. */
function placeOf(text: string): ((value: number) => boolean) | undefined {
  const inner = /^\[([^[\]]+)\]$/.exec(text)?.[1];
  const ranges: (readonly [number, number])[] = [];
  for (const part of inner === undefined ? [text] : inner.split(';')) {
    const [, from, to = from] =
      (inner === undefined ? /^(\d{1,3})$/ : /^(\d{1,3})(?:\.\.(\d{1,3}))?$/).exec(part) ?? [];
    if (from === undefined || Number(to) > 255 || Number(from) > Number(to)) return undefined;
    ranges.push([Number(from), Number(to)]);
  }
  return (value) => ranges.some(([from, to]) => value >= from && value <= to);
}

/** Patterns came with Postfix 2.8; before, an address is compared as it stands. */
export function listFilter(pattern: string, profile: Profile): Filter | 'invalid' {
  if (profile === '2.3') return (address) => address === pattern;
  const texts = pattern.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
  const places = texts.map(placeOf);
  if (texts.join('.') !== pattern || places.length !== 4 || places.includes(undefined)) return 'invalid';
  return (address) => address.split('.').every((value, at) => places[at]?.(Number(value)) === true);
}
