/**
 * references - turns a row's description into links: `RFC 5321 §4.1.1.2 · postconf(5) smtpd_delay_reject`.
 *
 * RFCs at the RFC editor, manual pages and READMEs at www.postfix.org.
 */

/** A piece of a description; `href` is undefined for words that are no reference. */
export interface Reference {
  readonly text: string;
  readonly href?: string;
}

/** Manual pages of other packages have no page at www.postfix.org. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'maildir(5)': 'https://cr.yp.to/proto/maildir.html',
  'passwd(5)': 'https://man7.org/linux/man-pages/man5/passwd.5.html',
  'resolv.conf(5)': 'https://man7.org/linux/man-pages/man5/resolv.conf.5.html',
  'forward(5)': 'https://www.postfix.org/local.8.html',
};

const RFC = /^RFC (\d+)(?: (.+))?$/;
const SECTION = /^(?:RFC \d+ )?§([\d.]+)$/;
const MANUAL = /^([a-z][a-z0-9._-]*)\((\d)\)(?: (.+))?$/;
const README = /^[A-Z][A-Z0-9_]*_README$/;

/** The references of one description, in its order. */
export function referencesIn(description: string): readonly Reference[] {
  return description.split(' · ').flatMap(partOf);
}

/** The references of several descriptions, each once. */
export function referencesOf(descriptions: readonly string[]): readonly Reference[] {
  const all = descriptions.flatMap(referencesIn).filter(({ href }) => href !== undefined);
  return [...new Map(all.map((reference) => [reference.text, reference])).values()];
}

function partOf(text: string): readonly Reference[] {
  const rfc = RFC.exec(text);
  if (rfc !== null) return rfcParts(rfc[1] ?? '', rfc[2]);
  const manual = MANUAL.exec(text);
  if (manual !== null) return [{ text, href: manualAddress(manual[1] ?? '', manual[2] ?? '', manual[3]) }];
  if (README.test(text)) return [{ text, href: `https://www.postfix.org/${text}.html` }];
  return [{ text }];
}

/** `§4.1, §4.2` gives two links; what is no section belongs to the link of the RFC. */
function rfcParts(number: string, rest: string | undefined): readonly Reference[] {
  const page = `https://www.rfc-editor.org/rfc/rfc${number}.html`;
  if (rest === undefined) return [{ text: `RFC ${number}`, href: page }];
  const sections = rest.split(', ').map((part) => SECTION.exec(part)?.[1]?.replace(/\.$/, ''));
  if (sections.includes(undefined)) return [{ text: `RFC ${number} ${rest}`, href: page }];
  return sections.map((section) => ({
    text: `RFC ${number} §${section}`,
    href: `${page}#section-${section}`,
  }));
}

function manualAddress(name: string, section: string, place: string | undefined): string {
  const elsewhere = ELSEWHERE[`${name}(${section})`];
  if (elsewhere !== undefined) return elsewhere;
  const anchor = name === 'postconf' && place !== undefined ? `#${place}` : '';
  return `https://www.postfix.org/${name}.${section}.html${anchor}`;
}
