/**
 * compare - the comparison operators of `${{x} == {y} ? {a} : {b}}`, with and without the suffix `level`.
 *
 * postconf(5) "main.cf file format" · postconf(5) compatibility_level · Postfix: src/util/mac_expand.c,
 * compat_level.c
 */

export const operators = ['==', '!=', '<', '<=', '>=', '>'] as const;
export type Operator = (typeof operators)[number];

/** The operator with exactly this spelling. */
export function operatorOf(text: string): Operator | undefined {
  return operators.find((operator) => operator === text);
}

function holds(operator: Operator, difference: number): boolean {
  switch (operator) {
    case '==':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>=':
      return difference >= 0;
    case '>':
      return difference > 0;
    default:
      return operator satisfies never;
  }
}

function difference(left: string, right: string): number {
  if (/^\d+$/.test(left) && /^\d+$/.test(right)) return Number(left) - Number(right);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Numerical when both sides are all digits, byte by byte otherwise. */
export function compareText(left: string, operator: Operator, right: string): boolean {
  return holds(operator, difference(left, right));
}

/** `3.6` and the like as one number that sorts, or undefined when it is not a compatibility level. */
export function levelOf(text: string): number | undefined {
  const parts = /^\s*\+?(\d{1,9})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?$/.exec(text);
  if (parts === null) return undefined;
  const [major, minor, patch] = [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)];
  return minor > 1023 || patch > 1023 ? undefined : (major * 1024 + minor) * 1024 + patch;
}

/** Compatibility levels, major.minor.patch; the answer is a warning text when one of them is none. */
export function compareLevels(left: string, operator: Operator, right: string): boolean | string {
  for (const side of [left, right])
    if (levelOf(side) === undefined) return `malformed compatibility level syntax: "${side}"`;
  return holds(operator, (levelOf(left) ?? 0) - (levelOf(right) ?? 0));
}
