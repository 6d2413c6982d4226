/** walk - the names of the components, and the way from one to the next by keyboard. */
import type { Messages } from '../i18n/messages.ts';
import { nodes } from './geometry.ts';

/** Names of Postfix are the same in all languages; they come with their manual section. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ sendmail: 'sendmail(1)', postdrop: 'postdrop(1)', pickup: 'pickup(8)', smtpd: 'smtpd(8)' },
  ...{ access: 'access(5)', cleanup: 'cleanup(8)', rewrite: 'trivial-rewrite(8)' },
  ...{ canonical: 'canonical(5)', virtmap: 'virtual(5)', transport: 'transport(5)' },
  ...{ relocated: 'relocated(5)', qmgr: 'qmgr(8)', bounce: 'bounce(8)', smtp: 'smtp(8)' },
  ...{ lmtp: 'lmtp(8)', local: 'local(8)', virtual: 'virtual(8)', pipe: 'pipe(8)', error: 'error(8)' },
  ...{ aliases: 'aliases(5)', forward: '.forward' },
};

/** What stands on a component. */
export function nodeLabel(id: string, words: Messages['map']): string {
  return words.nodes[id] ?? NAMES[id] ?? id;
}

/** Left to right, then top to bottom, as one would read columns. */
const ORDER = [...nodes].sort((one, other) => one.x - other.x || one.y - other.y).map(({ id }) => id);

export function nextNode(id: string, by: 1 | -1): string {
  const place = ORDER.indexOf(id) + by;
  return ORDER[(place + ORDER.length) % ORDER.length] ?? id;
}
